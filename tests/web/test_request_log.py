"""What is written down about a request, and what is kept out of it."""

import io
import logging

import pytest

from evovoice.factory import LINE
from evovoice.web.masking import Masking, masked
from evovoice.web.request_log import RequestIds
from tests.web.doubles import KEY, WebApp

ACCESS = "evovoice.web.access"


def test_one_line_a_request_with_its_id_once_and_no_query(web: WebApp) -> None:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter(LINE))
    handler.addFilter(RequestIds())
    access = logging.getLogger(ACCESS)
    level = access.level
    access.addHandler(handler)
    access.setLevel(logging.INFO)
    try:
        response = web.api("GET", "/sessions/s-1/events?after=3&to=secret")
    finally:
        access.removeHandler(handler)
        access.setLevel(level)
    (line,) = written.getvalue().splitlines()
    assert "GET /sessions/s-1/events 200 " in line
    assert 1 == line.count(response.headers["X-Request-Id"])
    assert "secret" not in line


@pytest.mark.parametrize("path", ["/sessions/+12025550123", "/sessions/%2B12025550123"])
def test_number_in_a_path_is_masked(
    web: WebApp, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with caplog.at_level(logging.INFO, ACCESS):
        web.api("GET", path)
    assert "+1•••••0123" in caplog.text
    assert "2025550123" not in caplog.text


def test_line_cannot_be_forged_through_a_path(
    web: WebApp, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, ACCESS):
        web.api("GET", "/sessions/a%0AGET%20/admin%20200")
    assert 1 == len(caplog.text.strip().splitlines())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from +12025550123 to +442079460123.", "from +1•••••0123 to +4•••••0123."),
        ("To=%2B12025550123&x", "To=+1•••••0123&x"),
        ("called 2025550123 twice", "called •••••0123 twice"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer •••"),
        ("Authorization: Basic YTpi==", "Authorization: Basic •••"),
        (f"key {KEY}!", "key •••!"),
        ("after 1500 ms, port 5000, 2026-03-01", "after 1500 ms, port 5000, 2026-03-01"),
        ("CA00000000000000000000000000000001", "CA00000000000000000000000000000001"),
    ],
)
def test_numbers_and_credentials_are_masked_and_nothing_else(text: str, expected: str) -> None:
    assert expected == masked(text)


def _logged(*filters: logging.Filter) -> tuple[logging.Logger, io.StringIO]:
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(request_id)s %(message)s"))
    for each in filters:
        handler.addFilter(each)
    logger = logging.Logger("test")
    logger.addHandler(handler)
    return logger, written


def test_filter_masks_arguments_secrets_and_stack_traces() -> None:
    logger, written = _logged(RequestIds(), Masking(["s3cret", ""]))
    try:
        raise ValueError("s3cret of +12025550123")
    except ValueError:
        logger.exception("calling %s with %s", "+12025550123", "s3cret")
    text = written.getvalue()
    assert text.startswith("- calling +1•••••0123 with •••\nTraceback")
    assert "ValueError: ••• of +1•••••0123" in text
    assert "s3cret" not in text
    assert "2025550123" not in text


def test_lines_of_a_request_carry_its_id(web: WebApp) -> None:
    logger, written = _logged(RequestIds())
    with web.app.test_request_context("/"):
        logger.info("first")
        logger.info("second")
    ids = {line.split()[0] for line in written.getvalue().splitlines()}
    assert 1 == len(ids)
    assert 32 == len(ids.pop())
