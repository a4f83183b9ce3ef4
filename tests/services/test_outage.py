"""What a process remembers of the time without the database."""

from datetime import UTC, datetime, timedelta

from evovoice.carrier.port import SessionRef
from evovoice.services.outbox.outage import Outage, RoomAnswer

NOW = datetime(2026, 3, 1, 14, 0, tzinfo=UTC)
REF = SessionRef("a-1", "s-1")


def test_later_answer_of_the_same_session_is_not_forgotten_with_the_earlier() -> None:
    outage = Outage(lambda: NOW)
    first, second = RoomAnswer(REF, NOW), RoomAnswer(REF, NOW + timedelta(seconds=5))
    outage.keep(first)
    outage.keep(second)
    outage.forget(first)
    assert [second] == outage.answers()


def test_failure_that_comes_while_an_earlier_one_is_made_up_for_stays() -> None:
    moments = iter([NOW, NOW + timedelta(seconds=5)])
    outage = Outage(lambda: next(moments))
    outage.note_failure()
    outage.note_failure()
    outage.make_up(NOW)
    assert NOW + timedelta(seconds=5) == outage.failed_at
    outage.make_up(NOW + timedelta(seconds=5))
    assert outage.failed_at is None
