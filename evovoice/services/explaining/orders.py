"""Which orders to the carrier failed, were repeated or stand open."""

from datetime import datetime, timedelta

from evovoice.domain.orders import (
    AdjustLeg,
    AnnounceToLeg,
    CancelLeg,
    DialLeg,
    DialSupervisor,
    EndConference,
    HangUpLeg,
    Order,
    PlaceCall,
    PlayDigits,
    RecordLeg,
    RedirectLeg,
)
from evovoice.services.explaining.explanation import Section, Sentences
from evovoice.services.explaining.record import Record
from evovoice.services.explaining.wording import Say
from evovoice.storage.unit_of_work import OrderRecord

KEPT = timedelta(days=7)
_OVERDUE = timedelta(seconds=30)
_DONE = "done"
_RESULTS = {
    "CarrierRefused": "the carrier refused it",
    "CarrierUnreachable": "the carrier could not be reached",
    "AccountRejected": "the carrier does not accept our account",
    "CarrierBusy": "the carrier limited our requests",
    "OutcomeUnknown": "the carrier gave no usable answer",
    "NotSetUp": "a setting is missing",
    "Unreadable": "no process could read it",
    "Failed": "a fault of ours",
}
_DEEDS: dict[type[Order], Say] = {
    RedirectLeg: Say.DO_REDIRECT,
    DialLeg: Say.DO_DIAL,
    DialSupervisor: Say.DO_DIAL,
    PlaceCall: Say.DO_DIAL,
    CancelLeg: Say.DO_CANCEL,
    HangUpLeg: Say.DO_HANG_UP,
    EndConference: Say.DO_END,
    RecordLeg: Say.DO_RECORD,
    AnnounceToLeg: Say.DO_ANNOUNCE,
    PlayDigits: Say.DO_SEND_DIGITS,
}


def tell_orders(record: Record, sentences: Sentences) -> None:
    """One sentence for each that was not simply carried out, and how many were."""
    notable = [order for order in record.orders if _is_notable(order)]
    for order in notable:
        _tell(record, sentences, order)
    if record.orders and not notable:
        sentences.say(Section.ORDERS, Say.ALL_CARRIED_OUT, count=len(record.orders))
    elif not record.orders:
        is_old = record.now - record.session.created_at > KEPT
        sentences.say(Section.ORDERS, Say.FORGOTTEN if is_old else Say.NO_ORDERS)


def is_overdue(order: OrderRecord, now: datetime) -> bool:
    """Whether nobody has taken it up for half a minute, though it could be."""
    return order.result is None and now - _free_from(order) > _OVERDUE


def _is_notable(order: OrderRecord) -> bool:
    return order.result != _DONE or order.tries > 1 or order.order is None


def _tell(record: Record, sentences: Sentences, order: OrderRecord) -> None:
    if order.order is None:
        return sentences.say(
            Section.ORDERS, Say.UNREADABLE_ORDER, order.created_at, kind=order.kind
        )
    return sentences.say(
        Section.ORDERS, _wording(record, order), order.created_at,
        deed=_deed(record, order.order), tries=order.tries, due=_moment(_free_from(order)),
        result=_RESULTS.get(order.result or "", order.result), until=_moment(order.lease_until),
    )  # fmt: skip


def _wording(record: Record, order: OrderRecord) -> Say:
    if order.result is not None:
        if order.result != _DONE:
            return Say.GIVEN_UP
        return Say.TAKEN_OVER if order.uncertain else Say.REPEATED
    if is_overdue(order, record.now):
        return Say.OVERDUE
    is_held = order.lease_until is not None and order.lease_until > record.now
    return Say.BEING_GIVEN if is_held else Say.OPEN_ORDER


def _deed(record: Record, order: Order) -> str:
    if isinstance(order, EndConference):
        return str(Say.DO_END)
    name = record.name_on(order.leg_id)
    if isinstance(order, AdjustLeg):
        held = {True: Say.DO_HOLD, False: Say.DO_RELEASE, None: Say.DO_ADJUST}
        return held[order.held].format(name=name)
    return _DEEDS[type(order)].format(name=name)


def _free_from(order: OrderRecord) -> datetime:
    return max(order.due, order.lease_until or order.due)


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z") if moment else "-"
