"""What belongs together on a page: the groups of the operations, by their routes."""

from typing import Any

from evovoice.web.servicestack.operation import Operation

_BY_FIRST_PART = {
    "sessions": "Sessions",
    "calls": "Sessions",
    "events": "Sessions",
    "auth": "Signing in",
    "app": "Devices",
}


def group_of(row: Operation[Any]) -> str:
    """The group that the first route leads to."""
    parts = row.routes[0].strip("/").split("/")
    if "conference" in parts:
        return "Conference"
    return _BY_FIRST_PART.get(parts[0], parts[0].title())
