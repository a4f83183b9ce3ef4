"""The operation table: everything that can be asked, in the order of the contract."""

from typing import Any

from evovoice.web.operations import (
    accounts,
    api_keys,
    audit,
    call_handling,
    calls,
    conference,
    devices,
    listing,
    numbers,
    outgoing,
    people,
    personal_data,
    presence,
    rights,
    second_factor,
    session_updates,
    sessions,
    signing_in,
    stream,
    supervision,
    user_import,
    users,
)
from evovoice.web.servicestack.operation import Operation

TABLE: tuple[Operation[Any], ...] = (
    *conference.OPERATIONS,
    *call_handling.OPERATIONS,
    *sessions.OPERATIONS,
    *supervision.OPERATIONS,
    *stream.OPERATIONS,
    *session_updates.OPERATIONS,
    *listing.OPERATIONS,
    *outgoing.OPERATIONS,
    *calls.OPERATIONS,
    *signing_in.OPERATIONS,
    *devices.OPERATIONS,
    *presence.OPERATIONS,
    *people.OPERATIONS,
    *rights.OPERATIONS,
    *second_factor.OPERATIONS,
    *users.OPERATIONS,
    *user_import.OPERATIONS,
    *api_keys.OPERATIONS,
    *accounts.OPERATIONS,
    *numbers.OPERATIONS,
    *personal_data.OPERATIONS,
    *audit.OPERATIONS,
)
