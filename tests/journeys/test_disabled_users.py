"""Somebody leaves: nothing lets them in, nothing rings them, and nobody they talk to is dropped."""

from typing import Any

import pytest

from evovoice.domain.values import Role
from evovoice.emulator.choices import Choices
from evovoice.services import administration
from evovoice.storage.unit_of_work import Database
from tests.journeys.calls import BOTH, messages_of, path_of, refusal, ring_both, sid_of
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, OURS, THIRD, Stage


def disable(stage: Stage, user_id: str) -> None:
    """By the command line: a process that gives no orders."""
    administration.disable_user(stage.context.database, user_id, stage.now())


def enable(stage: Stage, user_id: str) -> None:
    administration.enable_user(stage.context.database, user_id, stage.now())


def with_manager(stage: Stage) -> str:
    """A manager's API key, for looking at sessions when Ann is disabled."""
    manager = stage._user("Max", Role.MANAGER)
    stage.key, anns = (
        administration.add_key(stage.context.database, manager.id, stage.now()).key, stage.key,
    )  # fmt: skip
    return anns


def rung(stage: Stage) -> list[str]:
    """Whose device of ours rings or talks, by address."""
    return [one for one in stage.living() if one.startswith("client:")]


def device(user: Any) -> str:
    return f"client:{user.identity}"


# --- ringing ---------------------------------------------------------------------------------


def test_device_that_rings_stops_and_the_others_ring_on_c86(new_stage: NewStage) -> None:
    """Though whoever disabled the user gives no orders; and what the log says is so."""
    stage = new_stage()
    with_manager(stage)
    ring_both(stage)
    assert [device(stage.ann), device(stage.bob)] == rung(stage)
    disable(stage, stage.ann.id)
    stage.pass_time(1)
    assert [device(stage.bob)] == rung(stage)
    assert "Ann is not rung any more: the user is disabled" in messages_of(stage)
    assert "Ringing" == stage.session()["callState"]
    stage.twilio.answer(stage.twilio.leg_at(device(stage.bob)).sid)
    stage.pass_time(2)
    assert stage.bob.id == stage.session()["answeredById"]


def test_caller_hears_a_sentence_where_nobody_else_is_rung(new_stage: NewStage) -> None:
    """Contract 4.4: as where all of ours have declined."""
    stage = new_stage()
    with_manager(stage)
    stage.phone(stage.ann).just_rings()
    stage.twilio.place_call(CUSTOMER, OURS)
    stage.pass_time(2)
    disable(stage, stage.ann.id)
    stage.pass_time(1)
    assert [] == rung(stage)
    stage.pass_time(10)
    assert (True, "MissedCall") == (stage.session()["ended"], stage.session()["outcome"])


@pytest.mark.parametrize("late", [Choices(), Choices(late_status_update="refused")])
def test_answer_that_crosses_the_disabling_counts(new_stage: NewStage, late: Choices) -> None:
    """The device was answered and that report is on its way: whoever calls is not dropped."""
    stage = new_stage(late)
    with_manager(stage)
    stage.phone(stage.ann).just_rings()
    stage.twilio.place_call(CUSTOMER, OURS)
    stage.pass_time(2)
    stage.twilio.on_delivery = lambda d: (8.0,) if d.kind == "call-status" else (0.0,)
    stage.twilio.answer(stage.twilio.leg_at(device(stage.ann)).sid)
    disable(stage, stage.ann.id)
    stage.pass_time(10)
    assert "Connected" == stage.session()["callState"]
    assert 2 == len(stage.living())


def test_number_does_not_ring_a_disabled_agent_c86(new_stage: NewStage) -> None:
    """The other agents of the number ring; enabled again, the user does too."""
    stage = new_stage()
    with_manager(stage)
    ring_both(stage)
    stage.end()
    for change, devices in ((disable, [stage.bob]), (enable, [stage.ann, stage.bob])):
        change(stage, stage.ann.id)
        caller = stage.twilio.place_call(CUSTOMER, BOTH)
        stage.pass_time(2)
        assert [device(user) for user in devices] == rung(stage)
        stage.twilio.hang_up(caller)
        stage.pass_time(2)


def test_number_with_nobody_else_says_that_nobody_is_available(new_stage: NewStage) -> None:
    stage = new_stage()
    disable(stage, stage.ann.id)
    stage.twilio.place_call(CUSTOMER, OURS)
    stage.pass_time(1)
    assert "Nobody is available" in stage.answers[0][1].body
    assert [] == rung(stage)


