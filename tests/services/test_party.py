"""By which addresses somebody means an outside party."""

import pytest

from evovoice.services.errors import BadDestination
from evovoice.services.personal_data.party import read_party

NUMBER = "+12025550123"
REACHED = {"sip:Bo@pbx.example:5070"} | {
    f"sip:Bo@pbx.example:5070;transport={way}" for way in ("udp", "tcp", "tls")
}


@pytest.mark.parametrize(
    ("text", "country"),
    [
        (NUMBER, None),
        ("+1 (202) 555-0123", None),
        ("202.555.0123", "US"),
        ("001 202 5550123", "DE"),
    ],
)
def test_number_is_meant_by_every_spelling_c91(text: str, country: str | None) -> None:
    assert {NUMBER} == read_party(text, country).addresses


@pytest.mark.parametrize("text", ["+19005550142", "+911", "+48123", "+266696687"])
def test_caller_is_found_as_the_carrier_sent_it_c91(text: str) -> None:
    """Also at a number that nobody dials, or that cannot be."""
    assert text in read_party(text, None).addresses


@pytest.mark.parametrize("text", sorted(REACHED))
def test_sip_address_is_meant_however_it_is_reached_c91(text: str) -> None:
    assert read_party(text, None).addresses == REACHED


def test_sip_caller_is_found_as_the_carrier_sent_it_c91() -> None:
    text = "sip:bo@10.0.0.5:5060;user=phone"
    assert {text} == read_party(text, None).addresses


@pytest.mark.parametrize("text", ["", "12", "Bob", "sip:bo", "client:ann_1", "+1 202 555 0123 x4"])
def test_what_means_nobody_is_refused_c91(text: str) -> None:
    with pytest.raises(BadDestination):
        read_party(text, "US")


@pytest.mark.parametrize(
    ("typed", "is_meant"),
    [("1-202-555-0123", True), ("202 555 0199", False), ("Bob", False), ("sip:x", False)],
)
def test_party_is_known_by_what_was_typed_into_a_device_c91(typed: str, is_meant: bool) -> None:
    assert is_meant is read_party(NUMBER, None).is_meant_by(typed, "US")
