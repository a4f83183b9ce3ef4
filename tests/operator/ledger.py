"""What was asked, answered and heard in the evening, and what of it breaks a promise."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.chaos.line import Answer, Line

_SHOWN = 200  # characters of an answer
_GRACE = 3.0  # seconds after a fault in which what was under way may still be refused
_AWAY = {"ServiceUnavailable": "database", "CarrierUnavailable": "carrier"}  # contract 5: 503


@dataclass(slots=True)
class Phase:
    """A part of the evening, from `begun` to `ended` in seconds since the epoch."""

    name: str
    begun: float
    ended: float = 0.0
    notes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of a console and its answer; `code` is that of the error."""

    method: str
    path: str
    sent: float
    answered: float
    status: int | None
    code: str


@dataclass(slots=True)
class Call:
    """A conversation with an added party; `problem`: where it did not go as it should."""

    begun: float
    root_sid: str = ""
    added: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """All attempts of the carrier to tell or ask one thing.

    `at`, `until`: when the first and the last attempt began, in seconds since the epoch; `answer`:
    the document, or how each attempt failed.
    """

    kind: str
    call_sid: str
    at: float
    until: float
    was_taken: bool
    answer: str


class Ledger:
    """All of it, in the order in which it was written down."""

    def __init__(self) -> None:
        self.phases: list[Phase] = []
        self._away: list[tuple[str, float, float]] = []  # who was, from when to when
        self.asked: list[Asked] = []
        self.calls: list[Call] = []
        self.problems: list[str] = []

    @contextmanager
    def phase(self, name: str) -> Iterator[Phase]:
        """The block is a part of the evening."""
        phase = Phase(name, time.time())
        self.phases.append(phase)
        try:
            yield phase
        finally:
            phase.ended = time.time()

    @contextmanager
    def away(self, who: str) -> Iterator[None]:
        """In the block, and for a moment after it, the database or the carrier is not there, and
        what needs it may be refused with 503.
        """
        begun, place = time.time(), len(self._away)
        self._away.append((who, begun, float("inf")))
        try:
            yield
        finally:
            self._away[place] = who, begun, time.time() + _GRACE

    def was_away(self, who: str, begun: float, ended: float) -> bool:
        """Whether they were for any of that time."""
        return any(
            one == who and begun <= until and ended >= since for one, since, until in self._away
        )

    def refused(self, code: str) -> int:
        """How many requests were answered with that errorCode."""
        return sum(one.code == code for one in self.asked)

    def lost(self) -> list[Asked]:
        """Requests without an answer, or refused though everything was there."""
        return [one for one in self.asked if self._is_lost(one)]

    def _is_lost(self, one: Asked) -> bool:
        if one.status is None:
            return True
        if one.status < 500:
            return False
        who = _AWAY.get(one.code, "") if one.status == 503 else ""
        return not self.was_away(who, one.sent, one.answered)

    def figures(self, phase: Phase, deliveries: list[Delivery]) -> dict[str, Any]:
        """What one phase came to."""
        asked = [one for one in self.asked if phase.begun <= one.sent < phase.ended]
        calls = [one for one in self.calls if phase.begun <= one.begun < phase.ended]
        told = [one for one in deliveries if phase.begun <= one.at < phase.ended]
        lost = [one for one in self.lost() if phase.begun <= one.sent < phase.ended]
        refused = [one for one in asked if (one.status or 0) >= 400]
        return {
            "seconds": round(phase.ended - phase.begun, 1),
            "calls": len(calls),
            "calls_with_an_added_party": sum(call.added for call in calls),
            "requests": len(asked),
            "requests_refused": dict(Counter(f"{one.status} {one.code}" for one in refused)),
            "requests_lost": len(lost),
            "reading_seconds": _seconds_of(one for one in asked if one.method == "GET"),
            "command_seconds": _seconds_of(one for one in asked if one.method != "GET"),
            "told_by_the_carrier": len(told),
            "not_taken": dict(Counter(one.kind for one in told if not one.was_taken)),
            "told_sorry": len(told_sorry(told)),
            **phase.notes,
        }

    def broken(self, deliveries: list[Delivery]) -> list[str]:
        """Every promise that was broken, in a sentence."""
        lost = [
            f"{one.method} {one.path} was answered {one.status or 'by nothing'} {one.code}"
            f" after {one.answered - one.sent:.1f} s at {_clock(one.sent)}"
            for one in self.lost()
        ]
        outside = [one for one in deliveries if not self.was_away("database", one.at, one.until)]
        sorry = [
            f"The caller of {one.call_sid} was told sorry {_when(one)}, after a {one.kind}:"
            f" {one.answer[:_SHOWN]}"
            for one in outside
            if _is_sorry(one)
        ]
        deaf = [
            f"A {one.kind} of {one.call_sid} was not taken {_when(one)}: {one.answer[:_SHOWN]}"
            for one in outside
            if not one.was_taken
        ]
        calls = [
            f"Call {one.root_sid} of {_clock(one.begun)}: {one.problem}"
            for one in self.calls
            if one.problem
        ]
        return [*lost, *sorry, *deaf, *calls, *self.problems]


