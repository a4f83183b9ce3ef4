"""What every request shares: the schema its fields are declared in."""

from functools import cached_property

from marshmallow import EXCLUDE, Schema
from marshmallow.fields import List

from evovoice.web.servicestack.fields import TelephoneText, Texts, is_required


class RequestSchema(Schema):
    """What an operation takes, in the order of its page. Unknown names are ignored (C10)."""

    class Meta:
        unknown = EXCLUDE

    @cached_property
    def names(self) -> list[tuple[str, str]]:
        """Every field's name, as it is published and folded."""
        keys = [str(field.data_key) for field in self.load_fields.values()]
        return [(key, key.lower()) for key in keys]

    @cached_property
    def lists(self) -> frozenset[str]:
        """The folded names of the fields that take several values."""
        fields = self.load_fields.values()
        return frozenset(str(f.data_key).lower() for f in fields if isinstance(f, Texts | List))

    @cached_property
    def telephone(self) -> frozenset[str]:
        """The folded names of the fields that may hold a telephone number."""
        fields = self.load_fields.values()
        found = (f for f in fields if isinstance(f, TelephoneText) or f.metadata.get("telephone"))
        return frozenset(str(f.data_key).lower() for f in found)

    @cached_property
    def required(self) -> list[tuple[str, str]]:
        """The fields that must not be empty: as attributes, and as they are published."""
        fields = self.load_fields.items()
        return [(name, str(field.data_key)) for name, field in fields if is_required(field)]

    @cached_property
    def alternatives(self) -> list[tuple[str, str, str]]:
        """Of two fields one must not be empty: the one as an attribute and as it is published, and
        the attribute that may stand instead of it.
        """
        by_key = {str(field.data_key): name for name, field in self.load_fields.items()}
        other = {n: f.metadata.get("instead_of") for n, f in self.load_fields.items()}
        return [(by_key[key], key, name) for name, key in other.items() if key is not None]
