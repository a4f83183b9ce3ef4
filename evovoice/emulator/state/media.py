"""The port to whatever carries sound: what the core orders of it, and what it reports back.

The core decides who hears whom and what plays; media obeys, and decides nothing. It may be a
process of its own, so nothing here waits: `Media.order` puts a message on its way and returns at
once, and what comes of it is a report, given to the function of `Media.attach` one after the other,
in the thread of the core. A report may come within `order`, later, or never; the core waits for
none longer than `choices.media_patience` seconds. Reports about a media leg that is closed are
ignored. The core gives its orders one by one when nothing else of it is running.

Names. A media leg is one peer connection with one browser. The core names it; to media the name is
any text. A call that rings in three browsers has three media legs, of which two are closed when one
answers. A voice is something that can be heard: the name of a media leg (its microphone) or of a
telephone that is played by a script (`Speak`), which has no media leg.

A media leg
1. The browser calls: `AnswerOffer` with its SDP -> `Answered` with ours, once, or `Refused`.
   It is called: `MakeOffer` -> `Offered` with our SDP or `Refused`; when it picks up, `TakeAnswer`
   with its SDP -> nothing, or `Refused`. After `Refused` there is no such leg.
2. `Connected` once sound can flow. Nothing in the core waits for it.
3. `Hear` may come at any time after the first order, and holds until the next comes: it is all of
   what the leg hears from now on, not what changes. At first it hears silence. Its own voice is
   never among the voices, so media needs no rule of its own for "without oneself". A voice may be
   named that does not exist yet or any more: it is silent.
4. `Close` ends it; a name that is not known (any more) is ignored. A name is never used twice.
5. `Lost` when sound stopped to flow for good though nobody closed it. The core only writes it down:
   the browser hangs up by itself. Silence of a muted microphone is no loss.

SDPs have CRLF, no trickle follows in either direction, and the browser's never has a candidate. A
browser that has lost its socket keeps its media leg, and is told the last SDP again by the core.

What plays. Each `Playing` of a `Hear` has its own number, which is never used twice. One that was
in the last `Hear` too goes on undisturbed; one that is missing stops at once. It is a sequence of
pieces of known length: piece by piece for its `seconds`, cut or filled with silence, then again as
often as `loops` says (0: without end). Several are mixed, together with the voices.

Lengths. Before a verb with sound begins on a call that has a media leg, the core asks `Measure`,
waits for `Measured`, and plays with that length, which is then an event of its own clock like any
other. None says that the sound cannot be had, and `problem` why: the verb is over at once, and an
alert says so. The same sound is asked for once and never again.

Time. As long as a media leg is open the core keeps its clock at real speed, and says so to whoever
tries to turn it.

Whose work is what. Core: tokens, sockets, calls, digits (they come as signalling messages), mute of
participants, hold, coaching, lengths, time. Media: SDP, ICE, DTLS, RTP, mixing, sounds, what a
telephone's speech sounds like. A muted page sends silence by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Words:
    """`<Say>`: read aloud, or a tone where there is no voice; `language` is "de-DE" or empty."""

    text: str
    language: str = ""
    voice: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """`<Play>`: an absolute http address of the application, as it stands in the document."""

    url: str


@dataclass(frozen=True, slots=True)
class Keys:
    """`<Play digits>`: DTMF tones, 0.1 s for each key; `w` is half a second of silence, `W` one."""

    digits: str


@dataclass(frozen=True, slots=True)
class Silence:
    """`<Pause>`."""


@dataclass(frozen=True, slots=True)
class Ringing:
    """What a caller hears while somebody is rung: 440 and 480 Hz, two seconds of six."""


@dataclass(frozen=True, slots=True)
class Music:
    """Twilio's own: whoever waits or is on hold, and was given nothing else to hear."""


Sound = Words | File | Keys | Silence | Ringing | Music
Measurable = Words | File  # the others are as long as the core says


@dataclass(frozen=True, slots=True)
class Piece:
    """A sound and for how many seconds of it."""

    sound: Sound
    seconds: float


@dataclass(frozen=True, slots=True)
class Playing:
    """`loops` 0 is without end."""

    number: int
    pieces: tuple[Piece, ...]
    loops: int = 1


# Orders: from the core to media.


@dataclass(frozen=True, slots=True)
class AnswerOffer:
    """A browser calls, and this is its SDP -> `Answered` or `Refused`."""

    leg: str
    sdp: str


@dataclass(frozen=True, slots=True)
class MakeOffer:
    """A browser is called -> `Offered` or `Refused`."""

    leg: str


@dataclass(frozen=True, slots=True)
class TakeAnswer:
    """It picked up, and this is its SDP -> nothing, or `Refused`."""

    leg: str
    sdp: str


@dataclass(frozen=True, slots=True)
class Hear:
    """All that the leg hears from now on; nothing at all is silence."""

    leg: str
    voices: frozenset[str]
    playing: tuple[Playing, ...]


@dataclass(frozen=True, slots=True)
class Speak:
    """A scripted telephone begins to speak; `words` None: it is silent from now on.

    `words` may be empty: it speaks, no matter what. `number` counts these telephones from 0, so
    that each can have a tone of its own where words are not synthesised.
    """

    voice: str
    number: int
    words: str | None


@dataclass(frozen=True, slots=True)
class Measure:
    """How long is that sound? -> `Measured`."""

    sound: Measurable


@dataclass(frozen=True, slots=True)
class Close:
    """The leg is over."""

    leg: str


Order = AnswerOffer | MakeOffer | TakeAnswer | Hear | Speak | Measure | Close


# Reports: from media to the core.


@dataclass(frozen=True, slots=True)
class Answered:
    """To `AnswerOffer`: our SDP."""

    leg: str
    sdp: str


@dataclass(frozen=True, slots=True)
class Offered:
    """To `MakeOffer`: our SDP."""

    leg: str
    sdp: str


@dataclass(frozen=True, slots=True)
class Refused:
    """There is no media leg, and `reason` is a sentence for the person at the browser."""

    leg: str
    reason: str


@dataclass(frozen=True, slots=True)
class Connected:
    """Sound flows."""

    leg: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Sound flows no more, and nobody closed the leg."""

    leg: str
    reason: str


@dataclass(frozen=True, slots=True)
class Measured:
    """To `Measure`. None with a `problem`, a sentence, when it cannot be played."""

    sound: Measurable
    seconds: float | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Digits:
    """Keys that came as telephone events; a browser of today sends them as messages instead."""

    leg: str
    digits: str


@dataclass(frozen=True, slots=True)
class Gone:
    """Media is over as a whole, and every leg with it. From now on browsers are refused."""

    reason: str


Report = Answered | Offered | Refused | Connected | Lost | Measured | Digits | Gone


class Media(Protocol):
    """Carries sound. Made before the core starts, and given to it whole."""

    def attach(self, report: Callable[[Report], None]) -> None:
        """Called once, before the first order: where reports go."""

    def order(self, order: Order) -> None:
        """Do that, without waiting and without raising: what fails is reported."""