def test_call_that_came_in_while_the_user_was_disabled_rings_them_no_more(
    new_stage: NewStage,
) -> None:
    """Its transaction read who is to be rung before: the other process finds it all the same."""
    stage = new_stage()
    with_manager(stage)
    stage.phone(stage.ann).just_rings()
    database: Database = stage.context.database
    before = stage.now()
    stage.twilio.place_call(CUSTOMER, OURS)
    stage.twilio.advance(0.3)  # without the worker
    administration.disable_user(database, stage.ann.id, before)
    stage.pass_time(2)
    assert [] == rung(stage)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Bob", "UnknownAgent"), ("bob@acme.test", "UnknownAgent"),
        ("client:bob_1", "UnknownAgent"), ("u-bob", "InvalidDestination"),
        ("bob_1", "InvalidDestination"),
    ],
)  # fmt: skip
def test_nobody_adds_a_disabled_user_by_any_name_c86(
    new_stage: NewStage, text: str, code: str
) -> None:
    """They look like somebody who never was; enabled again they are rung."""
    stage = new_stage()
    stage.bridge_in()
    assert (400, code) == refusal(stage.add(text.lower().replace("bob", "zoe")))
    disable(stage, stage.bob.id)
    assert (400, code) == refusal(stage.add(text))
    assert device(stage.bob) not in stage.living()
    enable(stage, stage.bob.id)
    stage.phone(stage.bob).just_rings()
    assert 200 == stage.add(text).status_code
    stage.pass_time(5)
    assert device(stage.bob) in stage.living()


def test_nobody_hands_over_to_a_disabled_user(new_stage: NewStage) -> None:
    """Whoever hands over stays with the customer."""
    stage = new_stage()
    stage.bridge_in()
    disable(stage, stage.bob.id)
    answer = stage.request("POST", f"{path_of(stage)}/redirect", {"destination": "Bob"})
    assert (400, "UnknownAgent") == refusal(answer)
    stage.pass_time(2)
    assert "Connected" == stage.session()["callState"]


def test_device_is_not_called_by_another_device(new_stage: NewStage) -> None:
    stage = new_stage()
    disable(stage, stage.bob.id)
    stage.twilio.connect_device(stage.ann.identity, {"To": "Bob"})
    stage.pass_time(2)
    assert "cannot be called" in stage.answers[0][1].body
    assert device(stage.bob) not in stage.living()


def test_user_who_is_added_and_not_dialled_yet_is_not_dialled(new_stage: NewStage) -> None:
    """They wait for the conference; the add is answered with what will not happen (C77)."""
    stage = new_stage()
    stage.bridge_in()
    stage.works_meanwhile = True
    disabled: list[str] = []

    def meanwhile(_delivery: object) -> None:
        if not disabled:
            disabled.append(stage.bob.id)
            disable(stage, stage.bob.id)
            stage.background()

    stage.meanwhile = meanwhile
    answer = stage.add("Bob")
    assert (409, "MemberNotCalled") == refusal(answer)
    assert "Bob is not called: the user is disabled" in answer.text
    stage.meanwhile = None
    stage.pass_time(5)
    assert device(stage.bob) not in stage.living()
    assert "Connected" == stage.session()["callState"]


