"""Faults on order, by count and by rate: R45, R54."""

import json

import pytest
from requests.exceptions import ConnectionError as BrokenError
from requests.exceptions import ReadTimeout
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from evovoice.emulator.rest.api import HANDLERS
from evovoice.emulator.rest.faults import Fault, FaultBook, FaultKind
from evovoice.emulator.rest.messages import Form, RestRequest, RestResponse
from evovoice.emulator.state.account import basic

from .stories import OURS, THIRD, Line

CALL = "CA" + "0" * 32


def outcomes(line: Line, count: int) -> str:
    """One letter per request: o for an answer, x for a fault."""
    seen = ""
    for _ in range(count):
        try:
            line.client.calls.list()
            seen += "o"
        except TwilioException:
            seen += "x"
    return seen


def test_r45_by_count_the_next_few_go_wrong(line: Line) -> None:
    line.twilio.fail_next("GET", "*/Calls.json", "error-before", count=3)
    assert "xxxoo" == outcomes(line, 5)


def test_r45_by_rate_a_share_goes_wrong_and_the_seed_repeats_it(line: Line) -> None:
    line.twilio.fail_next("*", "*", "too-many-requests", rate=0.3, count=0)
    faults = line.twilio.exchange.rest_api.faults
    faults.reseed(7)
    first = outcomes(line, 200)
    faults.reseed(7)
    assert first == outcomes(line, 200)
    assert 40 < first.count("x") < 80
    assert 7 == faults.seed
    line.twilio.exchange.rest_log.clear()  # four hundred judgements of the same answer


def test_r45_a_rate_may_have_a_count_as_well(line: Line) -> None:
    line.twilio.fail_next("*", "*", "error-before", rate=0.5, count=4)
    assert 4 == outcomes(line, 100).count("x")


def test_r45_the_book_tells_how_often_each_fault_struck() -> None:
    book = FaultBook(1)
    book.add("GET", "*", Fault("error-after"), 3)
    book.add("POST", "*", Fault("hang", rate=0.0), 0)
    for _ in range(2):
        book.take("GET", "/x")
        book.take("POST", "/x")
    assert [(2, 1), (0, None)] == [(order.hits, order.left) for order in book.orders]


def test_r45_orders_mean_their_own_routes_only() -> None:
    book = FaultBook(1)
    book.add("post", "*/Participants.json", Fault("error-after"), 1)
    book.add("*", "*/Calls/*", Fault("error-before"), 1)
    assert book.take("GET", "/x/Participants.json") is None
    assert Fault("error-before") == book.take("GET", "/x/Calls/CA1.json")
    assert Fault("error-after") == book.take("POST", "/x/Participants.json")
    assert book.take("POST", "/x/Participants.json") is None


def test_r45_a_hanging_request_is_answered_late(line: Line) -> None:
    line.twilio.fail_next("POST", "*", "hang", seconds=8)
    before = line.twilio.now()
    call = line.client.calls.create(to=THIRD, from_=OURS, url="https://app.test/x")
    assert 8 == (line.twilio.now() - before).total_seconds()
    assert line.twilio.call(call.sid).answered


def test_r45_who_waits_for_less_gives_up_and_it_has_happened(line: Line) -> None:
    impatient = Client(
        line.twilio.account_sid, line.twilio.auth_token, http_client=line.twilio.http_client
    )
    line.twilio.fail_next("POST", "*", "hang", seconds=8)
    with pytest.raises(ReadTimeout):
        impatient.http_client.request(
            "POST",
            f"https://api.twilio.com/2010-04-01/Accounts/{line.twilio.account_sid}/Calls.json",
            data={"To": THIRD, "From": OURS, "Url": "https://app.test/x"},
            auth=impatient.auth,
            timeout=5,
        )
    assert 1 == len([*line.twilio.exchange.network.legs])


@pytest.mark.parametrize(("kind", "calls"), [("reset-before", 0), ("reset-after", 1)])
def test_r45_a_reset_connection(line: Line, kind: str, calls: int) -> None:
    line.twilio.fail_next("POST", "*", kind)  # type: ignore[arg-type]
    with pytest.raises(BrokenError):
        line.client.calls.create(to=THIRD, from_=OURS, url="https://app.test/x")
    assert calls == len(line.twilio.living_calls())


def test_r45_after_clear_everything_works(line: Line) -> None:
    line.twilio.fail_next("*", "*", "error-before", count=0)
    assert "xx" == outcomes(line, 2)
    line.twilio.exchange.rest_api.faults.clear()
    assert "oo" == outcomes(line, 2)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_r45_any_server_error(line: Line, status: int) -> None:
    line.twilio.fail_next("GET", "*", "error-before", status=status)
    with pytest.raises(TwilioRestException) as caught:
        line.client.calls(CALL).fetch()
    assert status == caught.value.status


def stray(line: Line, method: str, kind: FaultKind) -> list[tuple[int, object]]:
    """Status and code of two equal requests to each route of a conference and its legs."""
    parent, _, room = line.convert()
    base = f"https://api.twilio.com/2010-04-01/Accounts/{line.twilio.account_sid}"
    one = f"Conferences/{room.sid}/Participants/{parent.sid}"
    paths = ["Calls", f"Calls/{parent.sid}", "Conferences", f"Conferences/{room.sid}"]
    seen = []
    for path in [*paths, f"Conferences/{room.sid}/Participants", one]:
        line.twilio.fail_next(method, f"*/{path}.json", kind)
        for _ in range(2):
            answer = line.client.request(method, f"{base}/{path}.json")
            seen.append((answer.status_code, json.loads(answer.text).get("code")))
    return seen


def test_r54_any_route_can_answer_one_stray_404_and_then_the_truth(line: Line) -> None:
    assert [(404, 20404), (200, None)] * 6 == stray(line, "GET", "not-found")
    assert 2 == len(line.twilio.living_calls())


def test_r54_any_route_can_answer_one_5xx_and_then_the_truth(line: Line) -> None:
    assert [(503, 20500), (200, None)] * 6 == stray(line, "GET", "error-before")


@pytest.mark.parametrize("kind", ["not-found", "error-before"])
def test_r54_every_route_and_verb_that_is_imitated_can_answer_one_and_then_the_truth(
    line: Line, kind: FaultKind
) -> None:
    """Nobody with these names is there, so that the truth may be a 404 of its own."""
    api, account = line.twilio.exchange.rest_api, line.twilio.exchange.network.account
    for method, shape in HANDLERS:
        below = f"/2010-04-01/Accounts/{account.sid}/{shape}".rstrip("/") + ".json"
        path = (f"/{shape}" if shape.startswith("v") else below).replace("*", CALL)
        request = RestRequest(method, path, Form([]), basic(account.sid, account.auth_token))
        truth = api.handle(request)
        line.twilio.fail_next(method, path, kind)
        stray, after = api.handle(request), api.handle(request)
        assert isinstance(stray, RestResponse)
        assert (404 if kind == "not-found" else 503) == stray.status
        assert truth == after


def test_r54_a_stray_404_has_no_effect(line: Line) -> None:
    parent, _, room = line.convert()
    one = line.client.conferences(room.sid).participants(parent.sid)
    line.twilio.fail_next("POST", "*/Participants/*", "not-found")
    with pytest.raises(TwilioRestException) as caught:
        one.update(muted=True)
    assert (404, 20404) == (caught.value.status, caught.value.code)
    assert not one.fetch().muted
    line.twilio.fail_next("DELETE", "*/Participants/*", "not-found")
    with pytest.raises(TwilioException):
        one.delete()
    assert one.delete()
