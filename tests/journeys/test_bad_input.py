"""Bad input gets a clear error and changes nothing: the whole service, from outside."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from twilio.request_validator import RequestValidator

from evovoice.domain.values import Role, User
from evovoice.services import administration
from evovoice.settings import Limits
from tests.journeys.conftest import NewStage
from tests.journeys.stage import BASE, CUSTOMER, FOURTH, OURS, THIRD, Stage

NO_LEG = "CA" + "f" * 32


@pytest.fixture
def stage(new_stage: NewStage) -> Stage:
    """A bridged call."""
    stage = new_stage()
    stage.bridge_in()
    return stage


def _refused(response: Any, status: int, code: str) -> None:
    assert (status, code) == (response.status_code, response.json["responseStatus"]["errorCode"])


def _unchanged(stage: Stage, act: Callable[[], Any]) -> Any:
    """What `act` answers; the session, its log and the carrier are as before."""
    before = (stage.session(), stage.events(), stage.rest(), stage.living())
    response = act()
    stage.pass_time(3)
    assert before == (stage.session(), stage.events(), stage.rest(), stage.living())
    return response


@pytest.mark.parametrize(
    ("destination", "status", "code"),
    [
        ("", 400, "NotEmpty"),
        ("   ", 400, "NotEmpty"),
        ("not-a-number!!", 400, "InvalidDestination"),
        ("+1202", 400, "InvalidDestination"),
        ("+12025550123;ext=", 400, "InvalidDestination"),
        ("+12025550123 x4,5a", 400, "InvalidDestination"),
        ("1-800-FLOWERS", 400, "InvalidDestination"),
        ("٠١٢٣٤٥٦٧٨٩", 400, "InvalidDestination"),
        ("Nobody", 400, "UnknownAgent"),
        ("nobody@acme.test", 400, "UnknownAgent"),
        ("client:nobody", 400, "UnknownAgent"),
        ("4711", 400, "UnknownAgent"),
        ("911", 403, "EmergencyNotAllowed"),
        ("+19005550123", 403, "PremiumNotAllowed"),
        ("+449098790123", 403, "PremiumNotAllowed"),
        ("+881631555123", 403, "CountryNotAllowed"),
        ("sip:desk@pbx.example", 403, "DestinationForbidden"),
        ("sip:", 400, "InvalidDestination"),
        ("555-0176", 400, "InvalidDestination"),
        ("9-1-1", 403, "EmergencyNotAllowed"),
        ("\uff19\uff11\uff11", 403, "EmergencyNotAllowed"),
        ("sip:911@pbx.example", 403, "EmergencyNotAllowed"),
        ("+1 212 976 1234", 403, "PremiumNotAllowed"),
        ("+44 118 500", 403, "PremiumNotAllowed"),
    ],
)
def test_destination_that_is_not_dialled(
    stage: Stage, destination: str, status: int, code: str
) -> None:
    _refused(_unchanged(stage, lambda: stage.add(destination)), status, code)


def test_refusal_says_what_is_in_the_way(stage: Stage) -> None:
    response = _unchanged(stage, lambda: stage.add("+1 202 555 012O"))
    message = response.json["responseStatus"]["message"]
    assert (
        "'+1 202 555 012O' is not a number, SIP address or user: 'O' stands in the way" == message
    )


@pytest.mark.parametrize("pasted", ["\u202a(+1) 312\u2011555\u20110142\u202c", "+ 1 312 555 0142"])
def test_pasted_number_is_dialled_and_kept_as_typed(stage: Stage, pasted: str) -> None:
    assert 200 == stage.add(pasted).status_code
    stage.pass_time(3)
    added = stage.session()["members"][-1]
    assert (THIRD, pasted) == (added["identity"], added["applicationData"]["destination"])
    assert THIRD in stage.living()


def test_plus_sign_that_a_form_has_lost_is_dialled(stage: Stage) -> None:
    """`+49...`, not escaped, in an account of the United States."""
    path = f"/sessions/{stage.session()['id']}/conference/members"
    form, kind = "destination=+4930123456", "application/x-www-form-urlencoded"
    headers = {"Authorization": f"Bearer {stage.key}"}
    response = stage.client.post(path, data=form, content_type=kind, headers=headers)
    assert "+4930123456" == response.json["members"][-1]["identity"]


def test_own_device_that_is_in_the_call_is_not_rung(stage: Stage) -> None:
    for own in (stage.ann.id, stage.ann.email, "Client:ann_1"):
        before = stage.living()
        response = stage.add(own)
        assert (200, 2) == (response.status_code, len(response.json["members"]))
        stage.pass_time(3)
        assert before == stage.living()


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [("what", 400, "InvalidFromNumber"), ("+12025550199", 403, "FromNumberNotOwned")],
)
def test_caller_id_that_is_not_ours(stage: Stage, number: str, status: int, code: str) -> None:
    _refused(_unchanged(stage, lambda: stage.add(fromNumber=number)), status, code)


def test_caller_id_of_ours_is_taken_in_any_spelling(stage: Stage) -> None:
    assert 200 == stage.add(fromNumber="(415) 555-0100").status_code


def test_call_sid_that_is_no_live_leg(stage: Stage) -> None:
    _refused(_unchanged(stage, lambda: stage.add(callSid=NO_LEG)), 409, "CallNotInSession")


def test_call_sid_of_the_customer_is_not_the_agents(stage: Stage) -> None:
    caller = stage.session()["callSid"]
    _refused(_unchanged(stage, lambda: stage.add(callSid=caller)), 403, "NotYourCall")


def test_unknown_session(stage: Stage) -> None:
    path = "/sessions/s-unknown/conference/members"
    body = {"callSid": NO_LEG, "destination": THIRD}
    _refused(_unchanged(stage, lambda: stage.request("POST", path, body)), 404, "NotFound")


def test_session_of_another_account_looks_like_an_unknown_one(stage: Stage) -> None:
    """Byte for byte but for the id that was asked for, and the id of the request."""
    database, known = stage.context.database, stage.session()["id"]
    other = administration.add_account(database, "Other", "US")
    eve = administration.add_user(
        database, other.id, "Eve", "eve@other.test", "secret of Eve", "Manager"
    )
    key = administration.add_key(database, eve.id, stage.twilio.now()).key
    tries: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("GET", "/events", None),
        ("DELETE", "", None),
        ("POST", "/conference/members", {"destination": THIRD}),
    ]
    for verb, tail, body in tries:
        ask = partial(stage.request, verb, body=body, key=key)
        foreign = _unchanged(stage, partial(ask, path=f"/sessions/{known}{tail}"))
        unknown = ask(path=f"/sessions/s-nope{tail}")
        assert _said(unknown).replace("s-nope", known) == _said(foreign)
        assert 404 == foreign.status_code
    assert {"sessions": []} == stage.request("GET", "/sessions/active", key=key).json


def _said(response: Any) -> str:
    request_id = response.headers["X-Request-Id"]
    text: str = response.text
    return text.replace(request_id, "")


def test_colleague_without_a_leg_may_look_but_not_act(stage: Stage) -> None:
    key = administration.add_key(stage.context.database, stage.bob.id, stage.twilio.now()).key
    path = f"/sessions/{stage.session()['id']}"
    assert 200 == stage.request("GET", path, key=key).status_code
    body = {"destination": THIRD}
    response = _unchanged(
        stage, lambda: stage.request("POST", f"{path}/conference/members", body, key)
    )
    _refused(response, 403, "NotYourCall")
    _refused(_unchanged(stage, lambda: stage.request("DELETE", path, key=key)), 403, "NotYourCall")


def test_manager_acts_on_the_calls_of_others(stage: Stage) -> None:
    boss = stage._user("Boss", Role.MANAGER)
    key = administration.add_key(stage.context.database, boss.id, stage.twilio.now()).key
    path = f"/sessions/{stage.session()['id']}/conference/members"
    assert 200 == stage.request("POST", path, {"destination": THIRD}, key).status_code


def test_add_to_a_call_that_still_rings_or_is_over(new_stage: NewStage) -> None:
    """While it rings nobody has the call yet, and whom it rings may reject it, no more."""
    stage = new_stage()
    caller = stage.ring_in(ann_answers_after=20)
    _refused(stage.add(), 409, "NotConnected")
    _refused(stage.end(), 403, "NotYourCall")
    stage.twilio.hang_up(caller)
    stage.pass_time(2)
    _refused(stage.add(), 409, "SessionEnded")


def test_too_many_pending_too_many_members_too_many_calls(new_stage: NewStage) -> None:
    stage = new_stage(limits=Limits(max_members=4, max_pending=1, adds_per_minute=2))
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(2)
    assert 200 == stage.add().status_code
    busy = stage.add(FOURTH)
    _refused(busy, 429, "TooManyPendingMembers")
    stage.pass_time(6)
    assert 200 == stage.add(FOURTH).status_code
    stage.pass_time(6)
    _refused(stage.add("+33199000123"), 409, "ConferenceFull")
    stage.twilio.hang_up(stage.twilio.leg_at(FOURTH).sid)
    stage.pass_time(2)
    limited = stage.add("+33199000123")
    _refused(limited, 429, "RateLimited")
    assert limited.headers["Retry-After"].isdigit()


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'{"destination": 5}', b'{"callSid": {}}', b"\xff", b"x" * 3_000_000],
    ids=["cut off", "a list", "a number", "an object", "not UTF-8", "three megabytes"],
)
def test_body_that_cannot_be_read(stage: Stage, body: bytes) -> None:
    path = f"/sessions/{stage.session()['id']}/conference/members"
    headers = {"Authorization": f"Bearer {stage.key}", "Content-Type": "application/json"}
    response = _unchanged(stage, lambda: stage.client.post(path, data=body, headers=headers))
    assert response.status_code in {400, 413}
    assert response.json["responseStatus"]["errorCode"] in {
        "SerializationException",
        "BodyTooLarge",
    }


def _altered(signature: str) -> str:
    """Another first letter, whatever it was."""
    return ("B" if signature.startswith("A") else "A") + signature[1:]


def test_forged_webhooks_are_refused_and_change_nothing(stage: Stage) -> None:
    """Every webhook of the story again, one letter of its signature changed."""

    def forge() -> list[int]:
        return [
            stage.client.post(
                delivery.url.removeprefix(BASE),
                base_url=BASE,
                data=delivery.body,
                content_type="application/x-www-form-urlencoded",
                headers={"X-Twilio-Signature": _altered(delivery.headers["X-Twilio-Signature"])},
            ).status_code
            for delivery, _ in list(stage.answers)
        ]

    assert {403} == set(_unchanged(stage, forge))


def test_replayed_webhooks_change_nothing(stage: Stage) -> None:
    """Signatures carry no time: the same story again, a day later."""
    stage.add()
    stage.pass_time(5)
    story = [delivery for delivery, _ in stage.answers]
    _unchanged(stage, lambda: [stage._deliver(delivery) for delivery in story])


def test_report_for_a_session_that_does_not_exist_is_404_and_changes_nothing(
    stage: Stage,
) -> None:
    report, _ = next((d, a) for d, a in stage.answers if d.kind == "call-status")
    known = stage.session()["id"]
    path = report.url.removeprefix(BASE).replace(known, "s-gone")
    form = dict(report.params) | {"SequenceNumber": "77"}
    signature = _sign(stage, BASE + path, form)
    response = _unchanged(
        stage,
        lambda: stage.client.post(
            path, base_url=BASE, data=form, headers={"X-Twilio-Signature": signature}
        ),
    )
    _refused(response, 404, "NotFound")


def test_question_for_a_session_that_does_not_exist_is_answered_with_a_farewell(
    stage: Stage,
) -> None:
    """The caller on the line hears a sentence, never Twilio's application error."""
    path = f"/twilio/sessions/{stage.account.id}/s-gone/dial-action"
    form = {"CallSid": NO_LEG, "AccountSid": stage.twilio.account_sid, "CallStatus": "in-progress"}
    headers = {"X-Twilio-Signature": _sign(stage, BASE + path, form)}
    response = stage.client.post(path, base_url=BASE, data=form, headers=headers)
    assert (200, True) == (response.status_code, "<Hangup" in response.text)


