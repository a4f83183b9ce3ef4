"""A recording: nobody hears it, but it has a sid, a length and a status."""

from dataclasses import dataclass

from evovoice.emulator.state.clock import whole_seconds
from evovoice.emulator.state.messages import Params
from evovoice.emulator.state.orders import Subscription
from evovoice.emulator.state.transcription import Transcription

RATE, SAMPLE_BYTES = 8_000, 2  # of the sound of a WAV file
_HEADER = 44


@dataclass(slots=True, eq=False)
class Recording:
    """`about` is what its callbacks say it belongs to: a call or a conference.

    `call_sid` names the parent of a two-leg call, `leg_sid` the leg that is really recorded.
    """

    sid: str
    started: int
    source: str
    about: Params
    target: Subscription | None
    call_sid: str | None = None
    leg_sid: str | None = None
    conference_sid: str | None = None
    channels: int = 1
    track: str = "both"
    ended: int | None = None
    name: str = ""  # of `<Start><Recording name>`
    paused: int | None = None  # since when
    skips: bool = False  # whether that pause is left out
    left_out: int = 0
    error_code: int | None = None
    is_silent: bool = False  # nobody said anything into a <Record>
    transcription: Transcription | None = None
    event_callback: str | None = None  # of a conference without recordingStatusCallback
    conference_name: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more is recorded."""
        return self.ended is not None

    @property
    def status(self) -> str:
        """The resource's word."""
        if self.over:
            return "absent" if self.error_code else "completed"
        return "in-progress" if self.paused is None else "paused"

    @property
    def seconds(self) -> int | None:
        """How long it plays, once it is over."""
        return (
            None if self.ended is None else whole_seconds(self.started + self.left_out, self.ended)
        )

    @property
    def served_channels(self) -> int:
        """Of the file where nobody says how many: a conference's is on one channel.

        https://www.twilio.com/en-us/changelog/dual-channel-voice-conference-recordings
        """
        return 1 if self.conference_sid else self.channels

    @property
    def file_size(self) -> int:
        """Bytes of its sound as it is served."""
        return _HEADER + SAMPLE_BYTES * RATE * self.served_channels * (self.seconds or 0)
