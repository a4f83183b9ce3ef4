"""What an entry of `destinations` may look like (contract C114)."""

import pytest
from marshmallow import ValidationError

from evovoice.services.calls import DialTarget
from evovoice.web.dto.destinations import Destinations
from evovoice.web.servicestack.fields import FieldLocation

FIELD = Destinations("destinations", FieldLocation.BODY, "whom to ring")
NUMBER = "+13125550142"


@pytest.mark.parametrize("seconds", [20, 20.0, "20"])
def test_whole_number_of_seconds_is_understood_as_json_writes_it_c114(seconds: object) -> None:
    entry = {"destination": NUMBER, "ringTime": seconds}
    assert [DialTarget(NUMBER, 20)] == FIELD.deserialize([entry])


@pytest.mark.parametrize(
    "seconds", [4, 121, 20.5, True, "20.0", "²0", 10**400, 1e300, float("nan"), [20], "9" * 5000]
)
def test_other_ring_times_are_refused_c114(seconds: object) -> None:
    with pytest.raises(ValidationError, match="ringTime"):
        FIELD.deserialize([{"destination": NUMBER, "ringTime": seconds}])


@pytest.mark.parametrize("entry", [{}, {"destination": " "}, {"ringTime": 20}, 7, None])
def test_entry_without_a_destination_is_refused_c114(entry: object) -> None:
    with pytest.raises(ValidationError):
        FIELD.deserialize([entry])