def test_added_colleague_who_rings_stops_and_the_talk_goes_on(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.phone(stage.bob).just_rings()
    stage.add("Bob")
    stage.pass_time(5)
    assert device(stage.bob) in stage.living()
    disable(stage, stage.bob.id)
    stage.pass_time(2)
    assert device(stage.bob) not in stage.living()
    assert "Connected" == stage.session()["callState"]


def test_placed_call_rings_nobody_who_is_disabled(new_stage: NewStage) -> None:
    """Neither the agents of the number nor, where it has none, whoever ordered the call."""
    stage = new_stage()
    with_manager(stage)
    stage.twilio.phone(CUSTOMER).answers_after(2)
    placed = stage.request("POST", "/sessions/outgoing", {"numberToDial": CUSTOMER})
    assert 204 == placed.status_code
    for user_id in (stage.ann.id, "u-max"):
        disable(stage, user_id)
    stage.pass_time(4)
    assert [] == rung(stage)
    assert any("nobody is available to speak to you" in one.body for _, one in stage.answers)
    assert not any("<Client" in one.body for _, one in stage.answers)


def test_manager_who_disables_over_http_stops_the_ringing_at_once_c86(
    new_stage: NewStage,
) -> None:
    """Not only with the next round of the worker: its orders are given with the answer."""
    stage = new_stage()
    with_manager(stage)
    ring_both(stage)
    answer = stage.request("POST", f"/admin/users/{stage.ann.id}/disable")
    assert (200, []) == (answer.status_code, answer.json["activeSessionIds"])
    assert [device(stage.bob)] == rung(stage)


# --- their own device ------------------------------------------------------------------------


def test_call_of_a_disabled_device_is_refused_c86(new_stage: NewStage) -> None:
    """Its token cannot be recalled and lives on for its hour: the voice URL answers a sentence."""
    stage = new_stage()
    disable(stage, stage.ann.id)
    stage.twilio.connect_device(stage.ann.identity, {"To": CUSTOMER})
    stage.pass_time(4)
    assert "may not place calls" in stage.answers[0][1].body
    assert [] == stage.living()
    enable(stage, stage.ann.id)
    stage.bridge_out()
    assert 2 == len(stage.living())


# --- a conversation --------------------------------------------------------------------------


def test_conversation_goes_on_and_is_not_theirs_to_command_c86(new_stage: NewStage) -> None:
    """Nobody is dropped; a manager hands it over, and the records keep the name."""
    stage = new_stage()
    anns = with_manager(stage)
    stage.bridge_in()
    path = path_of(stage)
    disable(stage, stage.ann.id)
    stage.pass_time(20)
    assert "Connected" == stage.session()["callState"]
    assert 2 == len(stage.living())
    for verb, where, body in (
        ("GET", path, None),
        ("POST", f"{path}/hold", {}),
        ("POST", f"{path}/conference/members", {"destination": THIRD}),
        ("DELETE", path, None),
    ):
        assert (401, "Unauthorized") == refusal(stage.request(verb, where, body, anns))
    handed = stage.request("POST", f"{path}/redirect", {"destination": "Bob"})
    assert 204 == handed.status_code
    stage.pass_time(5)
    assert [device(stage.bob)] == rung(stage)
    names = [m["displayName"] for m in stage.get(f"{path}/conference/members?includeEnded=true")[
        "members"]]  # fmt: skip
    assert "Ann" in names
    assert "Ann" in " ".join(messages_of(stage))


def test_manager_is_told_the_conversation_and_ends_the_hold_in_it_c86(new_stage: NewStage) -> None:
    """Who is on hold by somebody who was disabled does not wait for ever."""
    stage = new_stage()
    anns = with_manager(stage)
    stage.bridge_in()
    path = path_of(stage)
    assert 200 == stage.request("POST", f"{path}/hold", {}, anns).status_code
    stage.pass_time(2)
    for _ in range(2):
        answer = stage.request("POST", f"/admin/users/{stage.ann.id}/disable")
        assert [stage.session()["id"]] == answer.json["activeSessionIds"]
    assert "Hold" == stage.session()["callState"]
    assert 200 == stage.request("POST", f"{path}/resume", {}).status_code
    stage.pass_time(2)
    assert "Connected" == stage.session()["callState"]
    assert 2 == len(stage.living())


def test_what_was_ordered_before_stands_c77_c86(new_stage: NewStage) -> None:
    """An add that waits for its conference when its user is disabled is carried out (C77)."""
    stage = new_stage()
    anns = with_manager(stage)
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    stage.works_meanwhile = True
    own = sid_of(stage, "Agent")

    def meanwhile(_delivery: object) -> None:
        disable(stage, stage.ann.id)

    stage.meanwhile = meanwhile
    body = {"callSid": own, "destination": THIRD}
    answer = stage.request("POST", f"{path_of(stage)}/conference/members", body, anns)
    assert 200 == answer.status_code
    stage.meanwhile = None
    stage.pass_time(5)
    assert 3 == len(stage.living())


def test_idempotency_key_lets_nobody_in_c81_c86(new_stage: NewStage) -> None:
    """The first answer is not told again to whoever is disabled."""
    stage = new_stage()
    anns = with_manager(stage)
    stage.bridge_in()
    path, own = path_of(stage), sid_of(stage, "Agent")
    headers = {"Authorization": f"Bearer {anns}", "Idempotency-Key": "one"}
    body = {"callSid": own, "destination": THIRD}

    def add() -> int:
        sent = stage.client.post(f"{path}/conference/members", json=body, headers=headers)
        stage._drain()
        return sent.status_code

    assert 200 == add()
    assert 200 == add()
    disable(stage, stage.ann.id)
    assert 401 == add()
