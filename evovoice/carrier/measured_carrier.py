"""Counts what the carrier is told and asked, how long that takes, and what comes of it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from time import perf_counter

from evovoice import metrics
from evovoice.carrier.port import (
    AccountRejected,
    CallRecord,
    Carrier,
    CarrierBusy,
    CarrierError,
    CarrierRefused,
    CarrierUnreachable,
    OutcomeUnknown,
    PossibleCall,
    SessionRef,
)
from evovoice.domain.messages import Fact
from evovoice.domain.orders import DialLeg, Order, PlaceCall
from evovoice.domain.states import ConferenceStatus

# the first that fits; what is no `CarrierError` is a fault of ours
_RESULTS: tuple[tuple[type[CarrierError], str], ...] = (
    (AccountRejected, "account_rejected"),
    (CarrierRefused, "refused"),
    (CarrierBusy, "busy"),
    (CarrierUnreachable, "unreachable"),
    (OutcomeUnknown, "unknown"),
)

Around = Callable[[str], AbstractContextManager[object]]


class MeasuredCarrier(Carrier):
    """Another carrier, measured. `around(operation)` is what else goes around each request."""

    def __init__(self, carrier: Carrier, around: Around = nullcontext) -> None:
        self._carrier = carrier
        self._around = around

    def carry_out(self, order: Order, ref: SessionRef) -> tuple[Fact, ...]:
        with self._measured(type(order).__name__):
            return self._carrier.carry_out(order, ref)

    def find_out(self, order: Order) -> tuple[Fact, ...] | None:
        with self._measured("find_out"):
            return self._carrier.find_out(order)

    def calls_like(self, order: DialLeg | PlaceCall, since: datetime) -> tuple[PossibleCall, ...]:
        with self._measured("calls_like"):
            return self._carrier.calls_like(order, since)

    def look_up(
        self, leg_id: str, call_sid: str, conference_sid: str | None = None
    ) -> tuple[Fact, ...]:
        with self._measured("look_up"):
            return self._carrier.look_up(leg_id, call_sid, conference_sid)

    def look_up_conference(self, conference_sid: str, legs: dict[str, str]) -> tuple[Fact, ...]:
        with self._measured("look_up_conference"):
            return self._carrier.look_up_conference(conference_sid, legs)

    def look_up_dialled(self, call_sid: str, legs: dict[str, str]) -> tuple[Fact, ...]:
        with self._measured("look_up_dialled"):
            return self._carrier.look_up_dialled(call_sid, legs)

    def conference_status(self, conference_sid: str) -> ConferenceStatus:
        with self._measured("conference_status"):
            return self._carrier.conference_status(conference_sid)

    def look_into_rooms(self, room_name: str, legs: dict[str, str]) -> tuple[Fact, ...]:
        with self._measured("look_into_rooms"):
            return self._carrier.look_into_rooms(room_name, legs)

    def answer_anything(self) -> None:
        with self._measured("answer_anything"):
            self._carrier.answer_anything()

    def live_calls(self) -> list[CallRecord]:
        with self._measured("live_calls"):
            return self._carrier.live_calls()

    @contextmanager
    def _measured(self, operation: str) -> Iterator[None]:
        began, result = perf_counter(), "error"
        try:
            with self._around(operation):
                yield
            result = "ok"
        except CarrierError as error:
            result = next((word for kind, word in _RESULTS if isinstance(error, kind)), "error")
            raise
        finally:
            took = perf_counter() - began
            metrics.CARRIER_REQUESTS.labels(operation, result).observe(took)
            if result != "ok":
                metrics.CARRIER_FAILURES.labels(result).inc()
