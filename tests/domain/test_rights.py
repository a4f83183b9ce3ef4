"""Who may do what with a call: one table, enforced and shown alike (contract 2.6, C104)."""

import pytest

from evovoice.domain.allowed import allowed
from evovoice.domain.call_session import CallSession
from evovoice.domain.errors import NotYourCall
from evovoice.domain.requests import PatchMember
from evovoice.domain.rights import RIGHTS, Right, require_right
from evovoice.domain.values import User
from tests.domain.builders import (
    AGENT,
    ANN,
    BOB,
    BOSS,
    CALLER,
    answered,
    ask,
    bridged,
    ended,
    incoming,
    tell,
)

TRANSFERRING = {Right.SWAP_TRANSFER, Right.COMPLETE_TRANSFER, Right.CANCEL_TRANSFER}
TALKING = [right for right in Right if right not in {Right.REJECT, Right.SUPERVISE, *TRANSFERRING}]


def _answered_by_ann() -> CallSession:
    session = incoming(ANN, BOB)
    tell(session, answered("leg-u-ann", AGENT))
    return session


def _refused(session: CallSession, user: User, right: Right) -> bool:
    try:
        require_right(session, user, right)
    except NotYourCall:
        return True
    return False


def test_every_right_has_its_row_c104() -> None:
    assert list(Right) == list(RIGHTS)


def test_who_was_only_rung_may_reject_and_no_more_c104() -> None:
    session = _answered_by_ann()
    assert [Right.REJECT] == [right for right in Right if not _refused(session, BOB, right)]


def test_who_answered_or_oversees_may_do_all_c104() -> None:
    session = _answered_by_ann()
    assert [Right.SUPERVISE] == [right for right in Right if _refused(session, ANN, right)]
    assert not [right for right in Right if _refused(session, BOSS, right)]


def test_colleague_who_was_only_rung_may_not_mute_the_customer_c104() -> None:
    session = _answered_by_ann()
    with pytest.raises(NotYourCall):
        ask(session, PatchMember(BOB, CALLER, muted=True), 5)
    assert Right.CHANGE_MEMBER not in allowed(session, BOB, may_record=True)


def test_while_it_rings_only_rejecting_is_allowed_c104() -> None:
    assert [Right.REJECT] == allowed(incoming(ANN), ANN, may_record=True)
    assert [] == allowed(incoming(ANN), BOB, may_record=True)


def test_who_talks_is_allowed_all_but_rejecting_c104() -> None:
    session = bridged()
    assert TALKING == allowed(session, ANN, may_record=True)
    supervising = allowed(session, BOSS, may_record=True)
    assert {*TALKING, Right.SUPERVISE} == set(supervising)
    assert supervising == sorted(supervising, key=list(Right).index)
    assert Right.RECORD not in allowed(session, ANN, may_record=False)


def test_after_the_end_only_texts_are_allowed_c104() -> None:
    session = bridged()
    tell(session, ended("leg-u-ann", AGENT), ended("leg-caller", CALLER))
    assert [Right.CHANGE_SESSION, Right.NOTE] == allowed(session, ANN, may_record=True)
