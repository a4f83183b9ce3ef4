"""Who takes part: an account, for each story two agents, a number of ours and telephones."""

from dataclasses import dataclass
from datetime import UTC, datetime

from evovoice.domain.values import Role, User
from evovoice.services import administration
from evovoice.storage.unit_of_work import Database

_AREAS = (202, 312, 415, 646, 213, 305, 206, 617)
_PHONES = 10  # for each story: ours, the customer, eight to add
_MOST = 9900 // _PHONES  # stories of one area code; a number's ending in 99xx means something


@dataclass(frozen=True, slots=True)
class Agent:
    """One of our users: their key and the address of their device."""

    id: str
    identity: str
    key: str

    @property
    def address(self) -> str:
        """As the carrier rings it."""
        return f"client:{self.identity}"


@dataclass(frozen=True, slots=True)
class Cast:
    """Those of one story; nobody is in two."""

    ann: Agent
    bob: Agent
    ours: str
    customer: str
    others: tuple[str, ...]
    has_ring_group: bool

    def addresses(self) -> set[str]:
        """Everybody who can be at the far end of a leg."""
        return {self.ann.address, self.bob.address, self.customer, *self.others}


class People:
    """Makes users, keys and numbers in the database: the set-up, before anything goes wrong."""

    def __init__(self, database_url: str) -> None:
        self._database = Database(database_url)
        self._account = administration.add_account(self._database, "Acme", "US")
        self.manager = self._agent("manager", Role.MANAGER)

    def cast(self, place: int, has_ring_group: bool) -> Cast:
        """Those of the story at that place."""
        ann, bob = self._agent(f"ann_{place}"), self._agent(f"bob_{place}")
        ours, customer, *others = phones(place)
        ringing = [ann.id, bob.id] if has_ring_group else [ann.id]
        administration.add_number(self._database, self._account.id, ours, ringing)
        return Cast(ann, bob, ours, customer, tuple(others), has_ring_group)

    def close(self) -> None:
        """Let go of the database."""
        self._database.dispose()

    def _agent(self, name: str, role: Role = Role.USER) -> Agent:
        user = User(f"u-{name}", self._account.id, name, f"{name}@acme.test", role, name)
        with self._database.writing() as work:
            work.directory.add_user(user, "no password")
        key = administration.add_key(self._database, user.id, datetime.now(UTC)).key
        return Agent(user.id, name, key)


def phones(place: int) -> list[str]:
    """The numbers of the story at that place: ours, the customer's, and those to add."""
    area, line = _AREAS[place // _MOST], place % _MOST * _PHONES
    return [f"+1{area}867{line + one:04d}" for one in range(_PHONES)]
