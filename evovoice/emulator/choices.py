"""Every choice that is ours and not a documented fact of Twilio, in one frozen place."""

from dataclasses import dataclass
from typing import Literal

JoinAt = Literal["ringing", "answer"]
ChildRedirectReport = Literal["completed", "answered"]
CancelAnswered = Literal["ignored", "refused_21220", "refused_20404"]
FalseFlags = Literal["sent", "omitted_on_leave", "omitted"]
CancelRingingChild = Literal["stops", "stops_later", "rings_on"]


@dataclass(frozen=True, slots=True)
class Choices:
    """A field marked (?) stands for behaviour that nobody has measured on a live account."""

    # Switch S1: when a leg dialled by REST joins its conference.
    join_at: JoinAt = "answer"
    # Switch S2: what the parent's action request says after a child redirect.
    child_redirect_report: ChildRedirectReport = "completed"
    child_redirect_duration: bool = False
    child_redirect_bridged: bool = True  # (?) DialBridged in that request
    # R6: measured once by a third party, 166 ms between redirect and the end of the child.
    parent_redirect_child_end: float = 0.166

    # Network rhythm of an outgoing leg, in seconds after it was placed.
    initiated_after: float = 0.1
    ringing_after: float = 0.5
    # Phones without a character of their own answer this long after they start to ring.
    default_answer_after: float | None = 2.0
    # R35: Twilio waits about five seconds longer than a REST Timeout says.
    rest_timeout_extra: int = 5
    # R37: Twilio's default; None lifts it.
    participants_per_second: float | None = 1.0

    rejected_status: Literal["busy", "no-answer"] = "busy"  # (?) a called party declines
    refused_caller_status: Literal["failed", "no-answer"] = "failed"  # (?) <Reject>
    unanswered_end_status: Literal["canceled", "completed"] = "canceled"  # (?) completed on ringing
    late_status_update: Literal["ignored", "refused"] = "ignored"  # (?) Status= on an ended call
    # (?) Status=canceled on a leg that talks already; refused or not, the leg lives on (R12).
    cancel_answered: CancelAnswered = "ignored"
    # (?) Status=canceled on a leg that a <Dial> lets ring: it stops and the answer says canceled,
    # or the answer says in-progress and it stops half a second later, or rings on all the same.
    cancel_ringing_child: CancelRingingChild = "stops"
    late_cancel_after: float = 0.5
    kick_leave_reason: str = "participant_updated_via_api"  # (?) DELETE of a participant
    first_conference_sequence: int = 1  # (?) R47
    # (?) Muted, Hold, Coaching and the two flags of a conference's start and end, where false.
    false_conference_flags: FalseFlags = "sent"
    application_sid_in_browser_calls: bool = True  # (?) 4.1

    # R59; both are read when the exchange is made.
    most_redirects: int = 10  # (?) how many in a row are followed
    redirected_post_becomes_get: bool = True  # (?) after 301 and 302, as browsers do

    # (?) codes of refusals whose status alone is known.
    url_with_twiml_code: int = 21205
    long_twiml_code: int = 20001
    conference_size_code: int = 20001
    not_held_code: int = 20001
    connecting_leg_code: int = 20001
    ended_conference_code: int = 20001
    ended_recording_code: int = 21220
    no_page_in_call_code: int = 20001  # a message to a call without the Voice SDK
    inactive_conference_status: int = 404  # R32: 16022
    duplicate_label_status: int = 400  # R29: 16026
    relative_action_is_refused: bool = True  # R10: 15004 as the REST answer
    async_amd_by_get: bool = False  # (?) AsyncAmdStatusCallbackMethod: POST alone, says its page
    amd_warnings_refuse: bool = False  # (?) 21262, 21263: refused, or only written down

    # (?) A <Dial answerOnBridge> leaves a telephone that calls ringing; the older page counts it
    # in-progress. A page with the SDK is always left ringing (R68).
    answer_on_bridge_rings: bool = False

    # (?) A device whose identity has other signs than letters, digits and `_`: the SDK's page says
    # it places and receives no call, the SDK's own words are "undefined behavior", and with dashes
    # somebody was reached by <Client> in 2018 (voice-quickstart-objc 112).
    other_identities: Literal["refused", "served"] = "refused"

    # Pages with Twilio's SDK.
    lost_socket_grace: float = 10.0  # (?) how long a call outlives the socket of its page
    # (?) Somebody dials an identity whose pages have all gone, and whom no script plays.
    offline_client_status: Literal["no-answer", "failed"] = "no-answer"
    media_patience: float = 5.0  # how long the core waits for what media has to say

    # How long sounds last, as nobody plays them here.
    say_seconds_per_character: float = 0.06
    play_seconds: float = 5.0
    shortest_recording: float = 0.0  # (?) what lasts less is absent, with 16101; 0: nothing is
    speech_seconds: float = 3.0  # what somebody without words says into a <Record>
    seconds_per_word: float = 0.4  # of what a phone's character says
    entry_pause: float = 3.0  # after which keys that a phone's character has heard count
    transcription_seconds: float = 10.0  # (?) how long it takes to write down what was said
    speech_pause: float = 1.0  # (?) `speechTimeout="auto"`: the silence that ends the speech

    # Ended calls and conferences that REST can still show; older ones are forgotten.
    remembered: int = 10_000
