"""What a response's type looks like, whatever format it is written in."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

Written: TypeAlias = Mapping[str, object]  # camelCase keys in order; what has no value is left out

SESSIONS = "http://schemas.datacontract.org/2004/07/Voice.Api.Sessions"
CUSTOMERS = "http://schemas.datacontract.org/2004/07/Voice.Api.Customers"
ENTITIES = "http://schemas.datacontract.org/2004/07/Voice.Api"
PLATFORM = "http://schemas.servicestack.net/types"


class Kind(Enum):
    """How the values of a field are nested."""

    SCALAR = "one value"
    OBJECT = "an object"
    OBJECTS = "a list of objects"
    TEXTS = "a list of texts"
    MAP = "texts by names"


def pascal(key: str) -> str:
    """That name as CSV, XML, C# and messages write it."""
    return key[0].upper() + key[1:]


@dataclass(frozen=True, slots=True)
class Field:
    """`type` describes the objects where there are any; `namespace` is XML's, the column CSV's."""

    key: str
    kind: Kind = Kind.SCALAR
    type: "Described | None" = None
    namespace: str | None = None
    is_inherited: bool = False
    has_column: bool = True

    @property
    def title(self) -> str:
        """The name in CSV and XML."""
        return pascal(self.key)


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """A type, equal to no other. `fields` in the order of JSON, `rows` the list of a wrapper."""

    name: str
    namespace: str
    fields: tuple[Field, ...]
    rows: str | None = None

    @property
    def item(self) -> "Described | None":
        """The type of a wrapper's items."""
        return next((field.type for field in self.fields if field.key == self.rows), None)
