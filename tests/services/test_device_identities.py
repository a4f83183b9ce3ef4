"""The identity that a new user's device gets: a form with which Twilio places calls."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evovoice.services.administration.users import new_identity

SERVED = re.compile(r"[A-Za-z0-9_]{1,121}")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Ann", "ann"),
        ("Ann van Lee", "ann_van_lee"),
        ("Jörg Müßig-Weiß", "jorg_muig_wei"),
        ("O'Neil, J. R.", "o_neil_j_r"),
        ("_a--b_", "a_b"),
        ("李小龍", "agent"),
        ("🙂 ☎", "agent"),
        ("-!?-", "agent"),
        ("n" * 100, "n" * 40),
        ("n" * 39 + " m" * 30, "n" * 39),
    ],
)
def test_odd_names_become_words_and_six_random_digits(name: str, words: str) -> None:
    assert re.fullmatch(f"{words}_[0-9a-f]{{6}}", new_identity(name))


def test_two_users_of_one_name_have_different_identities() -> None:
    assert new_identity("Ann") != new_identity("Ann")


@given(st.text(min_size=1, max_size=100))
def test_every_name_gives_an_identity_that_twilio_serves(name: str) -> None:
    assert SERVED.fullmatch(new_identity(name))
