"""What two servers of different versions make of the same rows."""

from typing import Any

from tests.chaos.cast import Cast
from tests.chaos.line import Line
from tests.upgrade.people import PASSWORD, Office, email_of


async def read_otherwise(older: Line, newer: Line, office: Office) -> tuple[int, list[str]]:
    """How many ended sessions both have shown, with their logs; and what they show otherwise.

    Those that change meanwhile, by a late report, are left out. The newer one may show more fields;
    what the older shows is the same in both.
    """
    key = office.manager.key
    first, second, again = [await _ended(one, key) for one in (older, newer, older)]
    both = [one for one, shown in first.items() if one in second and again.get(one) == shown]
    found = [line for one in both for line in differences(first[one], second[one], one)]
    return len(both), found


async def _ended(server: Line, key: str) -> dict[str, Any]:
    """The newest sessions that are over, each with its log."""
    listed = await server.ask("GET", "/sessions?all=true", key=key)
    ended = {one["id"]: one for one in listed.body["items"] if one["ended"]}
    for each, shown in ended.items():
        log = await server.ask("GET", f"/sessions/{each}/events?count=200", key=key)
        shown["_log"] = log.body
    return ended


async def shut_out(servers: list[Line], casts: list[Cast]) -> list[str]:
    """Whom a server does not know by their key or by their password."""
    found = []
    for server in servers:
        for cast in casts:
            name = cast.ann.identity.partition("_")[0]
            wish = {"provider": "credentials", "userName": email_of(name), "password": PASSWORD}
            by_key = await server.ask("GET", "/sessions/active", key=cast.ann.key)
            by_password = await server.ask("POST", "/auth/credentials", wish)
            found += [
                f"{server} answered {answer.status} to {name}: {answer.body}"
                for answer in (by_key, by_password)
                if not answer.is_good
            ]
    return found


def differences(older: Any, newer: Any, where: str) -> list[str]:
    """What of the older document is otherwise in the newer one, in sentences."""
    if isinstance(older, dict) and isinstance(newer, dict):
        lacking = [f"{where} lacks {name}" for name in older if name not in newer]
        shared = [name for name in older if name in newer]
        return lacking + [
            line for name in shared
            for line in differences(older[name], newer[name], f"{where}.{name}")
        ]  # fmt: skip
    if isinstance(older, list) and isinstance(newer, list) and len(older) == len(newer):
        pairs = enumerate(zip(older, newer, strict=True))
        return [line for at, pair in pairs for line in differences(*pair, f"{where}[{at}]")]
    return [] if older == newer else [f"{where}: {older!r} is read as {newer!r}"]
