"""What the carrier asks while the database is away, and what is noted once it is back
(decision 59).
"""

from contextlib import suppress

from evovoice.carrier.port import SessionRef
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.instructions import may_be_moved
from evovoice.domain.messages import Fact, JoinConference, SentToRoom
from evovoice.domain.room_claim import room_name_of
from evovoice.services.app_context import AppContext
from evovoice.services.outbox.outage import RoomAnswer
from evovoice.services.outbox.session_changes import merge_facts
from evovoice.services.unreadable_rows import logged_if_unreadable


def room_without_database(
    context: AppContext, ref: SessionRef, facts: tuple[Fact, ...]
) -> JoinConference | None:
    """The conference for a calling leg whose dialled leg may have been moved there; None where it
    has not. Nobody is dropped, and whoever is alone there is hung up once the database is back.
    """
    if not may_be_moved(facts):
        return None
    context.outage.keep(RoomAnswer(ref, context.clock()))
    return JoinConference(room_name_of(ref.session_id), with_music=True)


def make_up_for_outage(context: AppContext) -> None:
    """Once the database is back: tell the sessions what was answered without them, and have every
    live one looked at soon, for the reports of that time are lost. Errors: `DatabaseUnavailable`.
    """
    for answer in context.outage.answers():
        with suppress(SessionNotFound), logged_if_unreadable():
            changed = context.changes.apply(answer.ref, merge_facts, (SentToRoom(answer.at),))
            context.dispatch.hand_over(changed.orders)
        context.outage.forget(answer)
    failed_at = context.outage.failed_at
    if failed_at is None:
        return
    with context.database.writing() as work:
        work.sessions.check_soon(failed_at, context.clock())
    context.outage.make_up(failed_at)
