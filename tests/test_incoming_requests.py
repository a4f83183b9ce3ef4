"""How bytes become requests, and which connections count as one address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evovoice.connections.incoming import MOST_BODY, IncomingRequest
from evovoice.connections.waiting import Connection, Waiting

HEAD = b"POST /x HTTP/1.1\r\nHost: x\r\n"
WHOLE = {
    "no body": b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n",
    "length": HEAD + b"Content-Length: 5\r\n\r\nhello",
    "length in other letters": HEAD + b"CONTENT-LENGTH:5 \r\n\r\nhello",
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;a=b\r\n!\r\n0\r\n\r\n",
    "line ends in chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\n\r\n\r\n\r\n0\r\n\r\n",
    "trailers": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\nZ: 1\r\n\r\n",
    "length that only looks like one": HEAD + b"X-Content-Length: 5\r\n\r\n",
    "length in a value": HEAD + b"X-A: content-length: 5\r\n\r\n",
}


def _in_pieces(data: bytes, ends: list[int]) -> IncomingRequest:
    incoming, start = IncomingRequest(), 0
    for end in [*sorted(ends), len(data)]:
        if start < end:
            incoming.add(data[start:end])
        start = max(start, end)
    return incoming


@pytest.mark.parametrize("kind", WHOLE)
@given(ends=st.lists(st.integers(0, 120), max_size=6), after=st.binary(max_size=20))
def test_request_ends_at_its_end_in_whatever_pieces_it_arrives(
    kind: str, ends: list[int], after: bytes
) -> None:
    incoming = _in_pieces(WHOLE[kind] + after, ends)
    assert incoming.is_whole
    assert incoming.flaw is None
    assert (WHOLE[kind], after) == incoming.take()


@pytest.mark.parametrize("kind", WHOLE)
def test_request_is_not_whole_before_its_last_byte(kind: str) -> None:
    incoming = IncomingRequest()
    for number in range(len(WHOLE[kind]) - 1):
        incoming.add(WHOLE[kind][number : number + 1])
        assert not incoming.is_whole
    incoming.add(WHOLE[kind][-1:])
    assert incoming.is_whole


def test_body_that_nobody_reads_is_left_where_it_is() -> None:
    """The refusal needs the head alone; the connection cannot be kept then."""
    head = HEAD + b"Content-Length: %d\r\n\r\n"
    allowed, too_long = IncomingRequest(), IncomingRequest()
    allowed.add(head % MOST_BODY)
    too_long.add(head % (MOST_BODY + 1))
    assert (False, False) == (allowed.is_whole, allowed.is_cut)
    assert (True, True) == (too_long.is_whole, too_long.is_cut)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::2", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::2", True),
    ],
)
def test_one_address_is_what_one_customer_has_to_themselves(
    one: str, other: str, *, is_same: bool
) -> None:
    """Of IPv6 a network of 64 bits: whoever has one address there has all of them."""
    waiting = Waiting()
    first, second = (Connection(None, (host, 1), None) for host in (one, other))
    waiting.put(first, 10)
    assert (waiting.of_network(second.network) == 1) is is_same
    waiting.remove(first)
    assert 0 == waiting.of_network(first.network)
