"""Single values as CSV and JSV write them (C49, C58)."""

from decimal import Decimal


def plain(value: object) -> str:
    """`True`, `False`, a number in plain digits, a text as it is, nothing for nothing."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)
