"""What the carrier asks while the database is away, and what is noted once it is back."""

from contextlib import suppress
from datetime import datetime

from evovoice.carrier.port import SessionRef
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import SessionNotFound
from evovoice.domain.facts import observe
from evovoice.domain.instructions import may_be_moved
from evovoice.domain.messages import Fact, JoinConference, SentToRoom
from evovoice.domain.room_claim import room_name_of
from evovoice.services.app_context import AppContext
from evovoice.services.outbox.room_answers import RoomAnswer
from evovoice.storage.unit_of_work import UnitOfWork


def room_without_database(
    context: AppContext, ref: SessionRef, facts: tuple[Fact, ...]
) -> JoinConference | None:
    """The conference for a calling leg whose dialled leg may have been moved there; None where it
    has not. Nobody is dropped, and whoever is alone there is hung up once the database is back.
    """
    if not may_be_moved(facts):
        return None
    context.room_answers.keep(RoomAnswer(ref, context.clock()))
    return JoinConference(room_name_of(ref.session_id), with_music=True)


def note_room_answers(context: AppContext) -> None:
    """Tell the sessions what was answered without them. Errors: `DatabaseUnavailable`."""
    for answer in context.room_answers.waiting():
        with suppress(SessionNotFound):
            changed = context.changes.apply(answer.ref, _note, SentToRoom(answer.at))
            context.dispatch.hand_over(changed.orders)
        context.room_answers.forget(answer)


def _note(work: UnitOfWork, session: CallSession, sent: SentToRoom, now: datetime) -> None:
    del work
    observe(session, (sent,), now)
