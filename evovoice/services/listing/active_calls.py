"""What the carrier has in its books of the calls that are going on in an account."""

from evovoice.carrier.port import CallRecord
from evovoice.domain.values import Role, User
from evovoice.services.app_context import AppContext


def active_calls(context: AppContext, user: User, account_id: str | None) -> list[CallRecord]:
    """The carrier's records of the live legs of our sessions, in an account the user may see.

    One carrier account may serve many tenants and other programs too: what is not a leg of a
    session is left out. A foreign account has no calls. Errors: `CarrierError`.
    """
    sees_all = user.role is Role.SYSTEM_ADMINISTRATOR
    wanted = account_id or (None if sees_all else user.account_id)
    if not sees_all and wanted != user.account_id:
        return []
    with context.database.reading() as work:
        ours = work.live_legs.call_sids(wanted)
    if not ours:
        return []
    return [call for call in context.carrier.live_calls() if call.sid in ours]
