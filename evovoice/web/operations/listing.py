"""The rows that list sessions and delete those that are over (contract 2.2, 3.7)."""

from dataclasses import dataclass
from datetime import date, datetime

from marshmallow import fields

from evovoice.domain.values import Role
from evovoice.services import calls
from evovoice.services.listing import session_deletion, session_list
from evovoice.services.listing.session_list import ListRequest
from evovoice.storage.unit_of_work import SessionOrder, SessionSearch, Slice
from evovoice.web.dto.requests import NoFields
from evovoice.web.dto.session_answer import session_answer
from evovoice.web.dto.session_info import Sessions, session_info
from evovoice.web.dto.session_schemas import (
    GetMySessionsResponseSchema,
    ListSessionsResponseSchema,
    SessionInfoSchema,
)
from evovoice.web.enums import SortOrder
from evovoice.web.refusals import EndBeforeStart, NoBounds
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import (
    Choice,
    Day,
    FieldLocation,
    Flag,
    Moment,
    NameOf,
    TelephoneText,
    Text,
    Texts,
)
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.paging import ListResponse, PagedRequest, PagedRequestSchema, page_of
from evovoice.web.servicestack.request_schema import RequestSchema
from evovoice.web.servicestack.response_schema import TextMap

_SCALARS = {
    str(part.data_key): name
    for name, part in SessionInfoSchema().fields.items()
    if not isinstance(part, fields.List | fields.Nested | TextMap)
}


class ListSessionsSchema(PagedRequestSchema):
    account_ids = Texts(
        "accountIds", FieldLocation.QUERY, "Accounts; left out: all that the user may see"
    )
    customer_ids = Texts(
        "customerIds", FieldLocation.QUERY, "Customers; no session of ours has one yet"
    )
    endpoint_ids = Texts(
        "endpointIds", FieldLocation.QUERY, "Our endpoints that the calls belong to"
    )
    specific_ids = Texts(
        "specificIds", FieldLocation.QUERY, "These sessions and no others, at most 100"
    )
    search_archive = Flag(
        "searchArchive", FieldLocation.QUERY, "Sessions too that ended more than 15 days ago",
        load_default=False,
    )  # fmt: skip
    start_date = Day("startDate", FieldLocation.QUERY, "First day on which they began, in UTC")
    end_date = Day("endDate", FieldLocation.QUERY, "Last day on which they began, in UTC")
    from_address = TelephoneText(
        "from", FieldLocation.QUERY, "Part of fromAddress", load_default=""
    )
    to_address = TelephoneText("to", FieldLocation.QUERY, "Part of toAddress", load_default="")
    log = Text("log", FieldLocation.QUERY, "Part of a line of the log", load_default="")
    parent_session_id = Text(
        "parentSessionId", FieldLocation.QUERY, "Session they came from; none of ours has one yet",
        load_default="",
    )  # fmt: skip
    sort_field = NameOf(
        _SCALARS, "sortField", FieldLocation.QUERY,
        "Single value of SessionInfo, in any case; left out: dateCreated, newest first",
        of="a single value of SessionInfo, such as fromAddress",
    )  # fmt: skip
    sort_order = Choice(
        SortOrder,
        "sortOrder",
        FieldLocation.QUERY,
        "Which way; left out: Ascend where sortField is given",
    )


