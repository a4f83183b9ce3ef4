"""SIP addresses as people type them (contract 2.5)."""

import pytest

from evovoice.services.errors import BadDestination
from evovoice.services.typed_addresses import is_sip, plain_text, read_sip

HOSTS = frozenset({"pbx.example"})


@pytest.mark.parametrize(
    ("typed", "uri"),
    [
        ("sip:desk@pbx.example", "sip:desk@pbx.example"),
        ("SIP:desk@PBX.Example", "sip:desk@pbx.example"),
        ("Sips:Desk@pbx.example", "sips:Desk@pbx.example"),
        ("sip:desk@pbx.example:5061", "sip:desk@pbx.example:5061"),
        ("sip:desk@pbx.example;transport=tls", "sip:desk@pbx.example;transport=tls"),
        ("sip:desk@PBX.example:5061;Transport=TLS", "sip:desk@pbx.example:5061;transport=tls"),
        ("\u202asip:desk@pbx.example\u202c", "sip:desk@pbx.example"),
        ("sip:desk\u2011two@pbx.example\n", "sip:desk-two@pbx.example"),
        ("sip:9112125@pbx.example", "sip:9112125@pbx.example"),
        ("sip:ann112@pbx.example", "sip:ann112@pbx.example"),
    ],
)
def test_address_has_one_spelling(typed: str, uri: str) -> None:
    plain = plain_text(typed)
    assert is_sip(plain)
    assert uri == read_sip(plain, HOSTS, "US").uri


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("sip:911@pbx.example", "US"), ("SIPS:911@pbx.example", "US"),
        ("sip:9-1-1@pbx.example", "US"), ("sip:+911@pbx.example", "US"),
        ("sip:+1911@pbx.example", "US"), ("sip:9911@pbx.example", "US"),
        ("sip:%39%31%31@pbx.example", "US"), ("sip:911:secret@pbx.example", "US"),
        ("sip:911%3Bphone-context=us@pbx.example", "US"), ("sip:911@elsewhere.example", "US"),
        ("sip:911@pbx.example;transport=udp", "US"), ("sip:112@pbx.example", "US"),
        ("sip:911@pbx.example", "DE"), ("sip:0112@pbx.example", "DE"),
        ("sip:110@pbx.example", "DE"), ("sip:999@pbx.example", "GB"),
        ("sip:000@pbx.example", "AU"), ("sip:\uff19\uff11\uff11@pbx.example", "US"),
    ],
)  # fmt: skip
def test_emergency_desk_behind_an_exchange_is_not_called(typed: str, country: str) -> None:
    with pytest.raises(BadDestination) as refused:
        read_sip(plain_text(typed), HOSTS, country)
    assert "EmergencyNotAllowed" == refused.value.code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("sip:desk@elsewhere.example", "DestinationForbidden"),
        ("sip:desk@pbx.example.elsewhere.example", "DestinationForbidden"),
        ("sip:", "InvalidDestination"),
        ("sip:desk", "InvalidDestination"),
        ("sip:@pbx.example", "InvalidDestination"),
        ("sip:desk@pbx.example;transport=smoke", "InvalidDestination"),
        ("sip:desk@pbx.example;user=phone", "InvalidDestination"),
        ("sip:desk@pbx.example?Subject=x", "InvalidDestination"),
        ("sip:desk@elsewhere.example@pbx.example", "InvalidDestination"),
        ("sip:a desk@pbx.example", "InvalidDestination"),
        ("<sip:desk@pbx.example>", "InvalidDestination"),
    ],
)
def test_address_that_is_refused(typed: str, code: str) -> None:
    with pytest.raises(BadDestination) as refused:
        read_sip(typed, HOSTS, "US")
    assert code == refused.value.code
