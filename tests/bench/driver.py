"""The load driver, a process of its own: keep-alive connections, one request at a time on each.

It reads one JSON job from standard input and writes one JSON report to standard output. Raw
sockets and one epoll loop, since it shares the machine's cores with what it measures.
"""

import json
import selectors
import socket
import sys
import time
from collections import Counter
from typing import Any

_PATIENCE = 20.0  # seconds an answer may take before it counts as an error
_HEAD_END = b"\r\n\r\n"


class Client:
    """One connection and the requests it sends, each after the answer to the one before."""

    def __init__(self, port: int, requests: list[str]) -> None:
        self.port = port
        self.requests = [text.encode() for text in requests]
        self.sent = self.answered = 0
        self.started = 0.0
        self.buffer = b""
        self.sock = self._connected()

    def has_more(self) -> bool:
        """Whether there is a request left to send."""
        return self.sent < len(self.requests)

    def send(self) -> None:
        """The next request; small enough to fit into the socket's buffer at once."""
        self.buffer = b""
        self.started = time.perf_counter()
        self.sock.sendall(self.requests[self.sent])
        self.sent += 1

    def read(self) -> bytes | None:
        """The whole answer once it is there; b'' where the server has closed."""
        received = self.sock.recv(65536)
        self.buffer += received
        if not received:
            return b""
        head, found, body = self.buffer.partition(_HEAD_END)
        return self.buffer if found and len(body) >= _length(head) else None

    def reconnect(self) -> None:
        """A new connection in place of one that the server has closed."""
        self.sock.close()
        self.sock = self._connected()

    def _connected(self) -> socket.socket:
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return sock


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


class Run:
    """One measurement: warm up, measure until time or requests are over, let the rest finish."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.clients = [Client(job["port"], requests) for requests in job["clients"]]
        self.seconds, self.warmup = job["seconds"], job["warmup"]
        self.expected, self.needle = job["status"], job["contains"].encode()
        self.selector = selectors.DefaultSelector()
        self.waiting: dict[int, Client] = {}
        self.begin = self.end = float("inf")
        self.counted = 0
        self.latencies: list[float] = []
        self.errors: Counter[str] = Counter()

    def measure(self) -> dict[str, Any]:
        """Run it; the report."""
        for client in self.clients:
            self._watch(client)
            self._send(client)
        while self.waiting:
            ready = self.selector.select(timeout=0.5)
            for key, _ in ready:
                self._heard(key.data)
            if not ready and self._is_stuck():
                self.errors[f"no answer within {_PATIENCE:.0f} s"] += len(self.waiting)
                break
        end = min(self.end, time.perf_counter())
        return {
            "requests": self.counted,
            "answered": sum(client.answered for client in self.clients),
            "seconds": max(end - self.begin, 0.0),
            "latencies": self.latencies,
            "errors": dict(self.errors),
        }

    def _watch(self, client: Client) -> None:
        self.selector.register(client.sock, selectors.EVENT_READ, client)

    def _send(self, client: Client) -> None:
        client.send()
        self.waiting[id(client)] = client

    def _heard(self, client: Client) -> None:
        response = client.read()
        if response is None:
            return
        now = time.perf_counter()
        del self.waiting[id(client)]
        client.answered += 1
        self._count(client, response, now)
        if not response or b"\r\nconnection: close" in response.lower():
            self.selector.unregister(client.sock)
            client.reconnect()
            self._watch(client)
        self._go_on(client, now)

    def _go_on(self, client: Client, now: float) -> None:
        if self.begin == float("inf") and all(c.answered >= self.warmup for c in self.clients):
            self.begin, self.end = now, now + self.seconds
        if not client.has_more():
            self.end = min(self.end, now)  # whoever runs dry ends it for all: the load stays whole
        if now < self.end:
            self._send(client)

    def _count(self, client: Client, response: bytes, now: float) -> None:
        """Errors always; times of what was sent inside the window; the rate of what ended in it."""
        if response[9:12] != self.expected.encode() or self.needle not in response:
            self.errors[response[:400].decode(errors="replace") or "connection closed"] += 1
            return
        if self.begin <= client.started < self.end:
            self.latencies.append(now - client.started)
        if self.begin < now <= self.end:
            self.counted += 1

    def _is_stuck(self) -> bool:
        oldest = min(client.started for client in self.waiting.values())
        return time.perf_counter() - oldest > _PATIENCE


if __name__ == "__main__":
    json.dump(Run(json.load(sys.stdin)).measure(), sys.stdout)
