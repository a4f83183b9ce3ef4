"""Pages of a list (C42, C43)."""

from typing import Any

import pytest

from evovoice.web.servicestack.paging import ListResponse, PagedRequest, PagedRequestSchema, page_of


def _page(total: int, **asked: Any) -> tuple[int, int, int, bool]:
    """What a store of that many items leads to: items, total, pages, whether there are more."""
    request = PagedRequest(**asked)
    found = list(range(total))[request.first : request.first + request.most + 1]
    page: ListResponse = page_of(request, found, total)
    return len(page.items), page.total_count, page.total_pages, page.has_more_pages


@pytest.mark.parametrize(
    ("total", "asked", "expected"),
    [
        (30, {}, (25, 30, 2, True)), (30, {"page": 1}, (5, 30, 2, False)),
        (30, {"page": 2}, (0, 30, 2, False)), (25, {}, (25, 25, 1, False)),
        (0, {}, (0, 0, 0, False)), (30, {"count_per_page": 10, "page": 2}, (10, 30, 3, False)),
    ],
)  # fmt: skip
def test_pages_are_counted_from_0_c42(
    total: int, asked: dict[str, Any], expected: tuple[int, int, int, bool]
) -> None:
    assert expected == _page(total, **asked)


def test_a_page_has_25_items_and_at_most_500_c42() -> None:
    fields = PagedRequestSchema().load({})
    assert PagedRequest() == PagedRequest(**fields)
    assert 500 == PagedRequestSchema().load({"countPerPage": "100000"})["count_per_page"]


def test_simplified_paging_counts_nothing_but_knows_what_follows_c43() -> None:
    assert (25, 0, 0, True) == _page(30, is_simplified=True)
    assert (5, 0, 0, False) == _page(30, is_simplified=True, page=1)


def test_everything_is_one_page_that_may_be_cut_c43() -> None:
    assert (30, 30, 1, False) == _page(30, everything=True, page=3)
    assert (10_000, 10_001, 1, True) == _page(10_001, everything=True)
    assert (10_000, 10_000, 1, False) == _page(10_000, everything=True)
