"""Several destinations of an add as a request lists them (contract 1.1, C114)."""

from marshmallow import ValidationError, fields

from evovoice.domain.hunt import RING_SECONDS
from evovoice.services.calls import DialTarget
from evovoice.web.guards import flaw_in_text
from evovoice.web.servicestack.fields import FieldLocation
from evovoice.web.servicestack.response_fields import number, text
from evovoice.web.servicestack.response_schema import ResponseSchema

MOST = 10
_LEAST_SECONDS, _MOST_SECONDS = 5, 120


class DialDestinationSchema(ResponseSchema):
    """One of several destinations of a party who is added (contract 1.1)."""

    destination = text("destination", "Whom to invite: a number, a SIP address or a user")
    ring_time = number("ringTime", f"How long it rings, in seconds; left out: {RING_SECONDS}")


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
    written = str(given) if type(given) is int else given
    is_number = isinstance(written, str) and written.isascii() and written.isdigit()
    if not is_number or not _LEAST_SECONDS <= int(str(written)[:9]) <= _MOST_SECONDS:
        raise ValidationError(
            f"has a ringTime that is not {_LEAST_SECONDS} to {_MOST_SECONDS} seconds"
        )
    return int(str(written))


def _storable(typed: str) -> str:
    flaw = flaw_in_text(typed)
    if flaw is not None:
        raise ValidationError(flaw)
    return typed.strip()
