"""What a user may do with a call now, as answers tell consoles (contract C104)."""

from evovoice.domain.call_session import CallSession
from evovoice.domain.commands import has_acting_leg, require_live, require_open_conference
from evovoice.domain.errors import CallSessionError
from evovoice.domain.returning import may_return
from evovoice.domain.rights import RIGHTS, Right, When, has_right
from evovoice.domain.transfer_parties import live_transfer
from evovoice.domain.values import User


def allowed(session: CallSession, user: User, *, may_record: bool) -> list[Right]:
    """What would not be refused for want of the right or by the state of the call, in the order of
    the table. `may_record`: whether conversations are recorded here at all.
    """
    states = _states(session, user)
    found = [r for r, rule in RIGHTS.items() if rule.when in states and has_right(session, user, r)]
    if not may_record and Right.RECORD in found:
        found.remove(Right.RECORD)
    if may_return(session, user) and Right.ADD not in found:
        found.insert(0, Right.ADD)  # their own device (contract E2)
    return found


def _states(session: CallSession, user: User) -> set[When]:
    states = {When.ALWAYS}
    if session.has_ended:
        return states
    states.add(When.UNTIL_THE_END)
    if any(m.user_id == user.id and m.was_rung for m in session.pending()):
        states.add(When.RINGING)
    if not _is_live(session):
        return states
    states.add(When.LIVE)
    if live_transfer(session) is not None:
        states.add(When.TRANSFERRING)
    if has_acting_leg(session, user):
        states.add(When.TALKING)
        if len(session.connected()) > 1:
            states.add(When.WITH_OTHERS)
    return states


def _is_live(session: CallSession) -> bool:
    try:
        require_live(session)
        require_open_conference(session)
    except CallSessionError:
        return False
    return True
