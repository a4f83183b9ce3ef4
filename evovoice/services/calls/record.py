"""Record a conversation."""

from evovoice.domain.call_session import CallSession
from evovoice.domain.requests import RecordCall
from evovoice.domain.rights import Right, require_right
from evovoice.domain.states import Recording
from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.calls.command_runner import run
from evovoice.services.errors import RecordingIsOff
from evovoice.services.session_access import seen


def record_call(context: AppContext, user: User, session_id: str) -> CallSession:
    """Record the conversation. Errors: `RecordingIsOff` where the service is not to do that."""
    if not context.may_record:
        with context.database.reading() as work:
            require_right(seen(work, user, session_id, context.clock()), user, Right.RECORD)
        raise RecordingIsOff
    return run(context, user, session_id, RecordCall(user), _is_recording_known)


def _is_recording_known(session: CallSession) -> bool:
    return not any(m.leg.settings.recording is Recording.ORDERED for m in session.members)
