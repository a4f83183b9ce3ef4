"""Impersonation tokens: who may make one, who is on record for it, and when it ends."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from evovoice.domain.values import User
from evovoice.services import administration
from evovoice.services.auth.credentials import digest
from evovoice.services.errors import AboveOwnRole, NotSignedIn, TokenMakesNone, UserNotFound
from evovoice.storage.unit_of_work import LoginKind
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)
from tests.services.house import ANN, EVE, MAX, ROOT, START, House, fast, house

__all__ = [
    "database", "database_url", "fast", "house", "migrated_file", "migrated_postgres",
    "postgres_server",
]  # fmt: skip
pytestmark = pytest.mark.usefixtures("fast")


def key_of(house: House, user: User = MAX) -> tuple[str, str]:
    made = administration.add_key(house.database, user.id, house.now)
    return made.id, made.key


def recorded(house: House) -> list[tuple[str, str, str, str | None]]:
    """Whose token, who made it, with what."""
    query = text(
        "SELECT user_id, maker_id, made_with, parent_id FROM logins WHERE kind = 'token'"
        " ORDER BY maker_id, made_with"
    )
    with house.database.reading() as unit:
        return [tuple(row) for row in unit.logins._connection.execute(query)]


def test_token_acts_as_its_user_for_a_day(house: House) -> None:
    """Found by e-mail address or id, by whoever may see the user."""
    for actor, email, user_id in (
        (MAX, ANN.email, ""), (MAX, "", ANN.id), (ROOT, ANN.email.upper(), ANN.id),
    ):  # fmt: skip
        assert house.is_in(house.sign_in.tokens.with_password(actor, email, user_id))
    token = house.sign_in.tokens.with_password(ROOT, EVE.email, "")
    assert house.who(token) == EVE
    house.now += timedelta(days=1)
    assert house.who(token) is None


@pytest.mark.parametrize(
    ("actor", "email", "user_id", "refusal"),
    [
        (EVE, ANN.email, "", UserNotFound),
        (EVE, "", ANN.id, UserNotFound),
        (MAX, "nobody@acme.test", "", UserNotFound),
        (MAX, EVE.email, ANN.id, UserNotFound),
        (MAX, ROOT.email, "", AboveOwnRole),
    ],
)
def test_token_is_not_made_for_strangers_or_superiors(
    house: House, actor: User, email: str, user_id: str, refusal: type[Exception]
) -> None:
    """A user of another account looks like one who does not exist."""
    with pytest.raises(refusal):
        house.sign_in.tokens.with_password(actor, email, user_id)
    assert [] == recorded(house)


def test_token_makes_no_token(house: House) -> None:
    """Neither for its own user, nor for others: a day would never end."""
    token = house.sign_in.tokens.with_password(ROOT, MAX.email, "")
    assert house.who(token) == MAX
    for email in (MAX.email, ANN.email):
        with pytest.raises(TokenMakesNone, match="use a password, a login or an API key"):
            house.sign_in.tokens.with_login(MAX, token, email, "")
    assert 1 == len(recorded(house))


def test_maker_is_on_record_with_what_they_used(house: House) -> None:
    key_id, key = key_of(house)
    secret = house.login(MAX)
    house.sign_in.tokens.with_password(MAX, ANN.email, "")
    house.sign_in.tokens.with_key(MAX, key, ANN.email, "")
    house.sign_in.tokens.with_login(MAX, secret, ANN.email, "")
    with house.database.reading() as unit:
        found = unit.logins.find(digest(secret), house.now)
    assert found is not None
    assert [
        (ANN.id, MAX.id, "key", key_id),
        (ANN.id, MAX.id, "login", found.id),
        (ANN.id, MAX.id, "password", None),
    ] == recorded(house)


def test_log_tells_who_made_a_token_for_whom(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    key_id, key = key_of(house)
    caplog.set_level("INFO")
    token = house.sign_in.tokens.with_key(MAX, key, ANN.email, "")
    told = caplog.records[-1].getMessage()
    assert told.startswith("token.made of u-ann by u-max: done, token li-")
    assert told.endswith(f", with key, parent {key_id}")
    assert token not in told


def test_record_outlives_the_token(house: House) -> None:
    """Ninety days, while logins go when they are over."""
    house.login(MAX)
    house.sign_in.tokens.with_password(MAX, ANN.email, "")
    for days, left in ((30, 1), (90, 1), (92, 0)):
        with house.database.writing() as unit:
            unit.logins.forget_before(START + timedelta(days=days))
        assert left == len(recorded(house))


def test_token_ends_with_the_key_that_made_it(house: House) -> None:
    """At once, in every process; another key of the maker is not asked."""
    (key_id, key), (_, other) = key_of(house), key_of(house)
    token = house.sign_in.tokens.with_key(MAX, key, ANN.email, "")
    kept = house.sign_in.tokens.with_key(MAX, other, ANN.email, "")
    administration.revoke_key(house.database, key_id, house.now)
    assert (None, None, ANN) == (
        house.who(token), House(house.database).who(token), house.who(kept),
    )  # fmt: skip
    with pytest.raises(NotSignedIn):
        house.sign_in.tokens.with_key(MAX, "ak-made-up", ANN.email, "")


def test_token_ends_with_the_login_that_made_it_c39(house: House) -> None:
    """Whether its maker signs out or signs in again; another login of theirs is not asked."""
    out, again, other = (house.login(MAX) for _ in range(3))
    tokens = [
        house.sign_in.tokens.with_login(MAX, secret, ANN.email, "")
        for secret in (out, again, other)
    ]
    assert [ANN] * 3 == [house.who(token) for token in tokens]
    house.sign_in.sign_out([out])
    house.login(MAX, replaced=again)
    assert [None, None, ANN] == [house.who(token) for token in tokens]
    with pytest.raises(NotSignedIn):
        house.sign_in.tokens.with_login(MAX, out, ANN.email, "")


def test_token_does_not_outlast_the_login_that_made_it(house: House) -> None:
    secret = house.login(MAX)
    house.later(days=13, hours=23)
    token = house.sign_in.tokens.with_login(MAX, secret, ANN.email, "")
    house.later(minutes=59)
    assert house.is_in(token)
    house.later(minutes=1)
    assert not house.is_in(token)


@pytest.mark.parametrize("made_with", ["password", "login", "key"])
def test_token_ends_with_a_new_password_of_its_maker(house: House, made_with: str) -> None:
    """Whatever it was made with; one for another user of theirs stays."""
    tokens = house.sign_in.tokens
    made = {
        "password": lambda: tokens.with_password(MAX, ANN.email, ""),
        "login": lambda: tokens.with_login(MAX, house.login(MAX), ANN.email, ""),
        "key": lambda: tokens.with_key(MAX, key_of(house)[1], ANN.email, ""),
    }[made_with]()
    other = tokens.with_password(ROOT, ANN.email, "")
    administration.set_password(house.database, MAX.email, "the new one is", house.now)
    assert (None, ANN) == (house.who(made), house.who(other))


def test_token_ends_with_its_maker(house: House) -> None:
    """Somebody who is not there any more lets nobody in, whatever account they were of."""
    token = house.sign_in.tokens.with_password(ROOT, EVE.email, "")
    assert house.who(token) == EVE
    with house.database.writing() as unit:
        unit.logins._connection.execute(text("DELETE FROM users WHERE id = 'u-root'"))
    assert house.who(token) is None


def test_token_of_the_program_before_counts_until_its_end(house: House) -> None:
    """It has no maker on record. It makes no token either."""
    with house.database.writing() as unit:
        unit.logins.add(
            MAX, "li-old", digest("ls-old"), LoginKind.TOKEN, house.now, timedelta(days=1)
        )
    assert house.who("ls-old") == MAX
    with pytest.raises(TokenMakesNone):
        house.sign_in.tokens.with_login(MAX, "ls-old", MAX.email, "")
    house.later(days=1)
    assert house.who("ls-old") is None


def test_token_ends_with_a_new_password_of_its_user(house: House) -> None:
    """As all their logins do."""
    token = house.sign_in.tokens.with_password(MAX, ANN.email, "")
    administration.set_password(house.database, ANN.email, "the new one is", house.now)
    assert house.who(token) is None


def test_token_ends_when_its_maker_is_disabled(house: House) -> None:
    """Whatever it was made with, and stays ended."""
    tokens = house.sign_in.tokens
    made = [
        tokens.with_password(MAX, ANN.email, ""),
        tokens.with_login(MAX, house.login(MAX), ANN.email, ""),
        tokens.with_key(MAX, key_of(house)[1], ANN.email, ""),
    ]
    administration.disable_user(house.database, MAX.id, house.now)
    assert [None] * 3 == [house.who(token) for token in made]
    administration.enable_user(house.database, MAX.id, house.now)
    assert [None] * 3 == [house.who(token) for token in made]


def test_streams_of_a_token_are_told_when_its_maker_is_disabled(house: House) -> None:
    """Whoever listens with it has to prove again who they are, as with each end of a login."""
    house.sign_in.tokens.with_password(MAX, ANN.email, "")
    administration.disable_user(house.database, MAX.id, house.now)
    query = text("SELECT access_of FROM feed WHERE access_of IS NOT NULL ORDER BY access_of")
    with house.database.reading() as unit:
        told = [row[0] for row in unit.logins._connection.execute(query)]
    assert [ANN.id, MAX.id] == told
