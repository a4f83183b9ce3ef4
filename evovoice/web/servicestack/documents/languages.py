"""The languages that the types are written in."""

from enum import StrEnum

from evovoice.web.servicestack.documents.csharp_types import csharp_classes, csharp_module
from evovoice.web.servicestack.documents.dto_model import Table
from evovoice.web.servicestack.documents.python_types import python_classes, python_module
from evovoice.web.servicestack.documents.typescript_types import (
    typescript_classes,
    typescript_module,
)

Names = set[str] | None


class Language(StrEnum):
    """By the name that addresses carry: `/types/{name}`, `&lang={name}`."""

    PYTHON = "python"
    TYPESCRIPT = "typescript"
    CSHARP = "csharp"

    @property
    def label(self) -> str:
        """As people write it."""
        return {"python": "Python", "typescript": "TypeScript", "csharp": "C#"}[self.value]

    def module(self, table: Table, base_url: str, wanted: Names = None) -> str:
        """A whole file; of `wanted` types, in any case, with what they are made of."""
        match self:
            case Language.PYTHON:
                return python_module(table, wanted)
            case Language.TYPESCRIPT:
                return typescript_module(table, base_url, wanted)
            case Language.CSHARP:
                return csharp_module(table, base_url, wanted)

    def classes(self, table: Table) -> list[str]:
        """The classes alone, without those that the client's package brings."""
        match self:
            case Language.PYTHON:
                return python_classes(table)
            case Language.TYPESCRIPT:
                return typescript_classes(table)
            case Language.CSHARP:
                return csharp_classes(table)


def language_named(name: str) -> Language | None:
    """The language of that name in any case, if it is one."""
    return next((one for one in Language if one.value == name.lower()), None)