def test_call_to_a_number_that_is_not_ours_is_told_so(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.twilio.add_number("+14155550199", f"{BASE}/twilio/voice/incoming")
    stage.twilio.place_call(CUSTOMER, "+14155550199")
    stage.pass_time(5)
    assert "not in service" in stage.answers[0][1].body
    assert OURS not in stage.living()


def test_device_of_nobody_gets_no_line(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.twilio.connect_device("stranger", {"To": THIRD})
    stage.pass_time(5)
    assert [] == stage.living()
    assert "may not place calls" in stage.answers[0][1].body


def test_outgoing_call_to_nonsense_is_recorded_as_failed(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.twilio.connect_device(stage.ann.identity, {"To": "911"})
    stage.pass_time(5)
    assert ("Failed", True) == (stage.session()["outcome"], stage.session()["ended"])


def test_sip_address_is_the_same_party_in_every_spelling(new_stage: NewStage) -> None:
    stage = new_stage(sip_hosts=frozenset({"pbx.example"}))
    stage.bridge_in()
    for typed in ("SIP:desk@PBX.example", "sip:desk@pbx.example;Transport=TLS"):
        response = stage.add(typed)
        assert "sip:desk@pbx.example" == response.json["members"][-1]["identity"]
        assert 3 == len(response.json["members"])
    stage.pass_time(3)
    assert 1 == [leg.to for leg in stage.twilio.living_calls()].count("sip:desk@pbx.example")


def test_transport_of_a_sip_address_is_told_the_carrier(new_stage: NewStage) -> None:
    stage = new_stage(sip_hosts=frozenset({"pbx.example"}))
    stage.bridge_in()
    assert 200 == stage.add("sip:desk@pbx.example;transport=TLS").status_code
    stage.pass_time(3)
    assert "sip:desk@pbx.example;transport=tls" in stage.living()


@pytest.mark.parametrize("typed", ["Anne\u2013Marie", " anne\u2013marie\t", "u-am", "AM@acme.test"])
def test_user_with_a_long_dash_in_the_name_is_found(stage: Stage, typed: str) -> None:
    """A number's dash is made plain, a name may have it."""
    user = User("u-am", stage.account.id, "Anne\u2013Marie", "am@acme.test", Role.USER, "am_1")
    with stage.context.database.writing() as work:
        work.directory.add_user(user, "no password")
    assert "am_1" == stage.add(typed).json["members"][-1]["identity"]


@pytest.mark.parametrize("own", ["ann_1", "client:ann_1", "ann@acme.test"])
def test_device_does_not_call_itself(new_stage: NewStage, own: str) -> None:
    stage = new_stage()
    stage.twilio.connect_device(stage.ann.identity, {"To": own})
    stage.pass_time(1)
    assert not [leg for leg in stage.twilio.living_calls() if leg.to == "client:ann_1"]
    stage.pass_time(5)
    assert ("Failed", True) == (stage.session()["outcome"], stage.session()["ended"])


def test_device_s_number_is_read_like_any_other(new_stage: NewStage) -> None:
    stage = new_stage()
    stage.bridge_out("\u202a(202)\u00a0555\u20110123\u202c")
    assert CUSTOMER == stage.session()["toAddress"]


def _sign(stage: Stage, url: str, form: dict[str, str]) -> str:
    signature: str = RequestValidator(stage.twilio.auth_token).compute_signature(url, form)
    return signature
