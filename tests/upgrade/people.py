"""Who takes part, made by the command line of one version or the other."""

from dataclasses import dataclass
from typing import Any

from tests.chaos.cast import Agent, Cast, phones
from tests.upgrade.versions import Version

PASSWORD = "a long and quiet river"


@dataclass(frozen=True, slots=True)
class Office:
    """An account in a database, and its manager."""

    database_url: str
    account_id: str
    manager: Agent

    def cast(self, version: Version, place: int) -> Cast:
        """Two agents and a number that rings both, made by that version."""
        made = version.commands(self.database_url, _lines(place, self.account_id, 0))
        return _cast(place, made)


def office(version: Version, database_url: str, places: int) -> tuple[Office, list[Cast]]:
    """A new one, and those at so many desks, made by that version."""
    lines = [
        ["account", "add", "Acme", "--country", "US"],
        _user("manager", "{0[id]}", "Manager"),
        ["key", "add", "--user", "{1[id]}"],
    ]
    for place in range(places):
        lines += _lines(place, "{0[id]}", len(lines))
    account, manager, key, *rest = version.commands(database_url, lines)
    agent = Agent(manager["id"], manager["identity"], key["key"])
    made = Office(database_url, account["id"], agent)
    size = len(rest) // places
    return made, [_cast(at, rest[at * size : (at + 1) * size]) for at in range(places)]


def email_of(name: str) -> str:
    """What they sign in with."""
    return f"{name}@acme.example"


def _lines(place: int, account_id: str, before: int) -> list[list[str]]:
    """The commands for those at a desk; so many others come before them."""
    ann, bob = f"{{{before}[id]}}", f"{{{before + 1}[id]}}"
    ring = ["--account", account_id, "--agent", ann, "--agent", bob]
    return [
        _user(f"ann{place}", account_id, "User"),
        _user(f"bob{place}", account_id, "User"),
        ["key", "add", "--user", ann],
        ["key", "add", "--user", bob],
        ["number", "add", phones(place)[0], *ring],
    ]


def _cast(place: int, made: list[Any]) -> Cast:
    """Those of whom the commands of `_lines` have told."""
    ours, customer, *others = phones(place)
    ann, bob = (
        Agent(user["id"], user["identity"], key["key"])
        for user, key in zip(made[:2], made[2:4], strict=True)
    )
    return Cast(ann, bob, ours, customer, tuple(others), has_ring_group=True)


def _user(name: str, account_id: str, role: str) -> list[str]:
    options = ["--account", account_id, "--role", role, "--password", PASSWORD]
    return ["user", "add", name, "--email", email_of(name), *options]
