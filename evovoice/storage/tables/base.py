"""What all tables are defined with."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Integer, String, Table, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

from evovoice.storage.tables.columns import UtcDateTime

_TYPES: dict[Any, TypeEngine[Any] | type[TypeDecorator[Any]]] = {
    str: Text(),
    datetime: UtcDateTime,
}


KEY = String(128)
# a row's number, counted by the database: on SQLite only `INTEGER` counts by itself
NUMBER = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """All tables; only their definition is used, statements are written on the tables."""

    type_annotation_map: ClassVar[dict[Any, Any]] = _TYPES
    metadata_naming: ClassVar[dict[str, str]] = {
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }


Base.metadata.naming_convention = Base.metadata_naming


def table(row: type[Base]) -> Table:
    """The bare table of a row class: statements on it skip the ORM's machinery."""
    found = row.__table__
    assert isinstance(found, Table)  # noqa: S101 (no row class here maps anything else)
    return found
