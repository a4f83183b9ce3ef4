"""What is written into an order's row when it is finished; for people who look into the table."""

from evovoice.carrier.port import (
    CarrierBusy,
    CarrierError,
    CarrierRefused,
    CarrierUnreachable,
    NotFound,
    NotSetUp,
    OutcomeUnknown,
)

_WORDS: dict[type[CarrierError], str] = {
    CarrierRefused: "CarrierRefused",
    NotFound: "CarrierRefused",
    CarrierBusy: "CarrierBusy",
    CarrierUnreachable: "CarrierUnreachable",
    OutcomeUnknown: "OutcomeUnknown",
    NotSetUp: "NotSetUp",
}


def order_result(error: CarrierError | None) -> str:
    """`done`, or the word for the error with which the order was given up."""
    return "done" if error is None else _WORDS.get(type(error), "CarrierError")
