"""A call that a page places: `invite` -> `ringing` -> `answer`.

`ringing` is said at once, so that the page knows the CallSid and may hang up. Where its person
hears something before the answer it is said again, with our SDP, and `answer` then has none: the
SDK takes the first SDP that comes with either, and tells its page of each `ringing` (T).
"""

from collections.abc import Mapping

from evovoice.emulator.engine import call_lifecycle, remote_party
from evovoice.emulator.engine.media_desk import NO_MEDIA, MediaLegEvents
from evovoice.emulator.engine.remote_party import Impossible
from evovoice.emulator.signalling.access_token import INVALID, Grant
from evovoice.emulator.signalling.page_call import Page, PageCall
from evovoice.emulator.state.leg import Leg

_DECLINED = 31002


class PlacedCall(PageCall):
    """Until `ringing` the page knows it by a sid of its own, `TJS..`."""

    def __init__(self, page: Page, temporary_sid: str) -> None:
        super().__init__(page, temporary_sid)
        self._hears_early = False
        self._sent_sdp = False

    def place(self, grant: Grant, sdp: str, params: Mapping[str, str]) -> None:
        """Run the TwiML App; whatever is in the way is told under the page's own sid."""
        obstacle = self._obstacle(grant)
        if obstacle is not None:
            self._refuse(*obstacle)
            return
        application, given = grant.application_sid or "", {**params, **grant.params}
        try:
            leg = remote_party.connect_device(
                self.network, self.identity, application, given, grant.region, self
            )
        except Impossible as error:
            self._refuse(_DECLINED, str(error))
            return
        if not leg.over:
            self._ring(leg, sdp)

    def _ring(self, leg: Leg, sdp: str) -> None:
        """From here on the page knows the real sid; it may hang up before there is an answer."""
        self.leg, self.known_as = leg, leg.sid
        self.media_leg, self.page_sdp = leg.sid, sdp
        self.network.media.assign(self.media_leg, leg)
        self.send("ringing", callsid=leg.sid)
        events = MediaLegEvents(self._described, self.lose_sound, self._heard_early)
        self.network.media.answer_offer(self.media_leg, sdp, events)

    def answered(self, leg: Leg) -> None:
        """The page learns it once our SDP is there as well."""
        if self.sdp is not None:
            sdp = {} if self._sent_sdp else {"sdp": self.sdp}
            self.send("answer", callsid=leg.sid, **sdp, reconnect=self.renew_token())

    def _obstacle(self, grant: Grant) -> tuple[int, str] | None:
        if grant.application_sid is None:
            return INVALID, "The token has no grants.voice.outgoing.application_sid"
        if self.network.media.absence:
            self.network.alert(NO_MEDIA, self.network.media.absence)
            return NO_MEDIA, self.network.media.absence
        return None

    def _described(self, sdp: str) -> None:
        self.sdp = sdp
        if self.leg is not None and self.leg.live:
            self.answered(self.leg)
        elif self._hears_early:
            self._ring_early()

    def _heard_early(self) -> None:
        self._hears_early = True
        if self.sdp is not None and not self._sent_sdp:
            self._ring_early()

    def _ring_early(self) -> None:
        self._sent_sdp = True
        self.send("ringing", callsid=self.known_as, sdp=self.sdp)

    def lose_sound(self, reason: str) -> None:
        """The call is over."""
        self.error = (NO_MEDIA, reason)
        leg = self.leg
        if leg is not None:
            self.network.alert(NO_MEDIA, reason, leg.sid)
            call_lifecycle.end(self.network, leg, "completed" if leg.answered else "failed", 488)

    def _refuse(self, code: int, message: str) -> None:
        self.send("hangup", callsid=self.known_as, error={"code": code, "message": message})
        self.forget()
