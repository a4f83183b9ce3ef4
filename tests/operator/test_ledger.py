"""What counts as lost, told sorry and excused: a ledger that never complains proves nothing."""

import time
from typing import Any

import pytest

from tests.operator.ledger import Asked, Call, Delivery, Ledger, deliveries, told_sorry

SORRY = "<Response><Say>We are sorry, this call cannot be connected.</Say></Response>"


def asked(status: int | None, code: str = "", at: float = 1000.0) -> Asked:
    return Asked("GET", "/sessions/active", at, at + 0.5, status, code)


def lost(ledger: Ledger, one: Asked) -> bool:
    ledger.asked = [one]
    assert len(ledger.broken([])) == len(ledger.lost())
    return bool(ledger.lost())


@pytest.mark.parametrize("status", [None, 500, 502, 504])
def test_broken_connection_and_unexpected_error_are_lost_at_any_time(status: int | None) -> None:
    ledger = Ledger()
    with ledger.away("database"), ledger.away("carrier"):
        now = time.time()
    assert lost(ledger, asked(status, at=now))


@pytest.mark.parametrize("status", [200, 204, 400, 401, 404, 409, 429])
def test_answer_is_not_lost(status: int) -> None:
    assert not lost(Ledger(), asked(status))


@pytest.mark.parametrize(
    ("who", "code"), [("database", "ServiceUnavailable"), ("carrier", "CarrierUnavailable")]
)
def test_refusal_is_excused_while_that_is_away_and_at_no_other_time(who: str, code: str) -> None:
    ledger, other = Ledger(), {"database": "carrier", "carrier": "database"}
    with ledger.away(who):
        now = time.time()
    assert not lost(ledger, asked(503, code, now))
    assert lost(ledger, asked(503, code, now - 60))
    assert lost(ledger, asked(503, code, now + 60))
    elsewhere = Ledger()
    with elsewhere.away(other[who]):
        now = time.time()
    assert lost(elsewhere, asked(503, code, now))


def told(kind: str, answer: str, taken: bool = True, sid: str = "CA1", at: float = 0) -> Delivery:
    return Delivery(kind, sid, at, at, taken, answer)


def test_caller_is_told_sorry_once_however_often() -> None:
    assert {"CA1"} == told_sorry([told("voice", SORRY), told("action", SORRY)])


def test_caller_whose_question_is_taken_at_the_fallback_address_is_not_told_sorry() -> None:
    away, served = told("voice", "503", taken=False), told("fallback", "<Response/>")
    assert set() == told_sorry([away, served])
    assert {"CA1"} == told_sorry([away, told("fallback", "503", taken=False)])


def test_sorry_and_reports_not_taken_are_excused_by_the_failover_alone() -> None:
    ledger = Ledger()
    with ledger.away("database"):
        now = time.time()
    for moment, broken in ((now, 0), (now - 60, 2)):
        report = told("call-status", "503", taken=False, at=moment)
        assert broken == len(ledger.broken([told("voice", SORRY, at=moment), report]))


def test_call_that_goes_wrong_and_what_is_left_are_told() -> None:
    ledger = Ledger()
    ledger.calls = [Call(0.0), Call(0.0, "CA2", problem="it never came to be")]
    ledger.problems = ["Session s-1 has not ended"]
    assert 2 == len(ledger.broken([]))


def test_attempts_with_one_token_are_one_delivery() -> None:
    def attempt(number: int, status: int | None, token: str) -> dict[str, Any]:
        reply = {"status": status, "answer": "yes"} if status else {"status": None, "failure": "x"}
        return {
            "at": f"2026-11-27T20:00:0{number}+00:00", "url": "http://a/", "kind": "call-status",
            "params": {"CallSid": "CA1"}, "headers": {"I-Twilio-Idempotency-Token": token}, **reply,
        }  # fmt: skip

    log = {"webhooks": [attempt(0, None, "a"), attempt(1, 503, "a"), attempt(2, 204, "a"),
                        attempt(3, 500, "b")]}  # fmt: skip
    first, second = deliveries(log)
    assert (True, 2.0) == (first.was_taken, first.until - first.at)
    assert (False, "CA1") == (second.was_taken, second.call_sid)
