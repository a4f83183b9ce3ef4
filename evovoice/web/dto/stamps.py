"""Moments as the contract writes them."""

from datetime import UTC, datetime


def stamp(moment: datetime) -> str:
    """That moment in UTC: `2026-03-01T14:05:09.120Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stamp_of(moment: datetime | None) -> str | None:
    """The same of a moment that may not have come."""
    return stamp(moment) if moment else None
