"""The few bytes of RTP that a mu-law stream needs (RFC 3550); RTCP is neither read nor sent."""

import struct
from dataclasses import dataclass

PCMU = 0  # the static payload type of mu-law (RFC 3551)

_HEADER = struct.Struct("!BBHII")
_VERSION, _MARKER = 0x80, 0x80
_RTP_FIRST_BYTES, _RTCP_SECOND_BYTES = range(128, 192), range(192, 224)  # RFC 7983, RFC 5761


@dataclass(frozen=True, slots=True)
class Packet:
    """What of a packet counts here."""

    payload_type: int
    sequence: int
    payload: bytes


def is_media(datagram: bytes) -> bool:
    """RTP or RTCP, that is neither STUN nor DTLS."""
    return len(datagram) > 1 and datagram[0] in _RTP_FIRST_BYTES


def is_rtcp(datagram: bytes) -> bool:
    """Of something that `is_media`."""
    return datagram[1] in _RTCP_SECOND_BYTES


def read(data: bytes) -> Packet | None:
    """None for what is no whole packet; sources and header extension are passed over."""
    if len(data) < _HEADER.size:
        return None
    first, second, sequence, _, _ = _HEADER.unpack_from(data)
    start, end = _HEADER.size + 4 * (first & 15), len(data)
    if first & 0x10:
        if len(data) < start + 4:
            return None
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4])
    if first & 0x20:
        end -= data[-1]
    return Packet(second & 127, sequence, data[start:end]) if start <= end else None


def write(sequence: int, timestamp: int, source: int, payload: bytes, *, first: bool) -> bytes:
    """A packet of mu-law; `first` marks the beginning of the stream."""
    marked = PCMU | (_MARKER if first else 0)
    return _HEADER.pack(_VERSION, marked, sequence, timestamp, source) + payload
