"""What the carrier asks and tells of sessions that were deleted: late, or sent again by somebody
who has kept a signed request, which is valid for good. Nothing follows from it.
"""

from evovoice.carrier.port import SessionRef
from evovoice.services.app_context import AppContext


class CallIsOver(Exception):
    """The session of that call is over and was deleted: it begins none again."""


def was_deleted(context: AppContext, ref: SessionRef) -> bool:
    """Whether there was such a session."""
    with context.database.autocommit() as work:
        return work.deleted_sessions.has(ref.account_id, ref.session_id)