class DeleteSessionsSchema(RequestSchema):
    account_id = Text(
        "accountId",
        FieldLocation.QUERY,
        "Account whose sessions are deleted",
        load_default="",
        filled=True,
    )
    start = Moment(
        "startDateTime",
        FieldLocation.QUERY,
        "From when on they began, in UTC where it names no zone",
    )
    end = Moment(
        "endDateTime", FieldLocation.QUERY, "Until when they began; that moment counts too"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSessionsRequest(PagedRequest):
    account_ids: list[str]
    customer_ids: list[str]
    endpoint_ids: list[str]
    specific_ids: list[str]
    search_archive: bool
    start_date: date | None
    end_date: date | None
    from_address: str
    to_address: str
    log: str
    parent_session_id: str
    sort_field: str | None
    sort_order: SortOrder | None

    @property
    def search(self) -> SessionSearch:
        """Which sessions, as far as the client says."""
        return SessionSearch(
            account_ids=tuple(self.account_ids),
            first_day=self.start_date,
            last_day=self.end_date,
            session_ids=tuple(self.specific_ids),
            endpoint_ids=tuple(self.endpoint_ids),
            from_address=self.from_address,
            to_address=self.to_address,
            log=self.log,
        )

    @property
    def order(self) -> SessionOrder:
        """Newest first, unless the client says something of the order (C46)."""
        if self.sort_field is None:
            return SessionOrder(is_ascending=self.sort_order is SortOrder.ASCEND)
        return SessionOrder(self.sort_field, self.sort_order is not SortOrder.DESCEND)


@dataclass(frozen=True, slots=True)
class DeleteSessionsRequest:
    account_id: str
    start: datetime | None
    end: datetime | None


def _get_my_sessions(context: RequestContext, _asked: NoFields) -> Sessions:
    sessions = calls.my_sessions(context.app, context.user)
    return Sessions([session_answer(context, session) for session in sessions])


def _list_sessions(context: RequestContext, asked: ListSessionsRequest) -> ListResponse:
    if asked.start_date and asked.end_date and asked.end_date < asked.start_date:
        raise EndBeforeStart("StartDate", "EndDate")
    request = ListRequest(
        search=asked.search,
        order=asked.order,
        wanted=Slice(asked.first, asked.most, is_counted=not asked.is_simplified),
        with_archive=asked.search_archive,
        customer_ids=tuple(asked.customer_ids),
        parent_session_id=asked.parent_session_id,
    )
    found = session_list.list_sessions(context.app, context.user, request)
    items = [session_info(session, log) for session, log in found.sessions]
    return page_of(asked, items, found.total)


def _delete_sessions(context: RequestContext, asked: DeleteSessionsRequest) -> None:
    if asked.start is None and asked.end is None:
        raise NoBounds(["StartDateTime", "EndDateTime"])
    if asked.start and asked.end and asked.end < asked.start:
        raise EndBeforeStart("StartDateTime", "EndDateTime")
    session_deletion.delete_sessions(
        context.app, context.user, asked.account_id, asked.start, asked.end
    )


OPERATIONS = (
    Operation(
        name="GetMySessions",
        description="Lists the user's sessions that have not ended, those left behind too.",
        verbs=("GET",),
        routes=("/sessions/my",),
        role=Role.USER,
        request_schema=RequestSchema(),
        request_type=NoFields,
        response_schema=GetMySessionsResponseSchema(),
        handler=_get_my_sessions,
    ),
    Operation(
        name="ListSessions",
        description="Lists sessions in pages, with their logs, newest first. By accounts and days"
        " it is quick however many there are; other searches and orders look at every session of"
        " those days, two at once for each user, and are refused where that takes longer than"
        " three seconds.",
        verbs=("GET",),
        routes=("/sessions",),
        role=None,
        request_schema=ListSessionsSchema(),
        request_type=ListSessionsRequest,
        response_schema=ListSessionsResponseSchema(),
        handler=_list_sessions,
    ),
    Operation(
        name="DeleteSessions",
        description="Deletes for ever, with their logs, an account's sessions that have ended and"
        " began within both moments. One of the moments may be left out, and the stretch is open"
        " on that side; without any nothing is deleted. Sessions that go on are never deleted.",
        verbs=("DELETE",),
        routes=("/sessions",),
        role=Role.MANAGER,
        request_schema=DeleteSessionsSchema(),
        request_type=DeleteSessionsRequest,
        response_schema=None,
        handler=_delete_sessions,
    ),
)
