"""Between an account and its row."""

from evovoice.domain.states import EndPolicy
from evovoice.domain.values import Account
from evovoice.storage.database.connection import Row


def account_from(row: Row) -> Account:
    """The account as it was stored."""
    countries = frozenset((row.countries or "").split(",")) - {""}
    policy = row.end_policy or EndPolicy.TWO_LEFT
    return Account(
        row.id, row.name, row.country, countries, EndPolicy(policy), row.hides_supervisors,
        row.fallback_number,
    )  # fmt: skip


def stored_countries(countries: frozenset[str]) -> str | None:
    """The countries an account may call, as they are stored; none: everywhere."""
    return ",".join(sorted(countries)) or None
