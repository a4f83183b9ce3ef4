"""Whoever connects while a socket is about to be closed is not let in, so nobody is reset."""

import socket
from collections.abc import Iterator

import pytest

from evovoice.connections import syn_filter

SOON = 0.3  # seconds; a dropped SYN is sent again after one


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(SOON)
        yield listener


def _connect(listener: socket.socket, patience: float = SOON) -> socket.socket:
    return socket.create_connection(listener.getsockname(), timeout=patience)


def test_nobody_connects_meanwhile_and_everybody_does_afterwards(listener: socket.socket) -> None:
    with syn_filter.installed(listener), pytest.raises(TimeoutError):
        _connect(listener)
    with _connect(listener):
        listener.accept()[0].close()


def test_who_waits_already_is_let_in_and_served(listener: socket.socket) -> None:
    with _connect(listener) as client, syn_filter.installed(listener):
        served, _ = listener.accept()
        with served:
            client.sendall(b"asked")
            assert b"asked" == served.recv(5)
            served.sendall(b"told")
            assert b"told" == client.recv(4)


def test_filter_that_another_process_left_is_removed(listener: socket.socket) -> None:
    """As by a worker that was killed while it ended."""
    left = syn_filter.installed(listener)
    left.__enter__()
    syn_filter.remove(listener)
    _connect(listener).close()


def test_where_nothing_was_installed_nothing_is_removed(listener: socket.socket) -> None:
    syn_filter.remove(listener)
    _connect(listener).close()


def test_socket_of_the_file_system_is_left_alone() -> None:
    with socket.socket(socket.AF_UNIX) as unbound, syn_filter.installed(unbound):
        syn_filter.remove(unbound)
