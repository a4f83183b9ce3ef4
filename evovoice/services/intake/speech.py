"""Who speaks: the cheapest of reports, for it is the most frequent (decision 124)."""

from evovoice.carrier.port import SessionRef
from evovoice.domain.speech import Speech
from evovoice.services.app_context import AppContext
from evovoice.storage.unit_of_work import SessionKey


def receive_speech(context: AppContext, ref: SessionRef, speech: Speech) -> None:
    """Somebody speaks, or does not any more. No session is read: what was deleted, is late or told
    again tells consoles nothing.
    """
    context.database.once_more(lambda: _store(context, ref, speech))


def _store(context: AppContext, ref: SessionRef, speech: Speech) -> None:
    key = SessionKey(ref.account_id, ref.session_id)
    with context.database.writing() as work:
        if work.speeches.note(key, speech):
            work.feed.add_speech_change(key, speech.call_sid, context.clock())
