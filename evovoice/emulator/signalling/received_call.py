"""A call that comes to a page: `invite` -> `answer` or `reject`, or `cancel` from here."""

from collections.abc import Callable
from urllib.parse import urlencode

from evovoice.emulator.engine import call_lifecycle, remote_party
from evovoice.emulator.engine.media_desk import NO_MEDIA, MediaLegEvents
from evovoice.emulator.engine.remote_party import Impossible
from evovoice.emulator.signalling.page_call import Page, PageCall
from evovoice.emulator.state import devices
from evovoice.emulator.state.leg import Leg

_TAKEN = 31008


class ReceivedCall(PageCall):
    """One of the devices at which a leg rings; the leg is its own once it has picked up."""

    def __init__(self, page: Page, device: str, leg: Leg) -> None:
        super().__init__(page, leg.sid, f"{leg.sid}/{device}")
        self._device = device
        self._rings: Leg | None = leg

    def ring(self) -> None:
        """The page is invited once there is an SDP to offer."""
        absence, media = self.network.media.absence, self.network.media
        if absence:
            self.lose_sound(absence)
        else:
            events = MediaLegEvents(self._described, self.lose_sound)
            media.make_offer(self.media_leg, events)

    def stop_ringing(self, leg: Leg) -> None:
        """A call that still rings is ended by `cancel`, never by `hangup`."""
        self._rings = None
        if self.sdp is not None:
            self.send("cancel", callsid=leg.sid)
        self.forget()

    def pick_up(self, sdp: str) -> None:
        """The first of the devices wins; to say it twice changes nothing."""
        if self.leg is not None:
            return
        if self._is_accepted(self.send):
            self.page_sdp = sdp
            self.network.media.take_answer(self.media_leg, sdp)
        else:
            self.forget()

    def take_over(self, page: Page, sdp: str) -> None:
        """While it rings that is a way to pick up, and the page at which it rang rings no more."""
        if self._rings is None:
            super().take_over(page, sdp)
        elif self._is_accepted(page.send):
            self.tell_moved("cancel", page)
            self.move_to(page, sdp)

    def answered(self, leg: Leg) -> None:
        """The page has answered it and needs not be told."""
        self.leg, self._rings = leg, None
        self.network.media.assign(self.media_leg, leg)

    def reject(self) -> None:
        """Declined at this device; the others ring on."""
        self.forget()
        remote_party.decline(self.network, self.known_as, self._device)

    def hang_up(self) -> None:
        """While it rings that is a way to decline."""
        if self._rings is None:
            super().hang_up()
        else:
            self.reject()

    def lose(self) -> None:
        """A page cannot pick up what rang at a socket it has lost: it rings no more there."""
        if self._rings is None:
            super().lose()
        else:
            devices.leave(self._rings, self._device)
            self.forget()

    def _is_accepted(self, send: Callable[..., object]) -> bool:
        """Whether it still rang here; otherwise who wanted it is told."""
        try:
            remote_party.accept(self.network, self.known_as, self._device)
        except Impossible as error:
            refusal = {"code": _TAKEN, "message": str(error)}
            send("hangup", callsid=self.known_as, error=refusal)
            return False
        return True

    def _described(self, sdp: str) -> None:
        leg = self._rings
        if leg is None:
            return
        self.sdp = sdp
        to, _, asked = leg.to.partition("?")  # REST dials `client:ann?name=value`
        parameters = {
            "CallSid": leg.sid,
            "AccountSid": self.network.account.sid,
            "From": leg.from_,
            "To": to,
            "Params": "&".join(filter(None, (asked, urlencode(leg.shown)))),
        }
        token = self.renew_token()
        self.send("invite", callsid=leg.sid, sdp=sdp, reconnect=token, parameters=parameters)

    def lose_sound(self, reason: str) -> None:
        """Before the answer: it does not ring here. After it: the call is over."""
        leg = self._rings or self.leg
        if leg is None:
            return
        self.network.alert(NO_MEDIA, reason, leg.sid)
        self.error = (NO_MEDIA, reason)
        if self._rings is None:
            call_lifecycle.end(self.network, leg, "completed")
            return
        self.forget()
        if devices.reject(leg, self._device):
            call_lifecycle.end(self.network, leg, "failed", 480)
