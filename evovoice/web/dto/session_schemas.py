"""The shapes that tell of sessions, as marshmallow schemas (contract 1)."""

from evovoice.domain.states import (
    CallState,
    DialState,
    Direction,
    EndPolicy,
    MemberCallState,
    MemberRole,
)
from evovoice.web.dto.transfer_info import TransferInfoSchema
from evovoice.web.enums import Channel, HoldReason, QueueState
from evovoice.web.servicestack.formats.described import CUSTOMERS
from evovoice.web.servicestack.response_fields import (
    choice,
    flag,
    nested,
    nested_list,
    number,
    text,
    text_map,
    texts,
)
from evovoice.web.servicestack.response_schema import ResponseSchema


class CustomerBreadcrumbSchema(ResponseSchema):
    """One customer of a path (contract 1.4)."""

    namespace = CUSTOMERS

    id = text("id", "Id of the customer")
    name = text("name", "Name of the customer")


class SessionLogInfoSchema(ResponseSchema):
    """One log line as clients see it (contract 1.4)."""

    date = text("date", "When the line was written, in UTC")
    message = text("message", "What happened, as a sentence")


class SessionMemberInfoSchema(ResponseSchema):
    """One party (contract 1.3)."""

    identity = text(
        "identity", "Number in E.164, SIP address, or the voice identity of one of our users"
    )
    endpoint_id = text("endpointId", "Endpoint of our user; outside parties have none")
    display_name = text("displayName", "Name of the user or contact, else the number")
    is_original_member = flag(
        "isOriginalMember", "Whether the party was in the call before the first add; never changes"
    )
    avatar_url = text("avatarUrl", "Picture of our user")
    application_data = text_map(
        "applicationData",
        "More facts by name: memberId, status, reason, reasonCode, next, destination,"
        " addedBy, addedAt, answeredAt, endedAt, coaching, twilioCode",
    )
    call_state = choice(MemberCallState, "callState", "State of this party")
    role = choice(MemberRole, "role", "How the party came in; never changes")
    call_sid = text("callSid", "The party's call; missing until the carrier has accepted it")
    muted = flag("muted", "Whether the party hears everybody and is not heard")


