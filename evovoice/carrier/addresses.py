"""The callback addresses we hand to the carrier: as URLs, and as routes for the web."""

from urllib.parse import quote, urlsplit

from evovoice.carrier.port import SessionRef
from evovoice.domain.announcements import Announcement

INCOMING_ROUTE = "/twilio/voice/incoming"
OUTGOING_ROUTE = "/twilio/voice/outgoing"
STATUS_ROUTE = "/twilio/voice/status"
DIAL_ACTION_ROUTE = "/twilio/sessions/<account_id>/<session_id>/dial-action"
LEG_ROUTE = "/twilio/sessions/<account_id>/<session_id>/legs/<leg_id>"
ANSWER_ROUTE = "/twilio/sessions/<account_id>/<session_id>/legs/<leg_id>/answered"
RECORDING_ROUTE = "/twilio/sessions/<account_id>/<session_id>/legs/<leg_id>/recording"
DETECTION_ROUTE = "/twilio/sessions/<account_id>/<session_id>/legs/<leg_id>/detection"
ANNOUNCEMENT_ROUTE = "/twilio/announcements/<announcement>"
DIGITS_ROUTE = "/twilio/sessions/<account_id>/<session_id>/legs/<leg_id>/digits/<key>"
CONFERENCE_ROUTE = "/twilio/sessions/<account_id>/<session_id>/conference"

# Three repeats, after every kind of failure: the default is one, after a failed connection only
# (section 4.4). It is neither sent nor signed.
RETRY_ORDER = "#rc=3&rp=all"


def checked_base_url(url: str) -> str:
    """The address without its last slash; `ValueError` where callbacks could not be built on it."""
    parts = urlsplit(url)
    _ = parts.port  # raises ValueError for a port that is none
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("A base address must begin with http:// or https:// and a host name")
    if "@" in parts.netloc or parts.query or parts.fragment or "#" in url or "?" in url:
        raise ValueError("A base address must not carry a user name, a query or a fragment")
    return url.rstrip("/")


class CallbackAddresses:
    """Builds the address of each callback of a session; all of them are absolute (15004)."""

    def __init__(self, public_base_url: str) -> None:
        self._base = checked_base_url(public_base_url)
        if "_" in (urlsplit(self._base).hostname or ""):
            raise ValueError("The carrier refuses callbacks to host names with an underscore")

    def dial_action(self, ref: SessionRef) -> str:
        """Where the calling leg asks how to go on after its original dial."""
        return self._of(DIAL_ACTION_ROUTE, ref)

    def leg(self, ref: SessionRef, leg_id: str) -> str:
        """Where the reports about one leg go."""
        return self._of(LEG_ROUTE, ref, leg_id)

    def answered(self, ref: SessionRef, leg_id: str) -> str:
        """Where a leg that we have called asks what to do, once it is answered."""
        return self._of(ANSWER_ROUTE, ref, leg_id)

    def recording(self, ref: SessionRef, leg_id: str) -> str:
        """Where the reports about the recording of one leg go."""
        return self._of(RECORDING_ROUTE, ref, leg_id)

    def detection(self, ref: SessionRef, leg_id: str) -> str:
        """Where it is told who or what has answered one leg."""
        return self._of(DETECTION_ROUTE, ref, leg_id)

    def conference(self, ref: SessionRef) -> str:
        """Where the reports about the conference go: one address for all, the first to join
        sets it.
        """
        return self._of(CONFERENCE_ROUTE, ref)

    def digits(self, ref: SessionRef, leg_id: str, key: str) -> str:
        """Where the carrier asks for the digits of that key, which stand in no address."""
        return self._of(DIGITS_ROUTE.replace("<key>", quote(key, safe="")), ref, leg_id)

    def announcement(self, announcement: Announcement) -> str:
        """Where the carrier reads what to say; the same for every session."""
        route = ANNOUNCEMENT_ROUTE.replace("<announcement>", announcement.value)
        return f"{self._base}{route}{RETRY_ORDER}"

    def _of(self, route: str, ref: SessionRef, leg_id: str = "") -> str:
        ids = {"account_id": ref.account_id, "session_id": ref.session_id, "leg_id": leg_id}
        for name, value in ids.items():
            route = route.replace(f"<{name}>", quote(value, safe=""))
        return f"{self._base}{route}{RETRY_ORDER}"