class CountedLine(Line):
    """A line to the service that writes everything down."""

    def __init__(self, base: str, ledger: Ledger) -> None:
        super().__init__(base)
        self._ledger = ledger

    async def ask(
        self, method: str, path: str, body: Any = None, key: str = "", once: str = ""
    ) -> Answer:
        """As a console asks."""
        answer = await super().ask(method, path, body, key, once)
        self._ledger.asked.append(
            Asked(method, path, answer.sent, answer.answered, answer.status, code_of(answer))
        )
        return answer


def code_of(answer: Answer) -> str:
    """The errorCode of an answer, where it has one."""
    status = answer.body.get("responseStatus") if isinstance(answer.body, dict) else None
    return str(status.get("errorCode", "")) if isinstance(status, dict) else ""


def told_sorry(told: list[Delivery]) -> set[str]:
    """The calls in which somebody hears that they cannot be served: by us, or by the carrier for
    us. A voice question that is not taken comes again at the fallback address.
    """
    return {one.call_sid for one in told if _is_sorry(one)}


def _is_sorry(one: Delivery) -> bool:
    is_last_question = one.kind in ("twiml", "fallback", "action")
    return "We are sorry" in one.answer or (is_last_question and not one.was_taken)


def deliveries(log: Any) -> list[Delivery]:
    """The carrier's log of webhooks: all attempts of a delivery have one token."""
    attempts: dict[str, list[dict[str, Any]]] = {}
    for one in log["webhooks"]:
        token = {name.lower(): text for name, text in one["headers"].items()}
        key = token.get("i-twilio-idempotency-token") or f"{one['at']} {one['url']}"
        attempts.setdefault(key, []).append(one)
    return [_delivery(several) for several in attempts.values()]


def _seconds_of(asked: Iterable[Asked]) -> dict[str, float]:
    """How long they took to be answered."""
    took = sorted(round(one.answered - one.sent, 3) for one in asked)
    if not took:
        return {}
    share = took[len(took) * 95 // 100]
    return {"median": took[len(took) // 2], "of_95_percent": share, "longest": took[-1]}


def _delivery(attempts: list[dict[str, Any]]) -> Delivery:
    good = [one for one in attempts if 200 <= (one["status"] or 0) < 300]
    moments = [_seconds(one["at"]) for one in attempts]
    failed = ", ".join(str(one.get("failure") or one["status"]) for one in attempts)
    said = str(good[-1]["answer"] or "") if good else failed
    first = attempts[0]
    sid = str(dict(first["params"]).get("CallSid", ""))
    return Delivery(first["kind"], sid, min(moments), max(moments), bool(good), said)


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def _clock(moment: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(moment))


def _when(one: Delivery) -> str:
    return f"from {_clock(one.at)} to {_clock(one.until)} (its last attempt)"
