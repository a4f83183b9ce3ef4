"""Lists of sessions that are over or not."""

from contextlib import AbstractContextManager, nullcontext
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

_FAR = 1000  # sessions that an index is read through for one page


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
    """The sessions of the accounts that the user may see.

    Errors: `SearchTooBroad`, `TooManySearches`.
    """
    if request.customer_ids or request.parent_session_id:
        return FoundSessions([], 0)
    search = replace(
        request.search,
        account_ids=visible_accounts(user, request.search.account_ids or ()),
        archived_before=None if request.with_archive else context.clock() - ARCHIVED_AFTER,
    )
    try:
        with _within_limit(context, user, request), context.database.reading() as work:
            return work.session_lists.find(search, request.order, request.wanted)
    except TookTooLong:
        raise SearchTooBroad from None


def _within_limit(
    context: AppContext, user: User, request: ListRequest
) -> AbstractContextManager[None]:
    """A page that an index leads to is read in a moment and is never refused."""
    search, wanted = request.search, request.wanted
    is_by_index = (search.is_by_day and request.order.is_by_index) or bool(search.session_ids)
    is_near = wanted.first + wanted.most <= _FAR
    return nullcontext() if is_by_index and is_near else context.searches.searching(user)
