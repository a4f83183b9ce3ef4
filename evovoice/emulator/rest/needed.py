"""REST parameters that mean nothing without another one, as Twilio's pages describe them.

They are passed over, and an alert says so: what Twilio says to them is not documented (?).
https://www.twilio.com/docs/voice/api/call-resource#create-a-call,
https://www.twilio.com/docs/voice/api/conference-participant-resource#create-a-participant,
https://www.twilio.com/docs/voice/answering-machine-detection
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evovoice.emulator.rest.messages import Form


@dataclass(frozen=True, slots=True)
class Need:
    """Which parameter has to be there; a flag has to be `true`."""

    name: str
    is_flag: bool = False

    def is_met(self, form: Form) -> bool:
        """Whether the request has it."""
        return form.flag(self.name) if self.is_flag else bool(form.get(self.name))

    def __str__(self) -> str:
        return f"{self.name}=true" if self.is_flag else self.name


def _callback(name: str, *more: str) -> dict[str, Need]:
    return dict.fromkeys((f"{name}Method", *(f"{name}{part}" for part in more)), Need(name))


_RECORD, _DETECTION = Need("Record", is_flag=True), Need("MachineDetection")
_DIALLED = {
    **_callback("StatusCallback", "Event"),
    **_callback("RecordingStatusCallback", "Event"),
    **dict.fromkeys(("RecordingStatusCallback", "RecordingChannels", "RecordingTrack"), _RECORD),
    **dict.fromkeys(
        (
            "MachineDetectionTimeout",
            "MachineDetectionSpeechThreshold",
            "MachineDetectionSpeechEndThreshold",
            "MachineDetectionSilenceTimeout",
        ),
        _DETECTION,
    ),
}
NEEDED: Mapping[tuple[str, str], Mapping[str, Need]] = {
    ("POST", "Calls"): {
        **_DIALLED,
        "FallbackMethod": Need("FallbackUrl"),
        "Method": Need("Url"),
        "AsyncAmd": _DETECTION,
        "AsyncAmdStatusCallback": Need("AsyncAmd", is_flag=True),
        **_callback("AsyncAmdStatusCallback"),
    },
    ("POST", "Calls/*"): {
        **_callback("StatusCallback"),
        "FallbackMethod": Need("FallbackUrl"),
        "Method": Need("Url"),
    },
    ("POST", "Calls/*/Recordings"): _callback("RecordingStatusCallback", "Event"),
    ("POST", "Conferences/*"): {"AnnounceMethod": Need("AnnounceUrl")},
    ("POST", "Conferences/*/Participants"): {
        **_DIALLED,
        **_callback("ConferenceStatusCallback", "Event"),
        **_callback("ConferenceRecordingStatusCallback", "Event"),
        "AmdStatusCallback": _DETECTION,
        **_callback("AmdStatusCallback"),
        "CallSidToCoach": Need("Coaching", is_flag=True),
        "Coaching": Need("CallSidToCoach"),
        "WaitMethod": Need("WaitUrl"),
    },
    ("POST", "Conferences/*/Participants/*"): {
        "AnnounceMethod": Need("AnnounceUrl"),
        "HoldMethod": Need("HoldUrl"),
        "HoldUrl": Need("Hold", is_flag=True),
        "WaitMethod": Need("WaitUrl"),
    },
}
_OFF = frozenset({"", "false"})


def in_vain(method: str, shape: str, form: Form) -> Iterator[str]:
    """A sentence for each parameter that lacks what it belongs to."""
    for name, need in NEEDED.get((method, shape), {}).items():
        if form.text(name).lower() not in _OFF and not need.is_met(form):
            yield f"{name} has no effect: it means nothing without {need}"
