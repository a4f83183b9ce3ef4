"""One interface for whoever is at the far end: told what happens, acts by `remote_party`."""

import pytest

from evovoice.emulator.engine import remote_party
from evovoice.emulator.engine.remote_party import Impossible
from evovoice.emulator.state.leg import CallMessage, FarEnd, Leg

from .scripted_app import BASE
from .stories import Line, dial


class Listener:
    """A device of its own kind that writes down what it is told."""

    kind = "page"
    has_character = False

    def __init__(self) -> None:
        self.heard: list[str] = []

    def ring(self, leg: Leg) -> FarEnd:
        self.heard.append("ring")
        return self

    def stop_ringing(self, leg: Leg) -> None:
        self.heard.append("stop")

    def answered(self, leg: Leg) -> None:
        self.heard.append("answered")

    def ended(self, leg: Leg) -> None:
        self.heard.append(leg.status)

    def take_message(self, leg: Leg, message: CallMessage) -> bool:
        self.heard.append(message.content)
        return True


def _rung(line: Line, *names: str) -> tuple[dict[str, Listener], Leg]:
    """Devices of ann, and the leg that rings at them."""
    devices = {name: Listener() for name in names}
    for name, device in devices.items():
        line.twilio.exchange.network.devices.register("ann", name, device)
    line.call_in(dial("<Client>ann</Client>"))
    line.twilio.advance(1)
    return devices, line.twilio.leg_at("client:ann")


def test_the_one_that_accepts_is_told_of_the_end_and_the_other_to_stop(line: Line) -> None:
    devices, leg = _rung(line, "desk", "mobile")
    network = line.twilio.exchange.network
    remote_party.accept(network, leg.sid, "desk")
    with pytest.raises(Impossible, match="31008"):
        remote_party.accept(network, leg.sid, "mobile")
    line.twilio.hang_up(leg.sid)
    assert ["ring", "answered", "completed"] == devices["desk"].heard
    assert ["ring", "stop"] == devices["mobile"].heard


def test_a_caller_who_gives_up_stops_all_that_ring(line: Line) -> None:
    devices, leg = _rung(line, "desk", "mobile")
    assert leg.parent_sid is not None
    line.twilio.hang_up(leg.parent_sid)
    assert [["ring", "stop"]] * 2 == [device.heard for device in devices.values()]


def test_a_far_end_without_a_character_does_nothing_by_itself(line: Line) -> None:
    """The phone book says how scripted people behave, not what people at a page do."""
    line.twilio.phone("client:ann").says("hello", at=1).presses("1").hangs_up_after(5)
    _, leg = _rung(line, "desk")
    remote_party.accept(line.twilio.exchange.network, leg.sid, "desk")
    line.twilio.advance(60)
    assert (True, (), "") == (leg.live, leg.says, leg.digits)


def test_a_call_from_a_far_end_tells_it_the_answer_and_the_end(line: Line) -> None:
    line.app.on("/out", "<Pause length='3'/>")
    application, caller = line.twilio.add_application(f"{BASE}/out"), Listener()
    network = line.twilio.exchange.network
    leg = remote_party.connect_device(network, "ann", application, {}, far_end=caller)
    line.twilio.advance(10)
    assert ["answered", "completed"] == caller.heard
    assert caller is leg.far_end
