"""One call of a page: it outlives the page's socket, and tells the page what becomes of it."""

import re
from typing import Protocol

from evovoice.emulator.engine import dtmf, remote_party
from evovoice.emulator.engine.media_desk import MediaLegEvents
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.clock import Timer
from evovoice.emulator.state.leg import CallMessage, Leg

_SIP_REASONS = {
    404: "Not Found",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    487: "Request Terminated",
    603: "Decline",
}
_KEYS = re.compile(r"[0-9*#w]+")  # what the SDK lets through
_SIP = 31_000  # Twilio's codes of a call: this and the SIP code
_OK = 200


class Page(Protocol):
    """A page that has a socket, as its calls see it."""

    network: VoiceNetwork
    calls_by_token: "dict[str, PageCall]"  # of all pages: whom a reconnect token leads to

    @property
    def identity(self) -> str:
        """Who it is, by its token."""

    def send(self, type_: str, **payload: object) -> None:
        """A message over its socket."""

    def keep(self, call: "PageCall") -> None:
        """That call is its own from now on."""

    def drop(self, call: "PageCall") -> None:
        """That call is not its own any more."""


class PageCall:
    """The far end of a leg, as the engine sees it; a media leg of its own, as media sees it."""

    has_character = False

    def __init__(self, page: Page, known_as: str, media_leg: str = "") -> None:
        self.page: Page | None = page
        self.identity = page.identity
        self.network = page.network
        self._by_token = page.calls_by_token
        self.media_leg = media_leg
        self.leg: Leg | None = None
        self.known_as = known_as  # the sid under which the page knows the call
        self.sdp: str | None = None  # the last of ours
        self.page_sdp = ""  # what the page said of the connection that it has
        self.error: tuple[int, str] | None = None  # why it ends, if the page should know
        self.reconnect_token = ""
        self._grace: Timer | None = None
        self._moves = 0
        self._restarts_ice = False

    # What the engine tells

    def stop_ringing(self, leg: Leg) -> None:
        """Only of a call that came in."""

    def answered(self, leg: Leg) -> None:
        """The call can be talked in."""

    def ended(self, leg: Leg) -> None:
        """Told to the page, with a reason if nobody has picked up."""
        self.error = self.error or _reason_of(leg)
        error = {"error": _error(*self.error)} if self.error else {}
        self.send("hangup", callsid=self.known_as, **error)
        self.forget()

    def take_message(self, leg: Leg, message: CallMessage) -> bool:
        """Shown to the page."""
        return self.send(
            "message",
            callsid=leg.sid,
            voiceeventsid=message.sid,
            content=message.content,
            contenttype=message.content_type,
            messagetype="user-defined-message",
        )

    # What the page does

    def hang_up(self) -> None:
        """The person hangs up: the page knows that, and is told nothing."""
        leg = self.leg
        self.forget()
        self.page = None
        if leg is not None and not leg.over:
            remote_party.hang_up(self.network, leg.sid)

    def press(self, digits: str) -> None:
        """Keys, with `w` for half a second; those that nobody listens for are lost."""
        if self.leg is not None and self.leg.live and _KEYS.fullmatch(digits):
            dtmf.press_in_turn(self.network, self.leg, digits)

    def lose(self) -> None:
        """The socket is gone: somebody who comes back in time finds the call as it was."""
        self.page = None
        if not self.reconnect_token:
            self.hang_up()
        elif self.leg is not None:
            seconds = self.network.choices.lost_socket_grace
            self._grace = self.network.clock.after(seconds, self._give_up, limit=True)

    def come_back(self, page: Page) -> None:
        """The page has another socket or token: the last SDP again, and the next way back."""
        self._change_page(page)
        self._send_answer()

    def take_over(self, page: Page, sdp: str) -> None:
        """Another page shows its token (`Device.connect({connectToken})`): it has the call from now
        on, with a connection of its own, and the page that had it is told that it is over there.
        """
        self.tell_moved("hangup", page)
        self.move_to(page, sdp)

    def tell_moved(self, type_: str, page: Page) -> None:
        """The page that had it, unless it is the same: there the SDK has two calls of one sid."""
        if self.page is not page:
            self.send(type_, callsid=self.known_as)

    def move_to(self, page: Page, sdp: str) -> None:
        """Another media leg, and `answer` once it is described."""
        self._change_page(page)
        media, leg = self.network.media, self.leg
        media.close(self.media_leg)
        if leg is None or leg.over:  # while it was picked up
            self.send("hangup", callsid=self.known_as)
            self.forget()
            return
        self._moves += 1
        self.media_leg, self.page_sdp = f"{leg.sid}/moved-{self._moves}", sdp
        media.assign(self.media_leg, leg)
        media.answer_offer(self.media_leg, sdp, MediaLegEvents(self._moved, self.lose_sound))

    def restart_ice(self) -> None:
        """Left unanswered, which leaves the call as it is. The SDK tries on; one alert says so."""
        if self.leg is not None and not self._restarts_ice:
            self._restarts_ice = True
            text = f"{self.identity} restarts ICE (reinvite): not imitated, and left unanswered"
            self.network.alert(0, text, self.leg.sid)

    # Both

    def renew_token(self) -> str:
        """With it alone the call can be taken back."""
        self._by_token.pop(self.reconnect_token, None)
        self.reconnect_token = self.network.sids.token()
        self._by_token[self.reconnect_token] = self
        return self.reconnect_token

    def send(self, type_: str, **payload: object) -> bool:
        """To the page, if it has a socket."""
        if self.page is not None:
            self.page.send(type_, **payload)
        return self.page is not None

    def forget(self) -> None:
        """Nothing more comes of this call."""
        self._stop_waiting()
        self.network.media.close(self.media_leg)
        self._by_token.pop(self.reconnect_token, None)
        if self.page is not None:
            self.page.drop(self)

    def lose_sound(self, reason: str) -> None:
        """Media has none for it; `reason` is a sentence for the person at the page."""

    def _change_page(self, page: Page) -> None:
        if self.page is not None:
            self.page.drop(self)
        self.page = page
        page.keep(self)
        self._stop_waiting()

    def _moved(self, sdp: str) -> None:
        self.sdp = sdp
        self._send_answer()

    def _send_answer(self) -> None:
        self.send("answer", callsid=self.known_as, sdp=self.sdp, reconnect=self.renew_token())

    def _give_up(self) -> None:
        seconds = self.network.choices.lost_socket_grace
        text = f"The page of {self.identity} lost its socket and was away for {seconds:g} seconds"
        self.network.alert(53001, text, self.known_as)
        self.hang_up()

    def _stop_waiting(self) -> None:
        if self._grace is not None:
            self._grace.cancel()
            self._grace = None


def _reason_of(leg: Leg) -> tuple[int, str] | None:
    code = leg.sip_code or _OK
    return None if leg.answered or code == _OK else (_SIP + code, _SIP_REASONS.get(code, "Failed"))


def _error(code: int, message: str) -> dict[str, object]:
    return {"code": code, "message": message}
