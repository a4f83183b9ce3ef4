"""The connection with one browser: 20 ms of mu-law in, 20 ms out, and all that it needs for it."""

import random
from collections.abc import Callable
from dataclasses import dataclass

import pylibsrtp
from aiortc import RTCRtpSender, RTCSessionDescription

from evovoice.emulator.audio import private_parts, rtp
from evovoice.emulator.audio.jitter_buffer import JitterBuffer
from evovoice.emulator.audio.ulaw import FRAME

_PCMU = [
    codec
    for codec in RTCRtpSender.getCapabilities("audio").codecs
    if codec.mimeType.lower() == "audio/pcmu"
]


@dataclass(frozen=True, slots=True)
class PeerEvents:
    """`lost`: sound stopped for good, though nobody called `close`."""

    connected: Callable[[], None]
    lost: Callable[[str], None]


class Peer:
    """It answers an offer, or offers and takes the answer; both with mu-law alone.

    SDPs of browsers have no candidate: aioice learns the browser's address from its first check,
    and waits for that as long as the SDP does not say that candidates are over.
    """

    def __init__(self, events: PeerEvents) -> None:
        self._events = events
        self._connection, self._transceiver = private_parts.new_connection()
        self._transceiver.setCodecPreferences(_PCMU)
        private_parts.silence_own_loops(self._transceiver)
        self._connection.on("connectionstatechange", self._changed)
        self._buffer = JitterBuffer()
        self._route: private_parts.Route | None = None
        self._closed = False
        # In the lower half: numbers that begin again soon after the start are read wrongly by some.
        self._sequence = random.randrange(1 << 15)  # noqa: S311 - nothing to guess
        self._timestamp = random.randrange(1 << 31)  # noqa: S311
        self._is_first = True

    async def answer(self, sdp: str) -> str:
        """Our SDP to that of a browser. Errors: whatever aiortc finds wrong with it."""
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        return await self._describe(await self._connection.createAnswer())

    async def offer(self) -> str:
        """Our SDP."""
        return await self._describe(await self._connection.createOffer())

    async def take_answer(self, sdp: str) -> None:
        """The browser's. Errors: as `answer`."""
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def close(self) -> None:
        """The browser is told, as far as it still listens."""
        self._closed, self._route = True, None
        await self._connection.close()

    def take(self) -> bytes:
        """What was said in the next 20 ms."""
        return self._buffer.take()

    def send(self, frame: bytes) -> None:
        """What the browser hears for 20 ms; time goes on for it before it is connected too."""
        route = self._route
        if route is not None:
            packet = rtp.write(
                self._sequence, self._timestamp, route.source, frame, first=self._is_first
            )
            route.send(packet)
            self._sequence, self._is_first = (self._sequence + 1) & 0xFFFF, False
        self._timestamp = (self._timestamp + FRAME) & 0xFFFFFFFF

    async def _describe(self, description: RTCSessionDescription) -> str:
        await self._connection.setLocalDescription(description)
        private_parts.intercept(self._transceiver, self._received)
        return str(self._connection.localDescription.sdp)

    def _received(self, datagram: bytes) -> bool:
        """Whether it is ours to read."""
        if not rtp.is_media(datagram):
            return False
        if not rtp.is_rtcp(datagram):
            self._take_packet(datagram)
        return True

    def _take_packet(self, datagram: bytes) -> None:
        try:
            data = private_parts.unprotect(self._transceiver, datagram)
        except pylibsrtp.Error:
            return  # of somebody else, or a second time
        packet = rtp.read(data) if data else None
        if packet is not None and packet.payload_type == rtp.PCMU:
            self._buffer.put(packet.sequence, packet.payload)

    def _changed(self) -> None:
        state = self._connection.connectionState
        if state == "connected" and self._route is None and not self._closed:
            self._route = private_parts.route_of(self._transceiver)
            self._events.connected()
        elif state in {"closed", "failed"} and not self._closed:
            self._route = None
            self._events.lost(f"its connection is {state}")
