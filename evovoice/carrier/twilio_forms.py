"""What the requests to Twilio carry, from the orders they are made of."""

from collections.abc import Sequence
from typing import Any

from twilio.base import values  # type: ignore[import-untyped]

from evovoice.carrier.addresses import CallbackAddresses
from evovoice.carrier.port import SessionRef
from evovoice.domain.orders import AdjustLeg, DialLeg, DialSupervisor, PlaceCall

_RING_FOR = 30  # Twilio adds about five seconds (3.3)
_LISTEN_FOR = 15  # seconds; whoever cannot be told from a machine by then is `unknown` (3.3)
_LEG_EVENTS = ["initiated", "ringing", "answered", "completed"]


def dial_form(
    order: DialLeg, ref: SessionRef, addresses: CallbackAddresses, region: str | None,
    conference_events: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    """The conference is named by SID, and our leg id is the label: a second try is refused
    (16026).

    Callback, its events and region of the conference repeat `join_room.xml`: the first to join
    sets them.
    Nobody in the conference hears one who supervises, nor how their device rings.
    """
    form: dict[str, Any] = {
        "to": order.to,
        "from_": order.from_number,
        "label": order.leg_id,
        "timeout": order.ring_seconds,
        "beep": "false",
        "early_media": True,
        "start_conference_on_enter": True,
        "end_conference_on_exit": False,
        "wait_url": "",
        "status_callback": addresses.leg(ref, order.leg_id),
        "status_callback_event": _LEG_EVENTS,
        "conference_status_callback": addresses.conference(ref),
        "conference_status_callback_event": list(conference_events),
        "region": region or values.unset,
    }
    if order.detect_machine:
        form |= _detection(order, ref, addresses)
    if isinstance(order, DialSupervisor):
        form |= {"muted": True, "early_media": False}
        if order.coached:
            form |= {"coaching": True, "call_sid_to_coach": order.coached}
    return form


def _detection(order: DialLeg, ref: SessionRef, addresses: CallbackAddresses) -> dict[str, Any]:
    """Of a participant it runs beside the conversation, which begins with the answer (3.3, R42)."""
    return {
        "machine_detection": "Enable",
        "machine_detection_timeout": _LISTEN_FOR,
        "amd_status_callback": addresses.detection(ref, order.leg_id),
    }


def place_form(order: PlaceCall, ref: SessionRef, addresses: CallbackAddresses) -> dict[str, Any]:
    """The leg asks at its own address what to do once it is answered."""
    return {
        "to": order.to,
        "from_": order.from_number,
        "url": addresses.answered(ref, order.leg_id),
        "timeout": _RING_FOR,
        "status_callback": addresses.leg(ref, order.leg_id),
        "status_callback_event": _LEG_EVENTS,
    }


def adjust_form(order: AdjustLeg) -> dict[str, Any]:
    """Only what the order names: every field left out stays as it is (3.4)."""
    form: dict[str, Any] = {}
    if order.held is not None:
        form["hold"] = order.held
    if order.muted is not None:
        form["muted"] = order.muted
    if order.coaching is not None:
        form["coaching"] = bool(order.coaching)
    if order.coaching:
        form["call_sid_to_coach"] = order.coaching
    return form
