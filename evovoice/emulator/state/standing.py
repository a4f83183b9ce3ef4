"""How the account stands with Twilio: its type, its status, its keys' kinds, where it may call."""

from dataclasses import dataclass

from evovoice.emulator.state.clock import MICROS

TYPES = ("Full", "Trial")
STATUSES = ("active", "suspended", "closed")
OPENED = 1_767_225_600 * MICROS  # when the account and its keys were made: 1 January 2026


@dataclass(frozen=True, slots=True)
class Country:
    """A country of the dialing permissions."""

    name: str
    continent: str
    codes: tuple[str, ...]


_AMERICA, _EUROPE, _OCEANIA, _ASIA = "North America", "Europe", "Oceania", "Asia"
COUNTRIES = {
    "AT": Country("Austria", _EUROPE, ("+43",)),
    "AU": Country("Australia", _OCEANIA, ("+61",)),
    "CA": Country("Canada", _AMERICA, ("+1",)),
    "CH": Country("Switzerland", _EUROPE, ("+41",)),
    "DE": Country("Germany", _EUROPE, ("+49",)),
    "ES": Country("Spain", _EUROPE, ("+34",)),
    "FR": Country("France", _EUROPE, ("+33",)),
    "GB": Country("United Kingdom", _EUROPE, ("+44",)),
    "IE": Country("Ireland", _EUROPE, ("+353",)),
    "IN": Country("India", _ASIA, ("+91",)),
    "IT": Country("Italy", _EUROPE, ("+39",)),
    "JP": Country("Japan", _ASIA, ("+81",)),
    "MX": Country("Mexico", _AMERICA, ("+52",)),
    "NL": Country("Netherlands", _EUROPE, ("+31",)),
    "NZ": Country("New Zealand", _OCEANIA, ("+64",)),
    "US": Country("United States", _AMERICA, ("+1",)),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What REST tells about the account; calls go on as if it were upgraded and active."""

    type: str = "Full"
    status: str = "active"
    restricted_keys: frozenset[str] = frozenset()
    closed_countries: frozenset[str] = frozenset()
