"""Signing in on real databases: what counts, how long, and how often one may guess."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from evovoice.domain.values import Account, Role, User
from evovoice.services import administration
from evovoice.services.auth import credentials
from evovoice.services.auth.credentials import PasswordCache, digest, hash_password
from evovoice.services.auth.password_check import GuessLimits, PasswordCheck
from evovoice.services.auth.sign_in import SignIn
from evovoice.services.errors import (
    AboveOwnRole,
    NotSignedIn,
    TooManyLogins,
    UserNotFound,
    WrongPassword,
)
from evovoice.storage.unit_of_work import Database, LoginKind
from tests.databases import (
    database,
    database_url,
    migrated_file,
    migrated_postgres,
    postgres_server,
)

__all__ = ["database", "database_url", "migrated_file", "migrated_postgres", "postgres_server"]

START = datetime(2026, 11, 22, 10, tzinfo=UTC)
HERE, THERE = "192.0.2.1", "192.0.2.2"
PASSWORD, WRONG = "correct horse", "wrong"
HASHED = hash_password(PASSWORD)
ANN = User("u-ann", "a-1", "Ann", "ann@acme.test", Role.USER, "ann_1")
MAX = User("u-max", "a-1", "Max", "max@acme.test", Role.MANAGER, "max_1")
ROOT = User("u-root", "a-1", "Root", "root@acme.test", Role.SYSTEM_ADMINISTRATOR, "root_1")
EVE = User("u-eve", "a-2", "Eve", "eve@other.test", Role.MANAGER, "eve_1")


class House:
    """The sign-in of one process, and a clock to turn."""

    def __init__(
        self, database: Database, limits: GuessLimits | None = None, key: str = "a key"
    ) -> None:
        self.now = START
        self.database = database
        cache = PasswordCache(lambda: self.now)
        check = PasswordCheck(database, cache, lambda: self.now, key, limits)
        self.sign_in = SignIn(database, check, lambda: self.now)

    def login(self, remember: bool = False) -> str:
        return self.sign_in.sign_in(ANN.email, PASSWORD, HERE, remember).secret

    def guess(self, name: str = ANN.email, address: str = HERE, password: str = WRONG) -> str:
        """What came of it, in one word."""
        try:
            self.sign_in.sign_in(name, password, address, False)
        except (WrongPassword, TooManyLogins) as error:
            return type(error).__name__
        return "in"

    def is_in(self, secret: str) -> bool:
        try:
            return self.sign_in.user_of_login(secret) == ANN
        except NotSignedIn:
            return False


@pytest.fixture
def house(database: Database) -> House:
    with database.writing() as unit:
        for account in (Account("a-1", "Acme", "US"), Account("a-2", "Zeta", "GB")):
            unit.directory.add_account(account.id, account.name, account.country)
        for user in (ANN, MAX, ROOT, EVE):
            unit.directory.add_user(user, HASHED)
    return House(database)


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Passwords are compared at once; the hashes that were asked for are noted."""
    asked: list[str | None] = []

    def verify(password_hash: str | None, password: str) -> bool:
        asked.append(password_hash)
        return password_hash is not None and password == PASSWORD

    monkeypatch.setattr(credentials, "verify_password", verify)
    return asked


def test_signing_in_makes_a_login_c32(house: House) -> None:
    """The name in any case; the secret leads to the user, the other one nowhere."""
    login = house.sign_in.sign_in("ANN@acme.test", PASSWORD, HERE, False)
    assert (ANN, LoginKind.SESSION) == (login.user, login.kind)
    assert house.is_in(login.session_secret)
    assert not house.is_in(login.permanent_secret)
    assert login.secret not in repr(login)


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(("remember", "weeks"), [(False, 2), (True, 4)])
def test_a_login_lasts_two_or_four_weeks_c33(house: House, remember: bool, weeks: int) -> None:
    """Counted from the sign-in, however often it is used."""
    secret = house.login(remember)
    for moment in (timedelta(hours=2), timedelta(weeks=weeks, seconds=-1)):
        house.now = START + moment
        assert house.is_in(secret)
    house.now = START + timedelta(weeks=weeks)
    assert not house.is_in(secret)


