"""What is written into an order's row when it is finished; for people who look into the table."""

from evovoice.carrier.port import (
    AccountRejected,
    CarrierBusy,
    CarrierError,
    CarrierRefused,
    CarrierUnreachable,
    NotSetUp,
    OutcomeUnknown,
)

_WORDS: dict[type[CarrierError], str] = {
    CarrierRefused: "CarrierRefused",
    CarrierBusy: "CarrierBusy",
    AccountRejected: "AccountRejected",
    CarrierUnreachable: "CarrierUnreachable",
    OutcomeUnknown: "OutcomeUnknown",
    NotSetUp: "NotSetUp",
}


def order_result(error: CarrierError | None) -> str:
    """`done`, or the word for the error with which the order was given up."""
    words = [_WORDS[kind] for kind in type(error).__mro__ if kind in _WORDS]
    return "done" if error is None else [*words, "CarrierError"][0]
