"""The sign-in of one process on a real database, four users, and a clock to turn."""

from datetime import UTC, datetime, timedelta

import pytest

from evovoice.domain.values import Account, Role, User
from evovoice.services.auth import credentials
from evovoice.services.auth.credentials import PasswordCache, hash_password
from evovoice.services.auth.guess_limits import Client, GuessLimits
from evovoice.services.auth.new_logins import NewLogin
from evovoice.services.auth.password_check import PasswordCheck
from evovoice.services.auth.sign_in import SignIn
from evovoice.services.errors import NotSignedIn, TooManyLogins, WrongPassword
from evovoice.storage.unit_of_work import Database

START = datetime(2026, 11, 22, 10, tzinfo=UTC)
HERE, THERE = Client("192.0.2.1"), Client("198.51.100.1")
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

    def furnish(self) -> None:
        """Add the users; all have one password."""
        with self.database.writing() as unit:
            for account in (Account("a-1", "Acme", "US"), Account("a-2", "Zeta", "GB")):
                unit.directory.add_account(account.id, account.name, account.country)
            for user in (ANN, MAX, ROOT, EVE):
                unit.directory.add_user(user, HASHED)

    def new_login(
        self, user: User = ANN, remember: bool = False, client: Client = HERE, replaced: str = ""
    ) -> NewLogin:
        return self.sign_in.sign_in(
            user.email, PASSWORD, client, remember, [replaced] if replaced else []
        )

    def login(self, user: User = ANN, remember: bool = False, replaced: str = "") -> str:
        """The secret of a new login."""
        return self.new_login(user, remember, replaced=replaced).secret

    def guess(self, name: str = ANN.email, client: Client = HERE, password: str = WRONG) -> str:
        """What came of it, in one word."""
        try:
            self.sign_in.sign_in(name, password, client, False)
        except (WrongPassword, TooManyLogins) as error:
            return type(error).__name__
        return "in"

    def basic(self, client: Client = HERE) -> str:
        """What comes of a request with the right password."""
        try:
            self.sign_in.user_of_password(ANN.email, PASSWORD, client)
        except (NotSignedIn, TooManyLogins) as error:
            return type(error).__name__
        return "in"

    def who(self, secret: str) -> User | None:
        try:
            return self.sign_in.user_of_login(secret)
        except NotSignedIn:
            return None

    def is_in(self, secret: str) -> bool:
        return self.who(secret) == ANN

    def later(self, **much: float) -> None:
        self.now += timedelta(**much)


def network(number: int) -> Client:
    """A client in a network of its own."""
    return Client(f"10.0.{number}.1")


@pytest.fixture
def house(database: Database) -> House:
    """With its users."""
    house = House(database)
    house.furnish()
    return house


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Passwords are compared at once; the hashes that were asked for are noted."""
    asked: list[str | None] = []

    def verify(password_hash: str | None, password: str) -> bool:
        asked.append(password_hash)
        return password_hash is not None and password == PASSWORD

    monkeypatch.setattr(credentials, "verify_password", verify)
    return asked
