"""One websocket of a page: what the page says, one message at a time."""

import json
from collections.abc import Callable

from evovoice.emulator.engine import call_messages
from evovoice.emulator.engine.media_desk import NO_MEDIA
from evovoice.emulator.engine.remote_party import Impossible, admit
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.signalling import frames
from evovoice.emulator.signalling.access_token import (
    EXPIRED,
    INVALID,
    NOT_AUTHENTICATED,
    Grant,
    TokenRefused,
    grant_of,
)
from evovoice.emulator.signalling.frames import Frame
from evovoice.emulator.signalling.page_call import PageCall
from evovoice.emulator.signalling.placed_call import PlacedCall
from evovoice.emulator.signalling.received_call import ReceivedCall
from evovoice.emulator.signalling.sdp import session_of
from evovoice.emulator.state.leg import CallMessage, FarEnd, Leg

_MALFORMED, _BAD_NAME, _TOO_LONG, _NO_SUCH_CALL = 31100, 31105, 31212, 31481

_GONE = "Call/Transaction Does Not Exist"
_NOT_ALLOWED_BACK = 31209, "Reconnect attempt is not authorized"


class Connection:
    """A page with a socket. It is a device that rings once it has registered."""

    kind = "page"

    def __init__(
        self,
        network: VoiceNetwork,
        name: str,
        calls_by_token: dict[str, PageCall],
        wall_clock: Callable[[], float],
        write: Callable[[str, frames.Payload], None],
    ) -> None:
        self.network = network
        self.name = name
        self.calls_by_token = calls_by_token
        self._wall_clock = wall_clock
        self._write = write
        self._grant: Grant | None = None
        self._calls: dict[str, PageCall] = {}  # by every sid under which the page knows one
        self._handlers: dict[str, Callable[[Grant, Frame], None]] = {
            "register": self._register,
            "invite": self._invite,
            "answer": self._answer,
            "hangup": self._hang_up,
            "reject": self._reject,
            "dtmf": self._press,
            "message": self._message,
            "reinvite": self._restart_ice,
        }

    @property
    def identity(self) -> str:
        """Who it is, by its token; empty until there was one."""
        return self._grant.identity if self._grant else ""

    def receive(self, frame: Frame) -> None:
        """The page says something."""
        if frame.type == "listen":
            self._listen(frame)
        elif frame.type not in self._handlers:
            self.fail(_MALFORMED, f"{frame.type!r} is no message of the protocol")
        elif self._grant is None:
            self.fail(NOT_AUTHENTICATED, "The first message is listen, with an access token")
        else:
            self._handlers[frame.type](self._grant, frame)

    def close(self) -> None:
        """The socket is gone: nothing rings here, and its calls wait a while for another."""
        self._unregister()
        for call in tuple(dict.fromkeys(self._calls.values())):
            call.lose()
        self._calls.clear()

    def dismiss(self) -> None:
        """The page closes its socket when it reads that, and does not come back by itself."""
        self._unregister()
        self.send("close")

    def send(self, type_: str, **payload: object) -> None:
        """A message to the page."""
        self._write(type_, payload)

    def fail(self, code: int, message: str) -> None:
        """Tell the Device of an error that belongs to no call."""
        self.send("error", error={"code": code, "message": message})

    def keep(self, call: PageCall) -> None:
        """That call has come from another socket."""
        self._calls[call.known_as] = call

    def drop(self, call: PageCall) -> None:
        """That call is over, or at another socket."""
        for sid in [sid for sid, one in self._calls.items() if one is call]:
            del self._calls[sid]

    def ring(self, leg: Leg) -> FarEnd:
        """Somebody calls the identity."""
        call = ReceivedCall(self, self.name, leg)
        self._calls[leg.sid] = call
        call.ring()
        return call

    def _listen(self, frame: Frame) -> None:
        now = self._wall_clock()
        try:
            grant = grant_of(self.network.account, frame.text("token"), now)
            admit(self.network, grant.identity)
        except TokenRefused as refused:
            self.fail(refused.code, refused.reason)
            return
        except Impossible as error:
            self.fail(_BAD_NAME, str(error))
            return
        if self.identity not in {"", grant.identity}:
            self._unregister()
        self._grant = grant
        token = {"identity": grant.identity, "ttl": int(grant.expires - now)}
        self.send("connected", region=grant.region, token=token)

    def _register(self, grant: Grant, frame: Frame) -> None:
        if frame.inside("media").get("audio") is not True:
            self._unregister()
            self.send("offline")
        elif not grant.may_receive:
            self.fail(INVALID, "The token has no grants.voice.incoming.allow")
        elif grant.expires <= self._wall_clock():
            self._unregister()
            self.fail(EXPIRED, "The token has expired")
        elif self.network.media.absence:
            self.fail(NO_MEDIA, self.network.media.absence)
        else:
            self.network.devices.register(grant.identity, self.name, self)
            self.send("ready")

    def _unregister(self) -> None:
        self.network.devices.unregister(self.identity, self.name)

    def _invite(self, grant: Grant, frame: Frame) -> None:
        sid, token = frame.text("callsid"), frame.text("reconnect")
        if not sid or not frame.text("sdp") or (sid in self._calls and not token):
            self.fail(_MALFORMED, "An invite has a callsid of its own and an sdp")
        elif token:
            self._take(sid, token, frame.text("sdp"))
        elif grant.expires <= self._wall_clock():
            self._refuse_expired(sid)
        else:
            call = PlacedCall(self, sid)
            self._calls[sid] = call
            params = frames.params_of(frame.inside("twilio").get("params"))
            call.place(grant, frame.text("sdp"), params)
            if sid in self._calls:  # it goes on: from now on it has its real sid too
                self._calls[call.known_as] = call

    def _refuse_expired(self, sid: str) -> None:
        """The Device is told what is wrong; the call is over, so that the page is not busy."""
        error = {"code": EXPIRED, "message": "The token has expired"}
        self.send("error", error=error)
        self.send("hangup", callsid=sid, error=error)

    def _take(self, sid: str, token: str, sdp: str) -> None:
        """With a token a page has its call back, or takes over that of another page."""
        call = self.calls_by_token.get(token)
        if call is None or call.known_as != sid or not self._is_entitled_to(call):
            self._refuse_call(sid)
        elif session_of(sdp) == session_of(call.page_sdp):
            call.come_back(self)
        else:
            self._ring_no_more(sid, call)
            call.take_over(self, sdp)

    def _is_entitled_to(self, call: PageCall) -> bool:
        """Also where a renewed token has given another identity to the page that has the call."""
        return call.page is self or call.identity == self.identity

    def _ring_no_more(self, sid: str, taken: PageCall) -> None:
        """Where the call rings in this page too, the SDK has left that to itself; a `cancel` would
        end the one that was taken over, which has the same sid.
        """
        own = self._calls.get(sid)
        if isinstance(own, ReceivedCall) and own is not taken:
            own.lose()

    def _refuse_call(self, sid: str) -> None:
        leg = self.network.legs.get(sid)
        code, words = (_NO_SUCH_CALL, _GONE) if leg is None or leg.over else _NOT_ALLOWED_BACK
        self.send("hangup", callsid=sid, error={"code": code, "message": words})

    def _answer(self, grant: Grant, frame: Frame) -> None:  # noqa: ARG002 - a handler's signature
        call, sid = self._calls.get(frame.text("callsid")), frame.text("callsid")
        if isinstance(call, ReceivedCall):
            call.pick_up(frame.text("sdp"))
        else:
            error = {"code": _NO_SUCH_CALL, "message": f"{sid} does not ring here (any more)"}
            self.send("hangup", callsid=sid, error=error)

    def _hang_up(self, grant: Grant, frame: Frame) -> None:  # noqa: ARG002 - a handler's signature
        call = self._calls.get(frame.text("callsid"))
        if call is not None:
            call.hang_up()

    def _reject(self, grant: Grant, frame: Frame) -> None:  # noqa: ARG002 - a handler's signature
        call = self._calls.get(frame.text("callsid"))
        if isinstance(call, ReceivedCall):
            call.hang_up()

    def _press(self, grant: Grant, frame: Frame) -> None:  # noqa: ARG002 - a handler's signature
        call = self._calls.get(frame.text("callsid"))
        if call is not None:
            call.press(frame.text("dtmf"))

    def _message(self, grant: Grant, frame: Frame) -> None:  # noqa: ARG002 - a handler's signature
        call, content = self._calls.get(frame.text("callsid")), _written(frame)
        leg = call.leg if call is not None else None
        if leg is None or leg.over:
            self._refuse_message(frame, _NO_SUCH_CALL, _GONE)
        elif len(content) > call_messages.LONGEST:
            self._refuse_message(frame, _TOO_LONG, "Payload size exceeded authorized limit")
        else:
            sid, kind = frame.text("voiceeventsid"), frame.text("contenttype")
            self.send("ack", acktype="message", callsid=leg.sid, voiceeventsid=sid)
            message = CallMessage(sid, content, kind or "application/json")
            call_messages.deliver(self.network, leg, message)

    def _refuse_message(self, frame: Frame, code: int, words: str) -> None:
        sids = {name: frame.text(name) for name in ("callsid", "voiceeventsid")}
        self.send("error", **sids, error={"code": code, "message": words})

    def _restart_ice(self, grant: Grant, frame: Frame) -> None:  # noqa: ARG002 - a handler's signature
        call = self._calls.get(frame.text("callsid"))
        if call is not None:
            call.restart_ice()


def _written(frame: Frame) -> str:
    """The page sends an object or a text; the application gets JSON text."""
    content = frame.payload.get("content")
    return content if isinstance(content, str) else json.dumps(content)
