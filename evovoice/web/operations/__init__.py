"""The operation table: everything that can be asked, in the order of the contract."""

from typing import Any

from evovoice.web.operations.calls import CALLS
from evovoice.web.operations.conference import CONFERENCE
from evovoice.web.operations.devices import DEVICES
from evovoice.web.operations.listing import LISTING
from evovoice.web.operations.outgoing import OUTGOING
from evovoice.web.operations.participants import PARTICIPANTS
from evovoice.web.operations.session_admin import SESSION_ADMIN
from evovoice.web.operations.sessions import SESSIONS
from evovoice.web.operations.signing_in import SIGNING_IN
from evovoice.web.operations.stream import STREAM
from evovoice.web.servicestack.operation import Operation

TABLE: tuple[Operation[Any], ...] = (
    *CONFERENCE,
    *PARTICIPANTS,
    *SESSIONS,
    *STREAM,
    *SESSION_ADMIN,
    *LISTING,
    *OUTGOING,
    *CALLS,
    *SIGNING_IN,
    *DEVICES,
)