@pytest.mark.usefixtures("fast")
def test_every_sign_in_has_new_secrets_and_none_is_stored_c33(house: House) -> None:
    """A copy of the database lets nobody in."""
    logins = [house.sign_in.sign_in(ANN.email, PASSWORD, HERE, True) for _ in range(3)]
    secrets = {secret for one in logins for secret in (one.session_secret, one.permanent_secret)}
    assert len(secrets) == 6
    assert all(len(secret) >= 43 for secret in secrets)
    with house.database.reading() as unit:
        stored = str(unit.logins._connection.execute(text("SELECT * FROM logins")).all())
    assert not any(secret in stored for secret in secrets)


@pytest.mark.usefixtures("fast")
def test_signing_out_voids_at_once_and_only_that_login_c39(house: House) -> None:
    """In every process; what is no login is passed over."""
    first, second = house.login(), house.login()
    house.sign_in.sign_out([first, "made up"])
    house.sign_in.sign_out([])
    assert not house.is_in(first)
    assert not House(house.database).is_in(first)
    assert house.is_in(second)


def test_a_new_password_ends_the_logins_of_its_user(house: House) -> None:
    """And the old password is wrong, also where the cache has it as verified."""
    secret = house.login()
    other = house.sign_in.sign_in(MAX.email, PASSWORD, HERE, True)
    administration.set_password(house.database, ANN.email, "new one", house.now)
    assert not house.is_in(secret)
    assert MAX == house.sign_in.user_of_login(other.secret)
    assert "WrongPassword" == house.guess(password=PASSWORD)
    assert "in" == house.guess(password="new one")


@pytest.mark.parametrize("name", [ANN.email, "nobody@acme.test", "", "a\0b", "\udcff", "x" * 2000])
@pytest.mark.usefixtures("fast")
def test_wrong_names_and_passwords_look_the_same_c37(house: House, name: str) -> None:
    """One text for all; a name that cannot be stored asks no database."""
    with pytest.raises(WrongPassword, match="Invalid Username or Password"):
        house.sign_in.sign_in(name, "wrong", HERE, False)
    with pytest.raises(NotSignedIn, match="Not authenticated"):
        house.sign_in.user_of_password(name, "wrong", HERE)


def test_unknown_names_cost_and_count_like_known_ones_c37(
    house: House, fast: list[str | None]
) -> None:
    """One slow check each, until both are refused after the same number of guesses."""
    names = (ANN.email, "nobody@acme.test")
    words = {name: [house.guess(name) for _ in range(12)] for name in names}
    assert words[names[0]] == words[names[1]]
    assert ["WrongPassword"] * 10 + ["TooManyLogins"] * 2 == words[ANN.email]
    assert [HASHED] * 10 + [None] * 10 == fast


@pytest.mark.usefixtures("fast")
def test_guessing_is_limited_by_name_c37(house: House) -> None:
    """From all addresses together, in every spelling, also with the right password; it eases."""
    spellings = (ANN.email, "ANN@acme.test ")
    for number in range(10):
        assert "WrongPassword" == house.guess(spellings[number % 2], f"192.0.2.{number}")
    with pytest.raises(TooManyLogins) as refusal:
        house.login()
    assert 90 == refusal.value.seconds
    assert "Too many failed sign-ins, try again in 90 seconds" == str(refusal.value)
    with pytest.raises(TooManyLogins):
        house.sign_in.user_of_password(ANN.email, PASSWORD, THERE)
    assert "in" == house.guess(MAX.email, password=PASSWORD)
    house.now += timedelta(seconds=90)
    assert "in" == house.guess(password=PASSWORD)


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(
    ("address", "neighbour", "stranger"),
    [
        (HERE, HERE, THERE),
        ("2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1"),
        ("::ffff:192.0.2.1", HERE, THERE),
        ("", "", HERE),
    ],
)
def test_guessing_is_limited_by_address_c37(
    house: House, address: str, neighbour: str, stranger: str
) -> None:
    """Whatever the name; an IPv6 network is one address."""
    guesser = House(house.database, GuessLimits(per_address=5))
    words = [guesser.guess(f"{number}@acme.test", address) for number in range(6)]
    assert ["WrongPassword"] * 5 + ["TooManyLogins"] == words
    assert "TooManyLogins" == guesser.guess(address=neighbour, password=PASSWORD)
    assert "in" == guesser.guess(address=stranger, password=PASSWORD)


