"""A session as an answer has it: with what who asks may do with it (contract C104)."""

from evovoice.domain.allowed import allowed
from evovoice.domain.call_session import CallSession
from evovoice.web.dto.session_info import SessionInfo, session_info
from evovoice.web.request_context import RequestContext


def session_answer(context: RequestContext, session: CallSession) -> SessionInfo:
    """That session, as the user of the request is told of it."""
    rights = allowed(session, context.user, may_record=context.app.may_record)
    shown = session_info(session, for_user=context.user)
    return shown._replace(allowed=[right.value for right in rights])
