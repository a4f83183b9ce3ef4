"""What failed is found by `session explain`: for each failure the sentence that says so."""

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from twilio.rest import Client

from evovoice.cli.sessions import text_of
from evovoice.domain.values import Role
from evovoice.emulator.state.messages import Delivery
from evovoice.logs import masked
from evovoice.services import administration
from evovoice.services.explaining import Explanation, Section, explain
from evovoice.storage.unit_of_work import Database
from tests.journeys.calls import path_of, refusal, sid_of, three_talk
from tests.journeys.conftest import NewStage
from tests.journeys.stage import BASE, CUSTOMER, FOURTH, OURS, THIRD, Stage


class Killed(BaseException):
    """kill -9, as far as Python can play it."""


def _explained(stage: Stage, key: str | None = None) -> Explanation:
    database: Database = stage.context.database
    return explain(database, key or stage.session()["id"], stage.now())


def _told(stage: Stage, section: Section, key: str | None = None) -> str:
    """What an operator reads under that heading."""
    return "\n".join(one.text for one in _explained(stage, key).of(section))


def _conference(stage: Stage) -> None:
    """Customer and Ann talk in a conference."""
    stage.bridge_in()
    assert 200 == stage.request("POST", f"{path_of(stage)}/conference", {}).status_code
    stage.pass_time(2)


# --- the third party does not come ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("character", "fate"),
    [("is_busy", "was busy"), ("just_rings", "did not answer in time")],
)
def test_third_party_that_does_not_come(new_stage: NewStage, character: str, fate: str) -> None:
    stage = new_stage()
    stage.bridge_in()
    getattr(stage.twilio.phone(THIRD), character)()
    stage.add()
    stage.pass_time(45)
    assert f"{THIRD} was added by Ann and {fate}." in _told(stage, Section.PARTIES)
    assert "It goes on." in _told(stage, Section.CALL)


@pytest.mark.parametrize(
    ("code", "why", "cure"),
    [
        (21210, "the calling number is not verified", "Verified Caller IDs"),
        (21215, "calls to this country are not allowed", "Voice Geographic Permissions"),
        (13227, "calls to this country are not allowed", "Voice Geographic Permissions"),
        (21217, "the number does not look valid", "Check the number as it was typed"),
        (21212, "the calling number is not valid", "Show a number that the account owns"),
    ],
)
def test_carrier_that_refuses_a_number_with_its_code_and_what_to_do(
    new_stage: NewStage, code: int, why: str, cure: str
) -> None:
    stage = new_stage()
    _conference(stage)
    stage.twilio.fail_next("POST", "*/Participants.json", "error-before", status=400, code=code)
    stage.add()
    stage.pass_time(2)
    party = _told(stage, Section.PARTIES)
    assert f"{THIRD} was added by Ann and was not called: The carrier refused: {why}" in party
    assert str(code) in party
    assert cure in _told(stage, Section.ADVICE)
    assert f"The order to call {THIRD} failed at try 1: the carrier refused it." in _told(
        stage, Section.ORDERS
    )