@pytest.mark.usefixtures("fast")
def test_right_passwords_use_nothing_up(house: House) -> None:
    """Somebody may sign in as often as they like; refused guesses count nothing either."""
    for _ in range(15):
        assert "in" == house.guess(password=PASSWORD)
        house.now += timedelta(seconds=61)  # past the short memory of what was right
    words = [house.guess() for _ in range(30)]
    assert 10 == words.count("WrongPassword")
    house.now += timedelta(seconds=90)
    assert "WrongPassword" == house.guess()


@pytest.mark.usefixtures("fast")
def test_somebody_who_is_signed_in_is_not_locked_out_by_guesses(house: House) -> None:
    """Their login counts on, and for a minute their password too."""
    secret = house.login()
    for _ in range(12):
        house.guess(address=THERE)
    assert house.is_in(secret)
    assert ANN == house.sign_in.user_of_password(ANN.email, PASSWORD, HERE)


@pytest.mark.usefixtures("fast")
def test_parallel_guesses_are_counted_right(house: House) -> None:
    """Forty at once by two processes: ten are judged, thirty refused, and none gets in."""
    houses: list[Callable[[], str]] = [house.guess, House(house.database).guess]
    with ThreadPoolExecutor(8) as pool:
        words = list(pool.map(lambda number: houses[number % 2](), range(40)))
    assert (10, 30) == (words.count("WrongPassword"), words.count("TooManyLogins"))


@pytest.mark.usefixtures("fast")
def test_a_token_acts_as_its_user_for_a_day(house: House) -> None:
    """Found by e-mail address or id, by whoever may see the user."""
    for actor, email, user_id in (
        (MAX, ANN.email, ""), (MAX, "", ANN.id), (ROOT, ANN.email.upper(), ANN.id),
    ):  # fmt: skip
        assert house.is_in(house.sign_in.auth_token(actor, email, user_id))
    token = house.sign_in.auth_token(ROOT, EVE.email, "")
    assert EVE == house.sign_in.user_of_login(token)
    house.now += timedelta(days=1)
    with pytest.raises(NotSignedIn):
        house.sign_in.user_of_login(token)


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
def test_a_token_is_not_made_for_strangers_or_superiors(
    house: House, actor: User, email: str, user_id: str, refusal: type[Exception]
) -> None:
    """A user of another account looks like one who does not exist."""
    with pytest.raises(refusal):
        house.sign_in.auth_token(actor, email, user_id)


def test_administrators_see_every_account_c38(house: House) -> None:
    """The others their own."""
    assert ["a-1"] == [account.id for account in house.sign_in.accounts_of(MAX)]
    assert ["a-1", "a-2"] == [account.id for account in house.sign_in.accounts_of(ROOT)]


def test_what_is_counted_names_nobody_without_the_secret_key(house: House) -> None:
    """A plain digest of an address can be guessed back, there are few enough of them."""
    house.guess()
    query = text("SELECT subject FROM login_attempts")
    with house.database.reading() as unit:
        subjects = {row.subject for row in unit.logins._connection.execute(query)}
    assert 2 == len(subjects)
    assert not subjects & {digest(f"address {HERE}"), digest(f"name {ANN.email}")}
    House(house.database, key="another").guess()
    with house.database.reading() as unit:
        assert 4 == len({row.subject for row in unit.logins._connection.execute(query)})
