"""Lists of sessions that are over or not."""

from dataclasses import dataclass, replace

from evovoice.domain.values import User
from evovoice.services.app_context import AppContext
from evovoice.services.errors import SearchTooBroad
from evovoice.services.session_access import ARCHIVED_AFTER, visible_accounts
from evovoice.storage.unit_of_work import (
    FoundSessions,
    SessionOrder,
    SessionSearch,
    Slice,
    TookTooLong,
)


@dataclass(frozen=True, slots=True)
class ListRequest:
    """ListSessions: `search` as the client named it, any account; then what it may not know.

    `customer_ids`, `parent_session_id`: no session of this version has either.
    """

    search: SessionSearch
    order: SessionOrder
    wanted: Slice
    with_archive: bool = False
    customer_ids: tuple[str, ...] = ()
    parent_session_id: str = ""


def list_sessions(context: AppContext, user: User, request: ListRequest) -> FoundSessions:
    """The sessions of the accounts that the user may see. Errors: `SearchTooBroad`."""
    if request.customer_ids or request.parent_session_id:
        return FoundSessions([], 0)
    search = replace(
        request.search,
        account_ids=visible_accounts(user, request.search.account_ids or ()),
        archived_before=None if request.with_archive else context.clock() - ARCHIVED_AFTER,
    )
    try:
        with context.database.reading() as work:
            return work.session_lists.find(search, request.order, request.wanted)
    except TookTooLong:
        raise SearchTooBroad from None
