"""Digits as people type them, by themselves and behind a number (C111, C112)."""

import pytest

from evovoice.services.calls.typed_digits import Digits, read_digits, split_extension
from evovoice.services.errors import BadDigits

NUMBER = "+1 202 555 0123"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("1", "1"), ("12#", "12#"), ("*0#", "*0#"), ("1w2W3", "1w2W3"), ("1,2", "1wwww2"),
        (" 12 34-5 ", "12345"), ("\uff11\uff12", "12"), (",,1;2", "wwwwwwww1wwww2"),
    ],
)  # fmt: skip
def test_digits_are_read_with_their_pauses(typed: str, sent: str) -> None:
    assert sent == read_digits(typed).text


@pytest.mark.parametrize("typed", ["", " ", "w", ",,", "12a", "1+2", "0" * 33, "1\n2x", "½"])
def test_what_is_no_digits_is_refused_without_being_named(typed: str) -> None:
    with pytest.raises(BadDigits) as refused:
        read_digits(typed)
    assert "12a" not in str(refused.value)


def test_digits_take_as_long_as_their_pauses_and_tones() -> None:
    assert 1.8 == pytest.approx(Digits("1wW").seconds)


@pytest.mark.parametrize(
    ("behind", "sent"),
    [
        (" x123", "ww123"), ("x123", "ww123"), (" X 123", "ww123"), (" ext. 123", "ww123"),
        (" Ext 12#", "ww12#"), (" extension 7", "ww7"), (";ext=123", "ww123"),
        (", ext 9", "ww9"), (",,123#", "wwwwwwww123#"), (" , 1 , 2", "wwww1wwww2"),
        (";123", "wwww123"),
    ],
)  # fmt: skip
def test_extension_behind_a_number_is_for_after_the_answer(behind: str, sent: str) -> None:
    number, digits = split_extension(NUMBER + behind)
    assert (NUMBER, Digits(sent)) == (number, digits)


@pytest.mark.parametrize(
    "destination",
    [
        NUMBER, "tel:+12025550123", "sip:ann@pbx.example.com;transport=tls", "client:max_x12",
        "Max x12", "u-max", "(202) 555-0123", "max,12",
    ],
)  # fmt: skip
def test_destination_without_an_extension_stays_as_typed(destination: str) -> None:
    assert (destination, None) == split_extension(destination)
