"""Lists that come in pages: what a client asks of them and what is answered (C42, C43)."""

from collections.abc import Sequence
from dataclasses import dataclass

from evovoice.web.servicestack.fields import FieldLocation, Flag, WholeNumber
from evovoice.web.servicestack.request_schema import RequestSchema

MOST_PER_PAGE = 500
MOST_AT_ONCE = 10_000


class PagedRequestSchema(RequestSchema):
    """What every operation takes that lists in pages."""

    page = WholeNumber(
        "page", FieldLocation.QUERY, "Which page, from 0 on", load_default=0, least=0, most=10**9
    )
    count_per_page = WholeNumber(
        "countPerPage", FieldLocation.QUERY, "How many items on a page",
        load_default=25, least=1, most=MOST_PER_PAGE,
    )  # fmt: skip
    everything = Flag("all", FieldLocation.QUERY, "Everything on one page", load_default=False)
    is_simplified = Flag(
        "simplifiedPaging", FieldLocation.QUERY, "Count neither items nor pages", load_default=False
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PagedRequest:
    page: int = 0
    count_per_page: int = 25
    everything: bool = False
    is_simplified: bool = False

    @property
    def first(self) -> int:
        """How many items come before the page."""
        return 0 if self.everything else self.page * self.count_per_page

    @property
    def most(self) -> int:
        """How many items are on the page at most; ask for one more to know what follows."""
        return MOST_AT_ONCE if self.everything else self.count_per_page


@dataclass(frozen=True, slots=True)
class ListResponse:
    """Contract 1.4, as values."""

    items: Sequence[object]
    total_count: int
    total_pages: int
    has_more_pages: bool


def page_of(asked: PagedRequest, found: Sequence[object], total: int) -> ListResponse:
    """The page, of what was found from `asked.first` on, one item more than it may hold."""
    items, has_more = found[: asked.most], len(found) > asked.most
    if asked.is_simplified:
        return ListResponse(items, 0, 0, has_more)
    pages = min(total, 1) if asked.everything else -(-total // asked.count_per_page)
    return ListResponse(items, total, pages, has_more)
