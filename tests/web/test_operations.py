"""What each published operation takes, asks of the services, and answers."""

from evovoice.domain.messages import SessionEvent
from evovoice.services.calls import AddRequest
from tests.domain.builders import AGENT, ANN, THIRD
from tests.web.doubles import MEMBERS, NOW, WebApp, refused

BODY = {"callSid": AGENT, "destination": "+44 20 7946 0123", "fromNumber": "+14155550100"}


def test_add_member_hands_the_request_over_as_typed(web: WebApp) -> None:
    response = web.api("POST", MEMBERS, json=BODY)
    assert 200 == response.status_code
    wanted = AddRequest("s-1", AGENT, "+44 20 7946 0123", "+14155550100", None)
    assert [("add_member", (ANN, wanted))] == web.calls.calls


def test_add_member_answers_with_the_session_and_its_new_party(web: WebApp) -> None:
    session = web.api("POST", MEMBERS, json=BODY).get_json()
    assert "s-1" == session["id"]
    assert [] == session["log"]
    assert "+442079460123" == session["members"][2]["identity"]
    assert THIRD == session["mostRecentParticipantCallSid"]


def test_add_member_needs_nothing_but_a_destination(web: WebApp) -> None:
    web.api("POST", MEMBERS, json={"destination": "bob@acme.test"})
    wanted = AddRequest("s-1", None, "bob@acme.test", None, None)
    assert [("add_member", (ANN, wanted))] == web.calls.calls


def test_empty_call_sid_and_from_number_count_as_left_out(web: WebApp) -> None:
    web.api("POST", MEMBERS, json={"destination": "x", "callSid": "", "fromNumber": ""})
    assert [("add_member", (ANN, AddRequest("s-1", None, "x", None)))] == web.calls.calls


def test_idempotency_key_is_taken_from_its_header(web: WebApp) -> None:
    web.api("POST", MEMBERS, json=BODY, headers={"Idempotency-Key": "k-1"})
    assert "k-1" == web.calls.calls[0][1][1].idempotency_key


def test_idempotency_key_must_be_visible_and_short(web: WebApp) -> None:
    for key in ("", "a b", "x" * 129, "ключ".encode().decode("latin-1")):
        response = web.api("POST", MEMBERS, json=BODY, headers={"Idempotency-Key": key})
        refused(response, 400, "SerializationException")
    assert [] == web.changes


def test_get_session_answers_with_the_session(web: WebApp) -> None:
    response = web.api("GET", "/sessions/s-1")
    assert ("s-1", "Connected") == (response.get_json()["id"], response.get_json()["callState"])
    assert [("get_session", (ANN, "s-1"))] == web.calls.calls


def test_head_goes_with_get_c4(web: WebApp) -> None:
    response = web.api("HEAD", "/sessions/s-1")
    assert (200, b"") == (response.status_code, response.data)


def test_active_sessions_come_in_a_list(web: WebApp) -> None:
    response = web.api("GET", "/sessions/active")
    assert ["s-1"] == [session["id"] for session in response.get_json()["sessions"]]


def test_end_session_answers_204_without_a_body_c22(web: WebApp) -> None:
    response = web.api("DELETE", "/sessions/s-1")
    assert (204, b"") == (response.status_code, response.data)
    assert "Content-Type" not in response.headers
    assert [("end_session", (ANN, "s-1", None))] == web.calls.calls


def test_end_session_takes_the_leg_from_the_query_c9(web: WebApp) -> None:
    web.api("DELETE", f"/sessions/s-1?callSid={AGENT}")
    assert [("end_session", (ANN, "s-1", AGENT))] == web.calls.calls


def test_end_session_takes_the_leg_from_a_body_too_c9(web: WebApp) -> None:
    web.api("DELETE", "/sessions/s-1", json={"callSid": AGENT})
    assert [("end_session", (ANN, "s-1", AGENT))] == web.calls.calls


def test_empty_call_sid_in_the_query_never_ends_the_whole_call(web: WebApp) -> None:
    web.api("DELETE", "/sessions/s-1?callSid=")
    assert [("end_session", (ANN, "s-1", ""))] == web.calls.calls


def test_events_have_a_number_and_the_session_they_belong_to(web: WebApp) -> None:
    web.calls.lines = [(7, SessionEvent("MemberLeft", "Ann left", NOW, AGENT, "m-u-ann"))]
    response = web.api("GET", "/sessions/s-1/events?after=6&count=10")
    expected = {
        "sequence": 7, "date": "2026-03-01T14:05:09.120Z", "type": "MemberLeft",
        "sessionId": "s-1", "callSid": AGENT, "memberId": "m-u-ann", "message": "Ann left",
        "data": {},
    }  # fmt: skip
    assert {"events": [expected], "hasMore": False} == response.get_json()
    assert [("session_events", (ANN, "s-1", 6, 10))] == web.calls.calls


def test_events_begin_at_the_first_and_come_by_the_hundred(web: WebApp) -> None:
    web.api("GET", "/sessions/s-1/events")
    web.api("GET", "/sessions/s-1/events?count=100000")
    assert [(0, 100), (0, 500)] == [arguments[2:] for _, arguments in web.calls.calls]


def test_health_is_open_and_follows_the_database(web: WebApp) -> None:
    response = web.client.get("/healthz")
    assert (200, {"status": "ok"}) == (response.status_code, response.get_json())
    web.context.database.ready = False
    response = web.client.get("/healthz")
    assert "The service is not ready" == refused(response, 503, "ServiceUnavailable")
    assert "5" == response.headers["Retry-After"]
