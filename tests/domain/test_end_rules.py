"""When a call is over, and when only the ringing is (contract 4.4)."""

from evovoice.domain.orders import CancelLeg, HangUpLeg
from evovoice.domain.states import LegProgress
from tests.domain.builders import (
    AGENT,
    BOB,
    CALLER,
    THIRD,
    ConferenceReports,
    add,
    bridged,
    ended,
    progressed,
    tell,
)


def test_customer_who_is_rung_is_spared_when_a_colleague_leaves_e3() -> None:
    """Ann and Bob talk, the customer is being added: Bob leaves, and the customer rings on."""
    session, reports = bridged(), ConferenceReports()
    session.calling().user_id = BOB.id
    add(session)
    tell(session, reports.joins(AGENT), reports.joins(CALLER), reports.starts())
    tell(session, progressed("leg-third", THIRD, LegProgress.RINGING))
    orders = tell(session, ended("leg-caller", CALLER))
    assert [] == [one for one in orders if isinstance(one, CancelLeg | HangUpLeg)]
    assert session.connected()
