"""Every sentence that an explanation may say, with its gaps."""

from enum import StrEnum


class Say(StrEnum):
    """The sentences; the names in braces are filled in."""

    # nothing is found
    UNKNOWN_SESSION = "There is no session {key}, and none of that id was deleted."
    UNKNOWN_CALL = (
        "No session has a call {key}: the carrier has not asked us about it, or what it asked was"
        " refused. Where callers hear an error at once, every webhook may be refused by its"
        " signature; after some seconds, the database may have been away."
    )
    DELETED = "The session of {key} was deleted in account {account}: nothing of it is kept."
    UNREADABLE = (
        "Session {key} was stored by another version of the program, and this one cannot read it."
        " Ask with that version."
    )

    # the call
    INCOMING = "{caller} called {called}, a number of {account}."
    OUTGOING = "{caller} of {account} called {called} from their device."
    PLACED = "{by} of {account} had the carrier call {called}."
    RANG = "It rang {names}."
    RANG_NOBODY = "It rang nobody: {called} has no agents, or all of them are disabled."
    NOT_DIALLED = "Nobody was dialled."
    ANSWERED = "{name} answered after {seconds} s."
    NOT_ANSWERED = "Nobody answered."
    NOT_YET = "Nobody has answered yet."
    BECAME_CONFERENCE = "It became a conference."
    NO_CONFERENCE = "It was to become a conference and did not: {reason}."
    GOES_ON = "It goes on."
    ENDED = "It ended after {seconds} s with the outcome {outcome}."

    # why it ended
    BY_USER = "{name} ended the call for everybody."
    BY_US = "We ended the call: the two parties could not be brought together in the conference."
    BY_SOMEBODY = "The call was ended for everybody, and the log does not say by whom."
    NOBODY_REACHED = (
        "The call reached nobody: {reasons}. Whoever called heard a sentence, and the session ended"
        " with their leg."
    )
    UNREACHED_BUSY = "{name} was busy"
    UNREACHED_SILENT = "{name} did not answer"
    UNREACHED_FAILED = "{name} could not be reached"
    UNREACHED_STOPPED = "{name} declined or was not rung any more"
    ABANDONED = "{name} hung up before anybody answered."
    PLAIN_SIDE = (
        "It was a plain call: when one side hangs up the carrier ends the other with it. The leg of"
        " {name} ended first, as far as was reported."
    )
    ALL_LEFT = "Everybody left by themselves, {name} last (E1)."
    ONE_ALONE = (
        "{left} left, only {alone} was there and nobody was being called any more: {alone} was hung"
        " up (E2)."
    )
    ALONE = "Only {alone} was left and nobody was being called: {alone} was hung up (E2)."
    RINGING_STOPPED = (
        "{left} left while somebody was still being called: the ringing was stopped, and {alone},"
        " who was alone then, was hung up (E3)."
    )
    NO_AGENT_LEFT = "{left} left, the last agent: the others were hung up (policy last_agent)."
    NO_CUSTOMER_LEFT = (
        "{left} left, the last outside party: the others were hung up (policy last_customer)."
    )
    NOT_BACK = "The call waited for the device of {name}, and it did not come back in time."
    CLOSED_ELSEWHERE = (
        "Somebody closed the conference at the carrier: in its console, with its API, or another"
        " program on the same account. We had not ordered it."
    )

    # the parties
    IS_CALLING = "{name} made the call"
    WAS_RUNG = "{name} was rung"
    WAS_ADDED = "{name} was added by {by}"
    CONNECTED = "and is connected."
    ON_HOLD = "and is on hold."
    RINGS = "and rings."
    DIALLED = "and the carrier has accepted to call them; they do not ring yet."
    NOT_ORDERED = "and is not called yet: the call is not a conference yet."
    AWAITS_DEVICE = "and is dialled once the device of who calls has answered."
    DEVICE_SILENT = "and was not dialled: the device of who called did not answer."
    ORDERED = "and the order to call them is not carried out yet."
    LEFT = "and left."
    LEFT_UNASKED = (
        "and their leg ended though nobody had asked for it: they hung up on the device, its page"
        " was closed, or its network was lost."
    )
    LEFT_CLOSED = "and left when the conference was closed at the carrier."
    REMOVED = "and was removed by {by}."
    MACHINE = "and was hung up: a voicemail or fax had answered."
    HUNG_UP = "and was hung up at the end of the call."
    ENDED_WITH_OTHER = "and their leg ended with that of the other side."
    ANOTHER_ANSWERED = "and was not rung any more: somebody else answered."
    BUSY = "and was busy."
    NO_ANSWER = "and did not answer in time."
    DECLINED = "and declined."
    FAILED = "and could not be reached{why}."
    NOT_CALLED = "and was not called: {reason}."
    AS_LOGGED = "and {told}."
    ENDED_UNKNOWN = "and is gone; no report says how."

    # the story: lines of the log
    LINE = "{message}"
    LINE_CONVERSION_FAILED = "The call did not become a conference: {message}"
    LINE_NOTE = "Note: {message}"
    ASKED = "{message} (found out by asking the carrier: its report had not come by then)"
    WITH_CODE = "{message} (Twilio {code})"

    # what is waited for
    WAITS_ANSWER = "{name} is being called since {since} and has not answered."
    WAITS_CONVERSION = "The call is becoming a conference since {since}."
    WAITS_RETURN = "The call waits until {until} for a device that was lost."
    WAITS_LEAVE = "{name} wants to leave and is kept until {other} is called."
    WAITS_HOLD = "The carrier has not answered to {name}'s {deed} yet."
    WAITS_HANGUP = "{name} is to be hung up and has not been reported gone."
    VERIFIED = "The carrier last told how every live leg is at {when}."
    NEXT_LOOK = "The carrier is asked again at {when}."
    LOOK_OVERDUE = (
        "The carrier should have been asked since {when}: no background runs, or it hangs."
    )

    # orders
    ALL_CARRIED_OUT = "{count} orders to the carrier, all carried out at the first try."
    NO_ORDERS = "None."
    FORGOTTEN = "Orders are forgotten after 7 days."
    REPEATED = "The order to {deed} was carried out at try {tries}."
    TAKEN_OVER = (
        "The order to {deed} was taken over from a process that did not come back, or from a"
        " request without an answer: the carrier was asked what the first try did, and it was"
        " closed at try {tries}."
    )
    GIVEN_UP = "The order to {deed} failed at try {tries}: {result}."
    OPEN_ORDER = "The order to {deed} is open after {tries} tries; it is due at {due}."
    BEING_GIVEN = "The order to {deed} is being carried out by a process until {until}."
    OVERDUE = "The order to {deed} is overdue since {due}: nobody takes it up."
    UNREADABLE_ORDER = "An order ({kind}) was written by another version and cannot be read here."

    # what an order is to do
    DO_REDIRECT = "move {name} into the conference"
    DO_DIAL = "call {name}"
    DO_CANCEL = "stop ringing {name}"
    DO_HANG_UP = "hang up {name}"
    DO_END = "end the conference"
    DO_HOLD = "hold {name}"
    DO_RELEASE = "take {name} off hold"
    DO_ADJUST = "mute, unmute or coach for {name}"
    DO_RECORD = "record {name}"
    DO_ANNOUNCE = "tell {name} what happens"
    DO_SEND_DIGITS = "send digits to {name}"

    # doubt
    LOOK_FAILED = (
        "The last time it was due the carrier could not be asked: what is shown may be old."
    )
    IN_DOUBT = "Whether {name} is still in the call is in doubt: the carrier did not find the leg."
    GUESSED = "That {name} is gone was concluded, not told: the carrier does not find the leg."
    UNREPORTED = (
        "{count} things were found out by asking the carrier, {first} first, and none was reported"
        " after that: its reports do not reach us."
    )
    LATE_REPORTS = "{count} things were found out by asking the carrier before it reported them."
    NO_CONFERENCE_REPORTS = "Nothing about the conference was reported by itself."

    # what to do
    CHECK_WEBHOOKS = (
        "Run `evovoice doctor`, and look in the log for webhooks that were refused by their"
        " signature: PUBLIC_BASE_URL must be the address that the carrier calls, in every letter."
    )
    CHECK_ANSWERS = (
        "Run `evovoice doctor`, and look in the log of that minute. Webhooks that were refused by"
        " their signature: PUBLIC_BASE_URL must be the address that the carrier calls, in every"
        " letter. `The database is not ready`: the carrier was answered 503, and nothing is kept."
    )
    CARRIER_AWAY = (
        "The carrier could not be reached: look at its status page and at this machine's network;"
        " `evovoice doctor` says whether it answers now. Nothing rings later by itself: the agent"
        " may press the button again."
    )
    ACCOUNT_REJECTED = (
        "The carrier refused our account or its credentials: look whether the account is suspended,"
        " and at TWILIO_AUTH_TOKEN or the API key; `evovoice doctor` names which."
    )
    CARRIER_BUSY = (
        "The carrier has limited our requests (429): see its limits of calls per second and at once"
        " in its console."
    )
    OUTCOME_UNKNOWN = (
        "A request got no usable answer. Look whether the carrier's API answers slowly"
        " (`evovoice doctor`), and into its own log of calls for what it did."
    )
    NO_WORKER = "See whether `evovoice worker` or a serving process runs, and at /readyz."
    NOT_SIGNED_IN = (
        "See whether the devices of those who were rung are signed in, and whom the number rings."
    )
    CLOSED_BY_WHOM = (
        "Look in the carrier's console, under Monitor, who closed conference {conference}."
    )
    LOOK_AT_DEVICE = (
        "Look at the device, page and network of {name}. EVOVOICE_RETURN_SECONDS lets the other"
        " side wait for them."
    )
    PRESS_AGAIN = (
        "Press again what the carrier refused; if it is refused again, the carrier's debugger has"
        " the reason under the call SIDs."
    )
    CURE = "{cure}"
    DATABASE_AWAY = "Look at the database and its log for that time; nothing has to be done here."
    OTHER_VERSION = "Let all processes run one version."
