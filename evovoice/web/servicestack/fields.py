"""The kinds of fields a request may have; each takes its value from any place, in any format.

The `schema` of a field's metadata is what JSON Schema can say of its values beyond their type.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, ClassVar, TypeVar

from marshmallow import ValidationError, fields

from evovoice.web.guards import flaw_in_text

_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BILLION = 10**9
_MAX_ITEMS = 100
Read = TypeVar("Read")
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


class FieldLocation(Enum):
    """Where the published page of an operation shows a field."""

    PATH = "path"
    BODY = "body"
    QUERY = "query"


def is_required(field: fields.Field[Any]) -> bool:
    """Whether the field must be filled, which a path cannot promise on `/api/X`."""
    return bool(field.metadata.get("filled"))


class Text(fields.String):
    """A text that every parser and database after us can hold."""

    pattern: ClassVar[str] = r"^[^\u0000]*$"

    def __init__(
        self, data_key: str, location: FieldLocation, about: str, *,
        load_default: str | None = None, filled: bool = False, most: int = 256,
    ) -> None:  # fmt: skip
        super().__init__(
            data_key=data_key,
            load_default=load_default,
            metadata={
                "location": location, "description": about, "filled": filled,
                "schema": {"maxLength": most, "pattern": self.pattern},
            },
            error_messages={"invalid": "must be a text"},
        )  # fmt: skip
        self.most = most
        self.validators = [self._storable]

    def _storable(self, value: str) -> bool:
        flaw = flaw_in_text(value, self.most)
        if flaw is not None:
            raise ValidationError(flaw)
        return True


class TelephoneText(Text):
    """A text that may be a telephone number, as somebody typed it."""


class WholeNumber(fields.Integer):
    """A number from `least` on, as digits or as a JSON number; above `most` it counts as that."""

    def __init__(
        self, data_key: str, location: FieldLocation, about: str, *,
        load_default: int | None, least: int, most: int,
    ) -> None:  # fmt: skip
        super().__init__(
            data_key=data_key,
            load_default=load_default,
            metadata={
                "location": location, "description": about,
                "schema": {"minimum": least, "maximum": _BILLION - 1},
            },
        )  # fmt: skip
        self.least = least
        self.most = most

    def _validated(self, value: object) -> int:
        digits = str(value) if type(value) is int and abs(value) < _BILLION else value
        if not isinstance(digits, str) or not _WHOLE_NUMBER.fullmatch(digits):
            raise ValidationError("must be a whole number of at most nine digits")
        if int(digits) < self.least:
            raise ValidationError(f"must be at least {self.least}")
        return min(int(digits), self.most)


class Flag(fields.Boolean):
    """True or false in any case, as a text too, or 1 or 0 (C12)."""

    def __init__(
        self,
        data_key: str,
        location: FieldLocation,
        about: str,
        *,
        load_default: bool | None = None,
    ) -> None:
        super().__init__(
            data_key=data_key,
            load_default=load_default,
            metadata={"location": location, "description": about},
        )

    def _deserialize(self, value: object, *_: object, **__: object) -> bool:
        flag = _FLAGS.get(str(value).lower()) if isinstance(value, str | int) else None
        if flag is None:
            raise ValidationError("must be true or false")
        return flag


class Choice(fields.Field[Enum]):
    """A name of an enum in any case, or its number: its place in the declared order (C12)."""

    def __init__(
        self, kind: type[Enum], data_key: str, location: FieldLocation, about: str, *,
        load_default: Enum | None = None, filled: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(
            data_key=data_key,
            load_default=load_default,
            metadata={"location": location, "description": about, "filled": filled},
        )
        self.kind = kind
        names = {str(one.value).lower(): one for one in kind}
        self._known = names | {str(number): one for number, one in enumerate(kind)}

    def _deserialize(self, value: object, *_: object, **__: object) -> Enum:
        is_word = isinstance(value, str) or type(value) is int
        found = self._known.get(str(value).lower()) if is_word else None
        if found is None:
            raise ValidationError("must be one of " + ", ".join(str(o.value) for o in self.kind))
        return found


class _Optional(fields.Field[Read | None]):
    """What is read from a text; an empty one counts as not given."""

    def __init__(
        self, data_key: str, location: FieldLocation, about: str, schema: dict[str, object]
    ) -> None:  # fmt: skip
        super().__init__(
            data_key=data_key,
            load_default=None,
            metadata={"location": location, "description": about, "schema": schema},
        )

    def _deserialize(self, value: object, *_: object, **__: object) -> Read | None:
        return None if value == "" else self.read(value if isinstance(value, str) else "")

    def read(self, text: str) -> Read:
        """What the text stands for. Errors: `ValidationError`."""
        raise NotImplementedError


class NameOf(_Optional[str]):
    """One of several names, in any case; `names` says what each stands for."""

    def __init__(
        self,
        names: Mapping[str, str],
        data_key: str,
        location: FieldLocation,
        about: str,
        *,
        of: str,
    ) -> None:
        super().__init__(data_key, location, about, {"enum": list(names)})
        self._names, self._of = {name.lower(): one for name, one in names.items()}, of

    def read(self, text: str) -> str:
        found = self._names.get(text.lower())
        if found is None:
            raise ValidationError(f"must name {self._of}")
        return found


class Day(_Optional[date]):
    """A day as `2026-03-01`."""

    def __init__(self, data_key: str, location: FieldLocation, about: str) -> None:
        super().__init__(data_key, location, about, {"format": "date"})

    def read(self, text: str) -> date:
        try:
            if _DAY.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass  # such as the 30th of February
        raise ValidationError("must be a day such as 2026-03-01")


class Moment(_Optional[datetime]):
    """A moment in ISO 8601, in UTC where it names no zone."""

    def __init__(self, data_key: str, location: FieldLocation, about: str) -> None:
        super().__init__(data_key, location, about, {"format": "date-time"})

    def read(self, text: str) -> datetime:
        try:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            flaw = "must be a moment such as 2026-03-01T14:05:09Z"
            raise ValidationError(flaw) from None


class Texts(fields.Field[list[str]]):
    """A list of texts, in any of the spellings of C44; empty ones count as not given."""

    def __init__(self, data_key: str, location: FieldLocation, about: str) -> None:
        super().__init__(
            data_key=data_key,
            load_default=list,
            metadata={"location": location, "description": about},
        )

    def _deserialize(self, value: object, *_: object, **__: object) -> list[str]:
        given = value if isinstance(value, list) else [value]
        if not all(isinstance(one, str) for one in given):
            raise ValidationError("must be a list of texts")
        texts = [text for one in given for text in _spelled(str(one))]
        flaw = next(filter(None, map(flaw_in_text, texts)), None)
        if len(texts) > _MAX_ITEMS:
            flaw = f"has more than {_MAX_ITEMS} entries"
        if flaw is not None:
            raise ValidationError(flaw)
        return texts


class TextsByName(fields.Field[dict[str, str]]):
    """Texts by names, as JSON and JSV write them. What has another shape counts as not given: it is
    of a client that means something else.
    """

    def __init__(self, data_key: str, location: FieldLocation, about: str) -> None:
        super().__init__(
            data_key=data_key,
            load_default=dict,
            metadata={"location": location, "description": about},
        )

    def _deserialize(self, value: object, *_: object, **__: object) -> dict[str, str]:
        given = value.items() if isinstance(value, dict) else ()
        texts = {key: text for key, text in given if isinstance(text, str)}
        return {key: text for key, text in texts.items() if flaw_in_text(text) is None}


def _spelled(text: str) -> list[str]:
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    return [part.strip() for part in inner.split(",") if part.strip()]