class SessionInfoSchema(ResponseSchema):
    """One call: 36 fields of its own, the 5 of EntityInfo, then ours (contract 1.2)."""

    base_fields = frozenset(
        {"id", "dateCreated", "dateLastModified", "createdBy", "lastModifiedBy"}
    )
    not_in_csv = frozenset(
        {"verifiedAt", "stale", "version", "allowed", "endPolicy", "dryRun", "transfer"}
    )

    dial_state = choice(
        DialState, "dialState", "Whether the session is dialling or connected at all"
    )
    call_state = choice(CallState, "callState", "State of the call as a whole")
    queue_state = text(
        "queueState",
        "State in a ring queue; None for a call that never was in one",
        shown_as=QueueState,
    )
    account_id = text("accountId", "Account that owns the session; decides who may see it")
    account_name = text("accountName", "Name of the account")
    customer_id = text("customerId", "Customer inside the account")
    customer_breadcrumb = nested_list(
        CustomerBreadcrumbSchema, "customerBreadcrumb", "Path of customers, outermost first"
    )
    customer_name = text("customerName", "Name of the customer")
    endpoint_id = text(
        "endpointId",
        "Our endpoint the call belongs to: the one called or rung, outbound the agent's",
    )
    endpoint_name = text("endpointName", "Name of that endpoint")
    date_completed = text("dateCompleted", "When the call finished")
    destination = text("destination", "What was dialled, as it was typed")
    to_address = text(
        "toAddress", "Called address: inbound our number, outbound the number in E.164"
    )
    from_address = text(
        "fromAddress", "Calling address: inbound the caller's number, outbound the caller ID shown"
    )
    from_name = text("fromName", "Name of the caller, if it is known")
    answered_by_name = text("answeredByName", "Who answered first, for display")
    queue_member_id = text("queueMemberId", "Queue member the call was given to")
    channel = text(
        "channel", "What kind of communication this is; here always Voice", shown_as=Channel
    )
    ended = flag("ended", "Whether the session is over")
    outcome = text(
        "outcome",
        "How it ended: Completed, TransferredExternal, TransferredInternal, MissedCall, Busy,"
        " NoAnswer, Failed or Cancelled",
    )
    call_sid = text(
        "callSid",
        "First call of the session: inbound the caller's, outbound the agent's; never changes",
    )
    console_data = text("consoleData", "Free text that a console keeps with the session")
    hold_queue_name = text("holdQueueName", "Name of the hold place while the call is on hold")
    held_by_user_id = text("heldByUserId", "User who put the call on hold")
    hold_reason = text("holdReason", "Why the call is on hold", shown_as=HoldReason)
    conference_sid = text(
        "conferenceSid", "The carrier's id of the conference, once the call is one"
    )
    display_name = text(
        "displayName", "Label of the session: the outside party's name, else the number"
    )
    log = nested_list(
        SessionLogInfoSchema,
        "log",
        "Lines of the log, oldest first; filled by ListSessions only",
    )
    members = nested_list(
        SessionMemberInfoSchema,
        "members",
        "The parties: while the call lives those who are pending or connected",
    )
    callback_number = text("callbackNumber", "Number to call back")
    answered_by_id = text("answeredById", "Endpoint that answered first")
    direction = choice(Direction, "direction", "Which way the call went, seen from the account")
    from_phone_number = text("fromPhoneNumber", "Of chats only; never sent for a call")
    most_recent_participant_call_sid = text(
        "mostRecentParticipantCallSid", "Call of the party that was added last"
    )
    was_missed = flag("wasMissed", "Whether nobody answered an inbound call")
    ring_queue_id = text("ringQueueId", "Ring queue the call is in right now")
    id = text("id", "Id of the session")
    date_created = text("dateCreated", "When it was created, in UTC")
    date_last_modified = text("dateLastModified", "When any field last changed, in UTC")
    created_by = text("createdBy", "User who made an outbound call")
    last_modified_by = text("lastModifiedBy", "User who last changed something through the API")
    verified_at = text(
        "verifiedAt", "When the carrier last told how every live leg is, in UTC; not in CSV"
    )
    stale = flag(
        "stale",
        "Whether what is shown may not be so: the carrier could not be asked when it was due, or"
        " it is in doubt whether a leg or the conference lives; not in CSV",
    )
    version = number(
        "version",
        "Rises with every change that is stored: of two answers or events the one with the higher"
        " number is the later; not in CSV",
    )
    allowed = texts(
        "allowed",
        "Operations that who asks may use on this call now; in answers about one session and in"
        " lists of one's own, never in events or ListSessions; not in CSV",
    )
    end_policy = text(
        "endPolicy",
        f"Who has to be left for the call to go on: {', '.join(EndPolicy)}; not in CSV",
    )
    dry_run = text_map(
        "dryRun",
        "What an add with dryRun would do: destination, displayName, endpointId, country,"
        " fromNumber, alreadyInCall, conference, membersLeft, pendingLeft, queued, carrier;"
        " not in CSV",
    )
    transfer = nested(
        TransferInfoSchema,
        "transfer",
        "The transfer that is under way, else the last one there was; not in CSV",
    )


class SessionEventSchema(ResponseSchema):
    """One line of a session's log (contract 1.4)."""

    sequence = number("sequence", "Number of the event in its session: 1, 2, 3 without gaps")
    date = text("date", "When it happened, in UTC")
    type = text("type", "What happened: SessionCreated, Answered, MemberDialed and the like")
    session_id = text("sessionId", "Session it happened to")
    call_sid = text("callSid", "Call it happened to")
    member_id = text("memberId", "Party it happened to")
    user_id = text("userId", "User who caused it")
    message = text("message", "What happened, as a sentence")
    data = text_map("data", "More facts, by name")


class GetMySessionsResponseSchema(ResponseSchema):
    """The answer of GetMySessions and of GetActiveSessions (contract 1.4)."""

    rows = "sessions"

    sessions = nested_list(SessionInfoSchema, "sessions", "The sessions, newest first")


class GetSessionEventsResponseSchema(ResponseSchema):
    """A page of a session's log (contract 1.4)."""

    rows = "events"

    events = nested_list(SessionEventSchema, "events", "The events, oldest first")
    has_more = flag("hasMore", "Whether more follow")


class ListSessionsResponseSchema(ResponseSchema):
    """A page of sessions (contract 1.4); its name is that of every list (C62)."""

    type_name = "ListResponse"
    rows = "items"

    items = nested_list(SessionInfoSchema, "items", "The sessions of this page")
    total_count = number(
        "totalCount", "How many there are on all pages; 0 where that was not asked for"
    )
    total_pages = number("totalPages", "How many pages there are; 0 where that was not asked for")
    has_more_pages = flag("hasMorePages", "Whether a page follows")


class GetConferenceMembersResponseSchema(ResponseSchema):
    """Who is in the conference (contract 1.4)."""

    rows = "members"

    conference_sid = text(
        "conferenceSid", "The carrier's id of the conference, once the call is one"
    )
    members = nested_list(SessionMemberInfoSchema, "members", "The parties, original ones first")
