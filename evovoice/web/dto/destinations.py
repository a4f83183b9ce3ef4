"""Several destinations of an add as a request lists them (contract 1.1, C114)."""

from marshmallow import ValidationError, fields

from evovoice.domain.hunt import RING_SECONDS
from evovoice.services.calls import DialTarget
from evovoice.web.guards import flaw_in_text
from evovoice.web.servicestack.fields import FieldLocation
from evovoice.web.servicestack.response_schema import ResponseSchema

MOST = 10
_NOT_BLANK = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"
_LEAST_SECONDS, _MOST_SECONDS = 5, 120


class DialDestinationSchema(ResponseSchema):
    """One of several destinations of a party who is added (contract 1.1)."""

    destination = fields.String(
        data_key="destination",
        metadata={
            "description": "Whom to invite: a number, a SIP address or a user",
            "is_required": True,
            "schema": {"pattern": _NOT_BLANK},
        },
    )
    ring_time = fields.Integer(
        data_key="ringTime",
        metadata={
            "description": f"How long it rings, in seconds; left out: {RING_SECONDS}",
            "schema": {"minimum": _LEAST_SECONDS, "maximum": _MOST_SECONDS},
        },
    )


class Destinations(fields.List[DialTarget]):
    """A list of destinations, each a text or an object, in any of the spellings of C44."""

    def __init__(self, data_key: str, location: FieldLocation, about: str) -> None:
        super().__init__(
            fields.Nested(DialDestinationSchema),
            data_key=data_key,
            load_default=list,
            metadata={
                "location": location, "description": about, "telephone": True,
                "instead_of": "destination",
                "schema": {"maxItems": MOST},
            },
        )  # fmt: skip

    def _deserialize(self, value: object, *_: object, **__: object) -> list[DialTarget | None]:
        items = value if isinstance(value, list) else [value]
        targets: list[DialTarget | None] = [target for item in items for target in _targets(item)]
        if len(targets) > MOST:
            raise ValidationError(f"has more than {MOST} entries")
        return targets


def _targets(item: object) -> list[DialTarget]:
    """What one entry stands for: a text may list several. Errors: `ValidationError`."""
    if isinstance(item, str):
        inner = item[1:-1] if item.startswith("[") and item.endswith("]") else item
        return [DialTarget(_storable(one)) for one in inner.split(",") if one.strip()]
    if isinstance(item, dict):
        return [_target({str(key).lower(): value for key, value in item.items()})]
    raise ValidationError("must be a list of texts or objects")


def _target(given: dict[str, object]) -> DialTarget:
    destination = given.get("destination")
    if not isinstance(destination, str) or not destination.strip():
        raise ValidationError("has an entry without a destination")
    return DialTarget(_storable(destination), _seconds(given.get("ringtime")))


def _seconds(given: object) -> int:
    if given is None or given == "":
        return RING_SECONDS
    seconds = _whole(given)
    if seconds is None or not _LEAST_SECONDS <= seconds <= _MOST_SECONDS:
        raise ValidationError(
            f"has a ringTime that is not {_LEAST_SECONDS} to {_MOST_SECONDS} seconds"
        )
    return seconds


def _whole(given: object) -> int | None:
    """A whole number as JSON writes it, 20.0 too, or its digits; None for anything else."""
    if isinstance(given, str):
        return int(given[:9]) if given.isascii() and given.isdigit() else None
    if isinstance(given, float):
        return int(given) if given.is_integer() else None
    return given if isinstance(given, int) and not isinstance(given, bool) else None


def _storable(typed: str) -> str:
    flaw = flaw_in_text(typed)
    if flaw is not None:
        raise ValidationError(flaw)
    return typed.strip()
