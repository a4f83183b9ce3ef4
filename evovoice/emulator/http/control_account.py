"""How the account stands, as the control address reads and shows it."""

from dataclasses import replace

from evovoice.emulator.fields import Fields, Unclear
from evovoice.emulator.rest.messages import JsonObject
from evovoice.emulator.state.standing import (
    COUNTRIES,
    STATUSES,
    TYPES,
    Standing,
)


def changed_standing(old: Standing, fields: Fields) -> Standing:
    """`{"type"?, "status"?, "closedCountries"?}`; what is left out stays."""
    new = replace(
        old,
        type=fields.word("type", TYPES, old.type),
        status=fields.word("status", STATUSES, old.status),
        closed_countries=_countries(fields.anything("closed_countries"), old),
    )
    fields.done()
    return new


def standing_view(standing: Standing) -> JsonObject:
    """What was set."""
    return {
        "type": standing.type,
        "status": standing.status,
        "closedCountries": sorted(standing.closed_countries),
    }


def _countries(given: object, old: Standing) -> frozenset[str]:
    if given is None:
        return old.closed_countries
    if not isinstance(given, list) or not set(map(str, given)) <= set(COUNTRIES):
        raise Unclear(f"account: closed_countries has to list some of {', '.join(COUNTRIES)}")
    return frozenset(given)
