"""Requests that are none, over real sockets: refused in the contract's shape, never a fault."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gunicorn_server import Server, serving

HOST = b"Host: x\r\n"
POST = b"POST /twilio/voice/incoming HTTP/1.1\r\n" + HOST
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = POST + FORM + b"Transfer-Encoding: chunked\r\n\r\n"
WHOLE = b"GET /healthz HTTP/1.1\r\n" + HOST


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("raw")
    with serving(folder, 4) as server:
        yield server


def _answer(server: Server, sent: bytes) -> tuple[int, bytes, bytes]:
    """Status, head and body of all that comes back to a client who sends no more."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), head, body


BROKEN = {
    "chunk size that is no number": CHUNKED + b"nonsense\r\nCallSid=1\r\n0\r\n\r\n",
    "negative chunk size": CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n",
    "chunk size with a sign": CHUNKED + b"+5\r\nhello\r\n0\r\n\r\n",
    "chunk size in the language of programs": CHUNKED + b"0x5\r\nhello\r\n0\r\n\r\n",
    "huge number of digits": CHUNKED + b"f" * 300 + b"\r\nhello\r\n0\r\n\r\n",
    "no end of a chunk": CHUNKED + b"5\r\nhelloworld\r\n0\r\n\r\n",
    "size without an end of its line": CHUNKED + b"5" * 400,
    "cut within a chunk": CHUNKED + b"50\r\nhello",
    "cut between chunks": CHUNKED + b"5\r\nhello\r\n",
    "cut within the trailers": CHUNKED + b"0\r\nX: y\r\n",
    "broken trailer": CHUNKED + b"0\r\nno trailer\r\n\r\n",
    "forbidden trailer": CHUNKED + b"0\r\nContent-Length: 3\r\n\r\n",
    "body shorter than its length": POST + FORM + b"Content-Length: 50\r\n\r\nhalf",
    "two lengths": POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
    "the same length twice": POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
    "list of lengths": POST + b"Content-Length: 3, 3\r\n\r\nabc",
    "negative length": POST + b"Content-Length: -3\r\n\r\nabc",
    "length with a sign": POST + b"Content-Length: +3\r\n\r\nabc",
    "length that is no number": POST + b"Content-Length: abc\r\n\r\nabc",
    "length and coding": POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "unknown coding": POST + b"Transfer-Encoding: rot13\r\n\r\nabc",
    "chunked twice": POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "chunked, then another": POST + b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    "compressed and chunked": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "coding of HTTP/1.0": b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/2 without asking": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "unknown version": b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
    "no request at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "lower-case verb": b"get / HTTP/1.1\r\n" + HOST + b"\r\n",
    "port that is none": b"GET http://[::1/healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "control characters in the address": b"GET /\x01\x02 HTTP/1.1\r\n" + HOST + b"\r\n",
    "two hosts": WHOLE + b"Host: y\r\n\r\n",
    "field without a colon": WHOLE + b"nonsense\r\n\r\n",
    "blank before the colon": WHOLE + b"X-A : b\r\n\r\n",
    "folded field": WHOLE + b"X-A: b\r\n c\r\n\r\n",
    "NUL in a field": WHOLE + b"X-A: b\x00c\r\n\r\n",
    "lines that end in LF alone": b"GET /healthz HTTP/1.1\nHost: x\n\n",
    "end in the middle of the head": WHOLE,
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_request_is_refused_in_the_shape_of_every_error_c24(
    server: Server, kind: str
) -> None:
    status, head, body = _answer(server, BROKEN[kind])
    assert 400 == status
    assert b"Connection: close" in head
    error = json.loads(body)["responseStatus"]
    assert "SerializationException" == error["errorCode"]
    assert error["message"].startswith("Could not read the request: ")
    assert [] == error["errors"]
    assert error["meta"]["requestId"].encode() in head


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"GET /" + b"x" * 8000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414, "SerializationException"),
        (WHOLE + b"X-A: " + b"y" * 9000 + b"\r\n\r\n", 431, "SerializationException"),
        (WHOLE + b"X-A: b\r\n" * 101 + b"\r\n", 431, "SerializationException"),
        (WHOLE + b"X-A: b\r\n" * 10_000, 431, "SerializationException"),
        (WHOLE + b"Expect: miracles\r\n\r\n", 417, "SerializationException"),
        (POST + FORM + b"Content-Length: 99999999999999\r\n\r\na=b", 413, "BodyTooLarge"),
        (CHUNKED + b"fffffff\r\na=b", 413, "BodyTooLarge"),
        (CHUNKED + b"10000\r\n" + b"a" * 65536 + b"\r\n1\r\na\r\n0\r\n\r\n", 413, "BodyTooLarge"),
        (CHUNKED + b"1\r\na\r\n" * 300_000, 413, "BodyTooLarge"),
    ],
    ids=[
        "address", "field", "fields", "head", "expectation", "length", "chunk", "chunks",
        "very small chunks",
    ],
)  # fmt: skip
def test_request_that_is_too_much_is_refused_with_its_own_status_c24_c27(
    server: Server, sent: bytes, status: int, code: str
) -> None:
    got, _, body = _answer(server, sent)
    assert (status, code) == (got, json.loads(body)["responseStatus"]["errorCode"])


def test_chunked_body_is_read_as_any_other_c11(server: Server) -> None:
    """In pieces, with an extension and a trailer; what follows on the connection is served too.

    The JSON lacks its end, so that the answer tells how far it was read.
    """
    head = b"POST /auth/credentials HTTP/1.1\r\nContent-Type: application/json\r\n" + HOST
    plain = head + b'Content-Length: 15\r\n\r\n{"userName":"x"'
    pieces = b'7;x="y"\r\n{"userN\r\n8\r\name":"x"\r\n0\r\nX-Sum: 1\r\n\r\n'
    chunked = head + b"Transfer-Encoding: Chunked\r\n\r\n" + pieces + WHOLE + b"\r\n"
    expected = json.loads(_answer(server, plain)[2])["responseStatus"]["message"]
    assert expected.startswith("Could not read the JSON body: ")
    status, _, rest = _answer(server, chunked)
    assert 400 == status
    assert expected.encode() in rest
    assert b"HTTP/1.1 200 OK" in rest


@pytest.mark.parametrize(
    "name", ["SCRIPT_NAME", "PATH_INFO", "REMOTE_USER", "X-Script-Name", "X-Forwarded-Prefix"]
)
def test_field_that_passes_for_a_variable_of_the_server_is_ignored(
    server: Server, name: str
) -> None:
    status, _, body = _answer(server, WHOLE + name.encode() + b": /admin\r\n\r\n")
    assert (200, _answer(server, WHOLE + b"\r\n")[2]) == (status, body)


def test_client_that_waits_to_be_told_sends_its_body_then(server: Server) -> None:
    """`Expect: 100-continue`: told once, and by whoever collects the request."""
    head = POST + FORM + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(head)
        assert b"HTTP/1.1 100 Continue\r\n\r\n" == connection.recv(1000)
        connection.sendall(b"a=b")
        assert connection.recv(1000).startswith(b"HTTP/1.1 403 ")


def test_absolute_address_is_served_as_its_path_c1(server: Server) -> None:
    sent = b"GET http://elsewhere.example:99999/healthz HTTP/1.1\r\n" + HOST + b"\r\n"
    assert 200 == _answer(server, sent)[0]
