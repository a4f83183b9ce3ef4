"""What is used of aiortc and aioice that they promise nobody, in one place.

A leg by aiortc's own means costs eight times as much, most of it for objects and a thread per leg.
So aiortc does SDP, ICE and DTLS, and RTP is read and written beside it. Both are pinned exactly,
and `check` says at start what a new version has taken away.
"""

from asyncio import DatagramTransport
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import aioice.ice
from aioice.ice import StunProtocol
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpTransceiver

HOST = "127.0.0.1"

_OF_A_CONNECTION = ("_nominated", "_protocols")
_OF_DTLS = ("_rx_srtp", "_tx_srtp")
_OF_A_SENDER = ("_ssrc", "send", "stop")
_OF_A_RECEIVER = ("receive", "stop")


class PartMissing(Exception):
    """The message names it."""


@dataclass(frozen=True, slots=True)
class Route:
    """How packets leave for one browser."""

    transport: DatagramTransport
    address: tuple[str, int]
    protect: Callable[[bytes], bytes]
    source: int  # the SSRC that our SDP has promised

    def send(self, packet: bytes) -> None:
        """Lost where the socket is closed already: a browser is gone before anybody says so."""
        if not self.transport.is_closing():
            self.transport.sendto(self.protect(packet), self.address)


def use_loopback_only() -> None:
    """Browsers are on this machine; aioice leaves loopback out, and offers all else."""
    aioice.ice.get_host_addresses = _loopback


def _loopback(use_ipv4: bool, use_ipv6: bool) -> list[str]:  # noqa: ARG001
    return [HOST]


def new_connection() -> tuple[RTCPeerConnection, RTCRtpTransceiver]:
    """It asks no STUN server, though by default it would ask a public one."""
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    return connection, connection.addTransceiver("audio", "sendrecv")


def silence_own_loops(transceiver: RTCRtpTransceiver) -> None:
    """aiortc neither encodes nor decodes: no track, no thread, no reports."""
    for part, names in (
        (transceiver.sender, ("send", "stop")),
        (transceiver.receiver, ("receive", "stop")),
    ):
        for name in names:
            setattr(part, name, _nothing)


async def _nothing(*_: object) -> None:
    """In place of a loop."""


def intercept(transceiver: RTCRtpTransceiver, take: Callable[[bytes], bool]) -> None:
    """Once its sockets are open: datagrams that `take` takes never come to aiortc."""
    for protocol in _ice(transceiver)._protocols:
        _intercept(protocol, take)


def _intercept(protocol: StunProtocol, take: Callable[[bytes], bool]) -> None:
    pass_on = protocol.datagram_received

    def received(data: bytes | str, address: tuple[Any, ...]) -> None:
        if not (isinstance(data, bytes) and take(data)):
            pass_on(data, address)

    setattr(protocol, "datagram_received", received)  # noqa: B010 - a method, to mypy


def unprotect(transceiver: RTCRtpTransceiver, datagram: bytes) -> bytes | None:
    """None before there are keys. Errors: `pylibsrtp.Error` for what is not from that browser."""
    session = transceiver.receiver.transport._rx_srtp
    return session.unprotect(datagram) if session else None


def route_of(transceiver: RTCRtpTransceiver) -> Route:
    """Once it is connected."""
    pair = _ice(transceiver)._nominated[1]
    protect = transceiver.receiver.transport._tx_srtp.protect
    source = transceiver.sender._ssrc
    return Route(pair.protocol.transport, pair.remote_addr, protect, source)


def _ice(transceiver: RTCRtpTransceiver) -> aioice.ice.Connection:
    return transceiver.receiver.transport.transport._connection


async def check() -> None:
    """Errors: `PartMissing`."""
    if not callable(getattr(aioice.ice, "get_host_addresses", None)):
        raise PartMissing("aioice.ice.get_host_addresses")
    if not callable(getattr(StunProtocol, "datagram_received", None)):
        raise PartMissing("StunProtocol.datagram_received")
    connection, transceiver = new_connection()
    try:
        dtls = transceiver.receiver.transport
        require(transceiver.sender, _OF_A_SENDER)
        require(transceiver.receiver, _OF_A_RECEIVER)
        require(dtls, _OF_DTLS)
        require(dtls.transport, ("_connection",))
        require(_ice(transceiver), _OF_A_CONNECTION)
    finally:
        await connection.close()


def require(owner: object, names: Iterable[str]) -> None:
    """Errors: `PartMissing`."""
    for name in names:
        if not hasattr(owner, name):
            raise PartMissing(f"{type(owner).__name__}.{name}")
