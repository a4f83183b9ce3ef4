"""Responses that go on without threads of their own: what is sent, who is let go, who waits."""

import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from threading import Event

import pytest

from evovoice.connections.long_responses import LongResponses
from evovoice.connections.waiting import Connection
from evovoice.web.hand_over import Answer, Question, Step, Wait

LONG = 30.0  # seconds; no test takes as long
WRITE = 0.5  # seconds for a piece
MORE_THAN_FITS = b"x" * 20_000_000


class Spoken:
    """A response that says what the test gives it."""

    def __init__(self, *steps: Step | None) -> None:
        self.steps: deque[Step | None] = deque(steps)
        self.heard: deque[Answer] = deque()  # to its questions
        self.answers: SimpleQueue[Answer] = SimpleQueue()
        self.asked, self.has_left, self._has_begun = 0, Event(), Event()
        self._was_question = False

    def next_step(self, answer: Answer = None) -> Step | None:
        if self._was_question:
            self.heard.append(answer)
        step = self.steps.popleft() if self.steps else Wait(LONG)
        self._was_question = isinstance(step, Question)
        if step == b"fault":
            raise ValueError
        return step

    def answer(self) -> Answer:
        self.asked += 1
        return self.answers.get(timeout=LONG)

    def wake_by(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._has_begun.set()

    def leave(self) -> None:
        self.has_left.set()

    def say(self, *steps: Step | None) -> None:
        assert self._has_begun.wait(LONG)
        self.steps.extend(steps)
        self._wake()


class Place:
    """Where responses are sent from, and who got their connection back."""

    def __init__(self) -> None:
        self.back: SimpleQueue[Connection] = SimpleQueue()
        self.sender = LongResponses(WRITE, self.back.put)
        self._open: list[socket.socket] = []

    def send(self, response: Spoken, *, is_chunked: bool = True) -> socket.socket:
        """The client's end of a new connection."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            client = socket.create_connection(server.getsockname(), timeout=LONG)
            ours, address = server.accept()
        self._open += [client, ours]
        ours.settimeout(LONG)
        self.sender.take(Connection(ours, address, None), response, is_chunked=is_chunked)
        return client

    def close(self) -> None:
        self.sender.stop()
        for each in self._open:
            each.close()


@pytest.fixture
def place() -> Iterator[Place]:
    place = Place()
    yield place
    place.close()


def read(client: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count and (piece := client.recv(count - len(received))):
        received += piece
    return received


def until_eof(client: socket.socket) -> bytes:
    received = b""
    while piece := client.recv(65536):
        received += piece
    return received


def until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG
    while not what():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_pieces_come_in_their_order_as_they_are_said_and_then_the_end(place: Place) -> None:
    response = Spoken(b"one", b"two")
    client = place.send(response)
    assert b"3\r\none\r\n3\r\ntwo\r\n" == read(client, 16)
    response.say(b"x" * 16)
    assert b"10\r\n" + b"x" * 16 + b"\r\n" == read(client, 22)
    assert not response.has_left.is_set()
    response.say(None)
    assert b"0\r\n\r\n" == until_eof(client)
    place.back.get(timeout=LONG)
    assert response.has_left.is_set()


def test_client_of_an_older_http_gets_the_pieces_alone(place: Place) -> None:
    assert b"onetwo" == until_eof(place.send(Spoken(b"one", b"two", None), is_chunked=False))


def test_time_that_is_over_leads_to_the_next_step(place: Place) -> None:
    assert b"onetwo" == until_eof(
        place.send(Spoken(b"one", Wait(0.05), b"two", None), is_chunked=False)
    )


def test_slow_reader_gets_all_of_it_in_its_order(place: Place) -> None:
    response = Spoken(MORE_THAN_FITS[:3_000_000], b"end", None)
    client = place.send(response, is_chunked=False)
    assert MORE_THAN_FITS[:3_000_000] + b"end" == until_eof(client)


def test_who_does_not_read_is_let_go_and_holds_up_nobody(place: Place) -> None:
    deaf, other = Spoken(MORE_THAN_FITS), Spoken()
    place.send(deaf)
    client = place.send(other)
    begun = time.monotonic()
    for _ in range(20):
        other.say(b"x")
        assert b"1\r\nx\r\n" == read(client, 6)
    assert not deaf.has_left.is_set()
    assert deaf.has_left.wait(LONG)
    assert WRITE <= time.monotonic() - begun < WRITE + 2
    other.say(b"x")
    assert b"1\r\nx\r\n" == read(client, 6)


@pytest.mark.parametrize("ahead", [b"", b"GET / HTTP/1.1\r\n\r\n"])
def test_who_closes_is_noticed_at_once_whatever_they_sent_ahead(place: Place, ahead: bytes) -> None:
    response = Spoken(b"one")
    client = place.send(response)
    read(client, 8)
    client.sendall(ahead)
    assert not response.has_left.wait(0.05)
    client.close()
    assert response.has_left.wait(2)
    place.back.get(timeout=LONG)


def test_reset_in_the_middle_of_a_piece_ends_that_one_alone(place: Place) -> None:
    broken, other = Spoken(MORE_THAN_FITS), Spoken()
    client = place.send(broken)
    read(client, 100_000)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
    assert broken.has_left.wait(WRITE)
    still = place.send(other)
    other.say(b"x")
    assert b"1\r\nx\r\n" == read(still, 6)


def test_answer_reaches_who_asks(place: Place) -> None:
    response = Spoken(Question.IS_LET_IN, b"x", Question.IS_LET_IN, None)
    response.answers.put(True)
    client = place.send(response)
    assert b"1\r\nx\r\n" == read(client, 6)
    response.answers.put(False)
    assert b"0\r\n\r\n" == until_eof(client)
    assert [True, False] == list(response.heard)


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evovoice.connections.long_responses._PATIENCE", 0.1)


@pytest.mark.usefixtures("_impatient")
def test_database_that_does_not_answer_keeps_nobody_from_going_on(place: Place) -> None:
    """More of them ask than there are threads to ask with, and each asks twice."""
    responses = [Spoken(Question.IS_LET_IN, b"x", Question.IS_LET_IN, b"y") for _ in range(9)]
    clients = [place.send(response) for response in responses]
    assert {b"1\r\nx\r\n1\r\ny\r\n"} == {read(client, 12) for client in clients}
    assert {(None, None)} == {tuple(response.heard) for response in responses}
    assert 4 == sum(response.asked for response in responses)
    for response in responses:
        for _ in range(2):
            response.answers.put(True)


@pytest.mark.usefixtures("_impatient")
def test_answer_that_comes_late_counts_where_it_is_no(place: Place) -> None:
    response = Spoken(Question.IS_LET_IN, b"x")
    client = place.send(response)
    assert b"1\r\nx\r\n" == read(client, 6)
    response.answers.put(False)
    assert b"0\r\n\r\n" == until_eof(client)


@pytest.mark.usefixtures("_impatient")
def test_answer_to_the_question_before_is_none_to_this_one(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between both, what let them in may have been taken away."""
    response = Spoken(Question.IS_LET_IN, b"x")
    client = place.send(response)
    assert b"1\r\nx\r\n" == read(client, 6)
    monkeypatch.setattr("evovoice.connections.long_responses._PATIENCE", LONG)
    response.say(Question.IS_LET_IN, None)
    until(lambda: not response.steps or response.steps[0] is None)
    response.answers.put(True)
    until(lambda: response.asked == 2)
    response.answers.put(False)
    assert b"0\r\n\r\n" == until_eof(client)
    assert [None, False] == list(response.heard)


def test_fault_of_one_ends_it_without_an_end_and_no_other(place: Place) -> None:
    """A client takes what has no last chunk for cut off, and comes back."""
    faulty, other = Spoken(b"x", b"fault"), Spoken()
    client, still = place.send(faulty), place.send(other)
    assert b"1\r\nx\r\n" == until_eof(client)
    assert faulty.has_left.wait(LONG)
    other.say(b"y")
    assert b"1\r\ny\r\n" == read(still, 6)
