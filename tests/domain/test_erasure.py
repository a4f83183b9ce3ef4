"""What tells who an outside party is goes for good, and no fact brings it back."""

from dataclasses import replace

import pytest

from evovoice.domain import erasure
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import PersonalDataAreErased
from evovoice.domain.member import Member
from evovoice.domain.messages import Fact, LegEnded, LegProgressed, UnknownFact
from evovoice.domain.requests import AddNote
from evovoice.domain.states import EndSource, LegProgress, Outcome
from tests.domain.builders import (
    AGENT,
    ANN,
    BOSS,
    CALLER,
    CUSTOMER,
    OURS,
    THIRD,
    add,
    ask,
    at,
    bridged,
    outgoing,
    placed,
    tell,
)

SECRET = "Gold +1 303 555 0188"
LATER = 90_000  # seconds


def _over(session: CallSession) -> CallSession:
    """Everybody has hung up, and it is a day later."""
    for member in session.members:
        source = EndSource.CALL
        end = LegEnded(member.leg.id, member.leg.call_sid, Outcome.COMPLETED, source, at(60))
        tell(session, end)
    session.events.clear()
    assert session.has_ended
    return session


def _erased(session: CallSession) -> CallSession:
    erasure.erase(_over(session), at(LATER))
    session.events.clear()
    return session


def _outside(session: CallSession) -> list[Member]:
    return [member for member in session.members if not member.is_our_user]


@pytest.mark.parametrize("seconds", [59, 659])
def test_session_is_surely_over_ten_minutes_after_its_end_c91(seconds: float) -> None:
    """Until then somebody may turn out to live."""
    session = _over(bridged())
    session.ended_at = at(60)
    assert erasure.is_surely_over(session, at(seconds + 1)) is (seconds > 600)
    assert erasure.is_surely_over(bridged(), at(LATER)) is False


def test_both_numbers_of_a_call_are_told_apart_by_its_direction_c91() -> None:
    """The account's own stays."""
    assert ("", OURS) == _addresses(_erased(bridged()))
    assert (OURS, "") == _addresses(_erased(outgoing()))
    assert (OURS, "") == _addresses(_erased(placed()))


def _addresses(session: CallSession) -> tuple[str, str]:
    return session.from_address, session.to_address


def test_caller_that_is_an_unknown_device_is_erased_too_c91() -> None:
    """Only those of our users are known to be ours."""
    session = _over(bridged())
    session.from_address = "client:somebody"
    erasure.erase(session, at(LATER))
    assert "" == session.from_address


def test_erasing_again_changes_nothing_but_the_log_c91() -> None:
    session = _erased(bridged())
    before = replace(session, members=[replace(member) for member in session.members])
    erasure.keep_erased(session)
    assert before == session


_LATE: list[Fact] = [
    UnknownFact(SECRET, at(LATER + 1), {"From": SECRET}),
    LegEnded("leg-caller", CALLER, Outcome.FAILED, EndSource.CALL, at(50), SECRET, 21211),
    LegEnded("leg-third", THIRD, Outcome.BUSY, EndSource.CALL, at(50), SECRET),
    LegEnded(None, "CA" + "9" * 32, Outcome.FAILED, EndSource.CALL, at(50), SECRET),
    LegProgressed("leg-third", THIRD, LegProgress.ANSWERED, at(40)),
    LegProgressed("leg-u-ann", AGENT, LegProgress.ANSWERED, at(2)),
]


@pytest.mark.parametrize("fact", _LATE, ids=lambda fact: type(fact).__name__)
def test_late_fact_is_merged_and_brings_no_text_c91(fact: Fact) -> None:
    session = bridged()
    add(session)
    session = _erased(session)
    tell(session, fact)
    assert SECRET not in repr(session)
    assert CUSTOMER not in repr(session)
    assert {"(erased)"} >= {event.message for event in session.events}
    assert all({} == event.data for event in session.events)
    assert ["(erased)", "(erased)"] == [member.display_name for member in _outside(session)]


def test_note_is_refused_even_to_those_who_oversee_c91() -> None:
    session = _erased(bridged())
    for user in (ANN, BOSS):
        with pytest.raises(PersonalDataAreErased):
            ask(session, AddNote(user, SECRET), LATER + 1)
    assert [] == session.events
