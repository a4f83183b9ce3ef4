"""Turns an instruction into the carrier's XML, through the templates."""

import re
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import evovoice
from evovoice.carrier.addresses import CallbackAddresses
from evovoice.carrier.port import SessionRef
from evovoice.domain.announcements import Announcement
from evovoice.domain.messages import Bridge, Farewell, Instruction, JoinConference
from evovoice.domain.values import Address, ClientAddress, PhoneNumber, SipAddress

_PACKAGE = Path(evovoice.__file__).parent
_TEMPLATE_FOLDERS = [_PACKAGE.parent / "twiml_templates", _PACKAGE / "_twiml_templates"]
# what a conference reports (3.1); the first to join sets it, so it is the same for all
_EVENTS = ("start", "end", "join", "leave", "mute", "hold", "modify")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class _Noun:
    """One party of a dial as the template writes it; only a number is sent digits."""

    name: str
    text: str
    status_callback: str
    digits: str = ""


class TwimlWriter:
    """Writes what a leg shall do next; conferences are in that region, or where Twilio likes
    best. `with_speakers`: they tell who speaks, too (decision 124).
    """

    def __init__(
        self, public_base_url: str, region: str | None = None, *, with_speakers: bool = False
    ) -> None:
        self._region = region
        self.conference_events = (*_EVENTS, "speaker") if with_speakers else _EVENTS
        self._addresses = CallbackAddresses(public_base_url)
        environment = Environment(
            loader=FileSystemLoader(_TEMPLATE_FOLDERS),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_xml_text,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # no look at the disk while a caller waits
        )
        self._bridge = environment.get_template("bridge.xml")
        self._join_room = environment.get_template("join_room.xml")
        self._farewell = environment.get_template("farewell.xml")
        self._announcement = environment.get_template("announcement.xml")
        self._digits = environment.get_template("digits.xml")

    def write(self, instruction: Instruction, ref: SessionRef) -> str:
        """The document for a leg of that session."""
        match instruction:
            case Bridge():
                return self._write_bridge(instruction, ref)
            case JoinConference():
                callback = self._addresses.conference(ref)
                return self._join_room.render(
                    room_name=instruction.room_name,
                    status_callback=callback,
                    events=" ".join(self.conference_events),
                    region=instruction.region or self._region,
                    with_music=instruction.with_music,
                )
            case Farewell():
                return self.write_without_session(instruction)

    def write_without_session(self, farewell: Farewell) -> str:
        """The document for a call that belongs to no session: it ends."""
        return self._farewell.render(sentence=farewell.sentence)

    def write_announcement(self, announcement: Announcement) -> str:
        """The document for a party of a conference, who stays in it (R25)."""
        return self._announcement.render(sentence=announcement.text)

    def write_digits(self, digits: str | None) -> str:
        """The document that has them heard on a leg of a conference (10.4); none: nothing is."""
        return self._digits.render(digits=digits)

    def _write_bridge(self, bridge: Bridge, ref: SessionRef) -> str:
        targets = [t.address for t in bridge.targets]
        legs = [(t.address, self._addresses.leg(ref, t.leg_id)) for t in bridge.targets]
        return self._bridge.render(
            action=self._addresses.dial_action(ref),
            caller_id=_showable(bridge.caller_id, targets),
            nouns=[_noun(address, callback, bridge.digits) for address, callback in legs],
        )


def _noun(address: Address, status_callback: str, digits: str) -> _Noun:
    match address:
        case PhoneNumber(e164):
            return _Noun("Number", e164, status_callback, digits)
        case ClientAddress(identity):
            return _Noun("Client", identity, status_callback)
        case SipAddress(uri):
            return _Noun("Sip", uri, status_callback)


def _showable(caller_id: str, targets: list[Address]) -> str | None:
    """The caller id where the carrier takes it (13214); without one it shows the caller's own.

    A withheld caller is `anonymous`, `unknown` or empty; a device may be shown to devices only.
    """
    if _E164.fullmatch(caller_id):
        return caller_id
    device = caller_id.startswith("client:") and len(caller_id) > len("client:")
    if device and all(isinstance(target, ClientAddress) for target in targets):
        return caller_id
    return None


def _xml_text(value: object) -> str:
    """Drop what no XML document may hold, escaped or not: one such character loses the call."""
    return _NOT_XML.sub("", str(value))
