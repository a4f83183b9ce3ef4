"""A page with Twilio's SDK as the gateway sees it, in process; and a fake of media."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import jwt

from evovoice.emulator.inprocess import InProcessTwilio
from evovoice.emulator.page_socket import SignalSocket
from evovoice.emulator.state.media import (
    Answered,
    AnswerOffer,
    Connected,
    MakeOffer,
    Measure,
    Measured,
    Offered,
    Order,
    Report,
    Words,
)

KEY, SECRET = "SK" + "c" * 32, "signs the access tokens of pages"
Frame = dict[str, Any]


def token(
    twilio: InProcessTwilio,
    identity: str = "ann",
    *,
    application: str | None = None,
    ttl: int = 3600,
    secret: str = SECRET,
    header: Mapping[str, str] | None = None,
    **claims: object,
) -> str:
    """An access token as an application makes it, from the emulator's present moment on."""
    now = int(twilio.now().timestamp())
    known = next(iter(twilio.exchange.network.account.applications), None)
    voice = {
        "incoming": {"allow": True},
        "outgoing": {"application_sid": application or known} if application or known else {},
    }
    payload: dict[str, object] = {
        "jti": f"{KEY}-{now}",
        "iss": KEY,
        "sub": twilio.account_sid,
        "nbf": now,
        "exp": now + ttl,
        "grants": {"identity": identity, "voice": voice},
        **claims,
    }
    return jwt.encode(payload, secret, "HS256", header or {"cty": "twilio-fpa;v=1"})


class FakeMedia:
    """Describes every media leg at once, unless told what else to do; keeps all orders."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.report: Callable[[Report], None] = lambda _: None
        self.react: Callable[[Order], Report | None] = describe
        self.lengths: Mapping[str, float] | None = defaultdict(lambda: 1.0)  # None: says nothing

    def attach(self, report: Callable[[Report], None]) -> None:
        self.report = report

    def order(self, order: Order) -> None:
        self.orders.append(order)
        report = self._length(order) if isinstance(order, Measure) else self.react(order)
        if report is not None:
            self.report(report)
            if isinstance(report, Answered):
                self.report(Connected(report.leg))

    def _length(self, order: Measure) -> Report | None:
        """By the words or the last part of the address."""
        if self.lengths is None:
            return None
        sound = order.sound
        name = sound.text if isinstance(sound, Words) else sound.url.rpartition("/")[2]
        try:
            return Measured(sound, self.lengths[name])
        except KeyError:
            return Measured(sound, None, "there is no such file")

    def measured(self) -> list[Measure]:
        """What it was asked the length of."""
        return self.of(Measure)

    def of(self, kind: type[Order]) -> list[Any]:
        """The orders of one kind."""
        return [order for order in self.orders if isinstance(order, kind)]


def describe(order: Order) -> Report | None:
    """An SDP of our own for each leg."""
    if isinstance(order, AnswerOffer):
        return Answered(order.leg, f"answer to {order.sdp}")
    return Offered(order.leg, f"offer to {order.leg}") if isinstance(order, MakeOffer) else None


def with_media(twilio: InProcessTwilio) -> FakeMedia:
    """From now on there is sound, or what passes for it."""
    media = FakeMedia()
    twilio.exchange.media.attach(media)
    return media


class VoiceClient:
    """One page: says what the SDK says, and keeps what it is told."""

    def __init__(self, twilio: InProcessTwilio, identity: str = "ann") -> None:
        self.twilio = twilio
        self.identity = identity
        self.frames: list[Frame] = []
        self.sdp = f"sdp of {identity}"  # the latest that it said, or would say
        self._placed = 0
        self.socket: SignalSocket = twilio.open_signalling(self.read)

    def read(self, text: str) -> None:
        """What the socket brings."""
        self.frames.append(json.loads(text))

    def say(self, type_: str, **payload: object) -> None:
        """One message over the socket."""
        self.socket.send(json.dumps({"type": type_, "version": "1.6", "payload": payload}))

    def told(self, type_: str) -> list[Frame]:
        """The payloads of that type so far."""
        return [frame["payload"] for frame in self.frames if frame["type"] == type_]

    def last(self, type_: str) -> Frame:
        """The latest of them."""
        found = self.told(type_)
        assert found, f"no {type_} among {[frame['type'] for frame in self.frames]}"
        return found[-1]

    def types(self) -> list[str]:
        """What kinds of messages came, in order."""
        return [frame["type"] for frame in self.frames]

    # What the SDK does

    def listen(self, text: str | None = None) -> "VoiceClient":
        """The first message on every socket."""
        self.say("listen", token=text or token(self.twilio, self.identity))
        return self

    def register(self) -> "VoiceClient":
        """Ready for calls."""
        self.say("register", media={"audio": True})
        return self

    def connect(self, **params: str) -> str:
        """`device.connect({params})`; returns the temporary sid."""
        self._placed += 1
        sid = f"TJS{UUID(int=self._placed)}"
        twilio = {"params": urlencode(params)} if params else {}
        self.sdp = f"sdp of {self.identity}"
        self.say("invite", callsid=sid, sdp=self.sdp, twilio=twilio)
        return sid

    def accept(self) -> str:
        """Pick up the latest call; returns its CallSid."""
        sid = str(self.last("invite")["callsid"])
        self.sdp = f"answer of {self.identity}"
        self.say("answer", callsid=sid, sdp=self.sdp)
        return sid

    def take(self, sid: str, reconnect: str, sdp: str | None = None) -> None:
        """Its call, on the socket that it has now; with another SDP that of another page."""
        said = self.sdp if sdp is None else sdp
        self.say("invite", callsid=sid, sdp=said, reconnect=reconnect, twilio={})

    def lose_socket(self) -> None:
        """The network is gone."""
        self.socket.close()

    def reopen(self) -> "VoiceClient":
        """Another socket, with the same token and a fresh memory of what came."""
        self.frames.clear()
        self.socket = self.twilio.open_signalling(self.read)
        return self.listen()


def page(twilio: InProcessTwilio, identity: str = "ann") -> VoiceClient:
    """A page that is registered."""
    return VoiceClient(twilio, identity).listen().register()