def test_number_that_the_network_does_not_know(new_stage: NewStage) -> None:
    """The carrier takes the order, and the network finds nobody there."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).is_not_a_number()
    stage.add()
    stage.pass_time(10)
    assert f"{THIRD} was added by Ann and could not be reached (" in _told(stage, Section.PARTIES)


# --- the carrier does not do what it is told ------------------------------------------------------


def test_carrier_that_is_away_during_an_add(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.fail_next("POST", "*", "connect-refused", count=0)
    assert 503 == stage.add().status_code
    assert "did not: The carrier cannot be reached." in _told(stage, Section.CALL)
    assert "The carrier could not be reached" in _told(stage, Section.ADVICE)
    failed = "The order to move Ann into the conference failed at try 1"
    assert failed in _told(stage, Section.ORDERS)


@pytest.mark.parametrize(
    ("status", "code", "advice"),
    [
        (401, 20003, "whether the account is suspended"),
        (403, 20005, "whether the account is suspended"),
        (429, 20429, "limited our requests (429)"),
    ],
)
def test_account_that_is_suspended_or_limited(
    new_stage: NewStage, status: int, code: int, advice: str
) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.fail_next("POST", "*", "error-before", status=status, code=code, count=0)
    assert 503 == stage.add().status_code
    assert advice in _told(stage, Section.ADVICE)


def test_hold_that_was_refused(new_stage: NewStage) -> None:
    stage = new_stage()
    path = three_talk(stage)
    stage.twilio.fail_next("POST", "*/Participants/CA*.json", "error-before", status=400, count=0)
    assert (502, "CarrierRefused") == refusal(stage.request("POST", f"{path}/hold", {}))
    assert f"{CUSTOMER} stays as before: The carrier refused" in _told(stage, Section.STORY)
    assert f"The order to hold {CUSTOMER} failed at try 1" in _told(stage, Section.ORDERS)
    assert "Press again what the carrier refused" in _told(stage, Section.ADVICE)


def test_hang_up_that_nobody_carries_out(new_stage: NewStage) -> None:
    """The process that was to give the order is gone, and no other runs."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.fail_next("POST", "*", "connect-refused", count=0)
    assert 204 == stage.end().status_code
    assert "is open after" in _told(stage, Section.ORDERS)
    assert "is to be hung up and has not been reported gone" in _told(stage, Section.OPEN)
    stage.twilio.advance(120)
    assert "is overdue since" in _told(stage, Section.ORDERS)
    assert "See whether `evovoice worker`" in _told(stage, Section.ADVICE)


