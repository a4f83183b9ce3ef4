"""The log of a whole call is one chain, whatever comes late, twice, or after its end."""

import random

import pytest

from evovoice.domain.values import Role
from evovoice.emulator.state.messages import Delivery
from evovoice.services import administration
from evovoice.services.log_verification import Verified, verify_all
from evovoice.services.worker import Worker
from evovoice.storage.unit_of_work import AuditFilter
from tests.journeys.calls import sid_of, three_talk
from tests.journeys.conftest import NewStage
from tests.journeys.stage import Stage


def verified(stage: Stage) -> Verified:
    found = Verified()
    assert [] == [str(flaw) for flaw in verify_all(stage.context.database, found)]
    return found


@pytest.mark.parametrize("seed", range(2))
def test_log_is_one_chain_in_a_bad_network_and_with_reports_after_the_end(
    new_stage: NewStage, seed: int
) -> None:
    """Each report comes up to eight seconds late, and a third of them twice."""
    stage = new_stage()
    dice = random.Random(seed)

    def late(delivery: Delivery) -> tuple[float, ...]:
        if delivery.kind not in ("call-status", "conference-status"):
            return (0.0,)
        return tuple(dice.uniform(0, 8) for _ in range(dice.choice((1, 1, 2))))

    three_talk(stage)
    stage.twilio.on_delivery = late
    for role in ("Agent", "Transfer"):
        stage.twilio.hang_up(sid_of(stage, role))
        stage.pass_time(3)
    ended = verified(stage)
    stage.pass_time(30)
    assert stage.session()["ended"]
    found = verified(stage)
    assert (1, 0) == (found.sessions, found.without_link)
    assert found.lines == len(stage.events()) >= ended.lines


def test_log_is_one_chain_after_a_process_was_killed(new_stage: NewStage) -> None:
    stage = new_stage()
    three_talk(stage)
    before = verified(stage).lines
    stage.crash()
    stage.end()
    stage.pass_time(20)
    assert verified(stage).lines > before


def test_trail_of_a_deleted_call_tells_its_last_link_c90(new_stage: NewStage) -> None:
    """A report that comes after the deletion makes no new session, and no flaw."""
    stage = new_stage()
    three_talk(stage)
    session_id = stage.session()["id"]
    stage.end()
    stage.pass_time(900)
    with stage.context.database.reading() as unit:
        (log,) = unit.hash_chains.stored.logs_of(session_id)
    boss = stage._user("Max", Role.MANAGER)
    key = administration.add_key(stage.context.database, boss.id, stage.twilio.now()).key
    everything = f"/sessions?accountId={stage.account.id}&startDateTime=2000-01-01"
    assert 204 == stage.request("DELETE", everything, key=key).status_code
    Worker(stage.context).tick()
    found = verified(stage)
    assert (0, 1, 0) == (found.sessions, found.deleted, found.waiting)
    with stage.context.database.reading() as unit:
        entry = unit.audit.page(AuditFilter(action="sessions.deleted"), 0, 1)[0].entry
    assert boss.id == entry.actor_id
    assert {session_id: [stage.account.id, log.end.last_sequence, log.end.chain]} == entry.evidence
