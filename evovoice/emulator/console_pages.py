"""Registered devices and the messages of pages, as the control address and its page show them."""

from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.rest.messages import JsonObject
from evovoice.emulator.signalling.gateway import FrameEntry


def devices_view(network: VoiceNetwork) -> list[JsonObject]:
    """Who would ring, and whether a page with Twilio's SDK or somebody by hand."""
    return [
        {"identity": identity, "name": name, "kind": device.kind}
        for identity, name, device in network.devices
    ]


def frame_view(entry: FrameEntry) -> JsonObject:
    """One message over a page's socket."""
    return {
        "at": entry.at.isoformat(timespec="milliseconds"),
        "page": entry.page,
        "fromPage": entry.from_page,
        "type": entry.type,
        "payload": dict(entry.payload),
    }