def test_dial_of_a_process_that_was_killed(
    new_stage: NewStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease runs out, and another asks what it did."""
    stage = new_stage()
    _conference(stage)
    carrier = stage.context.carrier
    real = carrier.carry_out

    def dying(order: object, ref: object) -> object:
        real(order, ref)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(carrier, "carry_out", dying)
        with pytest.raises(Killed):
            stage.add()
    assert f"The order to call {THIRD} is being carried out" in _told(stage, Section.ORDERS)
    stage.crash()
    stage.pass_time(40)
    taken = f"The order to call {THIRD} was taken over from a process that did not come back"
    assert taken in _told(stage, Section.ORDERS)


# --- reports do not come --------------------------------------------------------------------------


def test_call_that_was_looked_at_and_is_well_has_no_doubt(new_stage: NewStage) -> None:
    """When the carrier last told of it stands beside when it is asked again."""
    stage = new_stage()
    stage.bridge_in()
    stage.pass_time(120)
    assert "" == _told(stage, Section.DOUBT)
    assert "last told how every live leg is" in _told(stage, Section.OPEN)


def test_reports_that_are_refused_by_their_signature(new_stage: NewStage) -> None:
    """Somebody changed the address in the middle of a call: what is known was asked for."""
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    stage.add()
    stage.pass_time(5)
    stage.twilio.on_delivery = _forged
    stage.twilio.hang_up(sid_of(stage, "Transfer"))
    stage.twilio.hang_up(sid_of(stage, "Caller"))
    stage.pass_time(120)
    assert "none was reported after that: its reports do not reach us" in _told(
        stage, Section.DOUBT
    )
    assert "PUBLIC_BASE_URL must be the address" in _told(stage, Section.ADVICE)
    assert f"{CUSTOMER} left (found out by asking the carrier" in _told(stage, Section.STORY)


def _forged(delivery: Delivery) -> tuple[float, ...]:
    delivery.headers["X-Twilio-Signature"] = "forged"  # type: ignore[index]
    return (0.0,)


def test_call_whose_very_first_webhook_was_refused(new_stage: NewStage) -> None:
    """A wrong PUBLIC_BASE_URL: no session exists, and the console's call SID is all there is."""
    stage = new_stage()
    stage.twilio.on_delivery = _forged
    call_sid = stage.ring_in()
    stage.pass_time(10)
    assert _explained(stage, call_sid).session_id is None
    assert "what it asked was refused" in _told(stage, Section.CALL, call_sid)
    assert "PUBLIC_BASE_URL must be the address" in _told(stage, Section.ADVICE, call_sid)


def test_database_that_goes_away_in_the_middle(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    path = path_of(stage)
    with ExitStack() as until:

        def go_away(delivery: Delivery) -> None:
            if delivery.kind == "action" and stage.meanwhile is not None:
                stage.meanwhile = None
                until.enter_context(stage.database_away())

        stage.meanwhile = go_away
        stage.request("POST", f"{path}/conference", {})
        stage.pass_time(20)
    stage.pass_time(15)
    told = f"{CUSTOMER} was sent into the conference while the database was away"
    assert told in _told(stage, Section.STORY)
    assert "Look at the database" in _told(stage, Section.ADVICE)


# --- why it ended ---------------------------------------------------------------------------------


def test_customer_who_hangs_up_while_it_becomes_a_conference(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_out()
    sid = sid_of(stage, "Caller")
    stage.twilio.on_delivery = lambda d: (3.0,) if d.kind in ("call-status", "action") else (0.0,)
    stage.twilio.hang_up(sid)
    stage.add()
    stage.pass_time(10)
    told = f"did not: {CUSTOMER} hung up while the call became a conference"
    assert told in _told(stage, Section.CALL)
    assert f"{THIRD} was added by Ann and was not called" in _told(stage, Section.PARTIES)


def test_device_of_the_agent_that_was_lost(new_stage: NewStage) -> None:
    """With and without a wait: nobody had asked for it."""
    stage = new_stage(return_seconds=20)
    _conference(stage)
    stage.twilio.hang_up(sid_of(stage, "Agent"))
    stage.pass_time(3)
    assert "waits until" in _told(stage, Section.OPEN)
    stage.pass_time(30)
    assert "waited for the device of Ann, and it did not come back" in _told(stage, Section.END)
    assert f"Ann left, only {CUSTOMER} was there" in _told(stage, Section.END)
    assert "their leg ended though nobody had asked for it" in _told(stage, Section.PARTIES)
    assert "Look at the device, page and network of Ann" in _told(stage, Section.ADVICE)


def test_conference_that_was_closed_by_somebody_else(new_stage: NewStage) -> None:
    """In the carrier's console, or by another program on the account."""
    stage = new_stage()
    three_talk(stage)
    (room,) = stage.twilio.conferences()
    client = Client(stage.twilio.account_sid, stage.settings.auth_token, http_client=stage._line())
    client.conferences(room.sid).update(status="completed")
    stage.pass_time(5)
    assert "Somebody closed the conference at the carrier" in _told(stage, Section.END)
    assert "by themselves" not in _told(stage, Section.END)
    assert "left when the conference was closed" in _told(stage, Section.PARTIES)
    assert "nobody had asked for it" not in _told(stage, Section.PARTIES)
    assert room.sid in _told(stage, Section.ADVICE)


def test_conference_that_we_close_is_not_said_to_be_closed_by_others(new_stage: NewStage) -> None:
    stage = new_stage()
    three_talk(stage)
    stage.end()
    stage.pass_time(5)
    assert "Ann ended the call for everybody." == _told(stage, Section.END)
    assert "" == _told(stage, Section.ADVICE)


def test_nobody_of_those_who_were_rung_answers(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.phone(stage.ann).just_rings()
    stage.twilio.place_call(CUSTOMER, OURS)
    stage.pass_time(60)
    assert "The call reached nobody: Ann did not answer" in _told(stage, Section.END)
    assert "devices of those who were rung are signed in" in _told(stage, Section.ADVICE)


def test_number_that_rings_nobody(new_stage: NewStage) -> None:
    stage = new_stage()
    empty = "+14155550188"
    administration.add_number(stage.context.database, stage.account.id, empty, [])
    stage.twilio.add_number(empty, f"{BASE}/twilio/voice/incoming")
    stage.twilio.place_call(CUSTOMER, empty)
    stage.pass_time(20)
    assert f"It rang nobody: {empty} has no agents" in _told(stage, Section.CALL)


def _customer_leaves(stage: Stage) -> None:
    stage.twilio.hang_up(sid_of(stage, "Caller"))


def _third_leaves_last(stage: Stage) -> None:
    stage.twilio.hang_up(sid_of(stage, "Caller"))
    stage.pass_time(3)
    stage.twilio.hang_up(sid_of(stage, "Transfer"))


def _ann_leaves_by_command(stage: Stage) -> None:
    stage.request("POST", f"{path_of(stage)}/conference/leave", {})
    stage.pass_time(2)
    stage.twilio.hang_up(sid_of(stage, "Transfer"))


@pytest.mark.parametrize(
    ("deed", "why"),
    [
        (_third_leaves_last, f"{THIRD} left, only Ann was there"),
        (_ann_leaves_by_command, f"{THIRD} left, only {CUSTOMER} was there"),
    ],
)
def test_end_rule_is_named_with_who_left_last(
    new_stage: NewStage, deed: Callable[[Stage], None], why: str
) -> None:
    stage = new_stage()
    three_talk(stage)
    deed(stage)
    stage.pass_time(5)
    assert f"{why} and nobody was being called any more" in _told(stage, Section.END)
    assert "(E2)" in _told(stage, Section.END)
    assert {"rule": "E2"} == _ended_line(stage)


def test_customer_who_leaves_while_the_third_party_rings(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    stage.twilio.phone(THIRD).just_rings()
    stage.add()
    stage.pass_time(4)
    _customer_leaves(stage)
    stage.pass_time(5)
    told = _told(stage, Section.END)
    assert f"{CUSTOMER} left while somebody was still being called" in told
    assert {"rule": "E3"} == _ended_line(stage)


def test_plain_call_ends_with_either_side(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_in()
    _customer_leaves(stage)
    stage.pass_time(5)
    assert "It was a plain call" in _told(stage, Section.END)
    assert {"rule": "plain"} == _ended_line(stage)


def test_caller_who_does_not_wait(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.phone(stage.ann).just_rings()
    caller = stage.twilio.place_call(CUSTOMER, OURS)
    stage.pass_time(5)
    stage.twilio.hang_up(caller)
    stage.pass_time(5)
    assert f"{CUSTOMER} hung up before anybody answered." == _told(stage, Section.END)


def _ended_line(stage: Stage) -> dict[str, str]:
    lines = stage.get(f"{path_of(stage)}/events?count=200")["events"]
    found: dict[str, str] = next(line for line in lines if line["type"] == "SessionEnded")["data"]
    return found


# --- how it is asked ------------------------------------------------------------------------------


def test_any_call_of_the_session_names_it(new_stage: NewStage) -> None:
    stage = new_stage()
    three_talk(stage)
    session_id = stage.session()["id"]
    for role in ("Caller", "Agent", "Transfer"):
        assert session_id == _explained(stage, sid_of(stage, role)).session_id


def test_deleted_and_unknown_sessions_get_a_sentence(new_stage: NewStage) -> None:
    stage = new_stage()
    call_sid = stage.bridge_in()
    session_id = stage.session()["id"]
    stage.end()
    stage.pass_time(60 * 11)
    boss = stage._user("Boss", Role.MANAGER)
    key = administration.add_key(stage.context.database, boss.id, stage.now()).key
    until = f"{stage.now():%Y-%m-%dT%H:%M:%SZ}"
    path = f"/sessions?accountId={stage.account.id}&endDateTime={until}"
    assert 204 == stage.request("DELETE", path, key=key).status_code
    for key in (session_id, call_sid):
        assert f"The session of {key} was deleted in account Acme" in _told(
            stage, Section.CALL, key
        )
    assert "There is no session s-0" in _told(stage, Section.CALL, "s-0")


def test_numbers_are_masked_where_the_command_line_does_not_ask_for_them(
    new_stage: NewStage,
) -> None:
    stage = new_stage()
    three_talk(stage)
    stage.add(FOURTH)
    text = text_of(_explained(stage), masked)
    assert not [number for number in (CUSTOMER, OURS, THIRD, FOURTH) if number in text]
    assert "+1•••••0123 called +1•••••0100" in text
