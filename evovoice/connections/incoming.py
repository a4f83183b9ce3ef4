"""One request as its bytes arrive: where it ends, long before anybody reads what it says."""

import re
from dataclasses import dataclass

MOST_HEAD = 32 * 1024  # bytes of request line and fields
MOST_BODY = 256 * 1024  # bytes; the most that any operation reads (contract 5)
_MOST_FRAMED = 4 * MOST_BODY  # bytes of a chunked body with its sizes
_LONGEST_SIZE = 256  # characters of the line with a chunk's size
_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"\ncontent-length:[ \t]*([0-9]{1,15})[ \t]*\r", re.IGNORECASE)
_CODING = re.compile(rb"\ntransfer-encoding:[ \t]*([^\r\n]*?)[ \t]*\r", re.IGNORECASE)
_CONTINUE = re.compile(rb"\nexpect:[ \t]*100-continue[ \t]*\r", re.IGNORECASE)
_SIZE = re.compile(rb"[0-9a-fA-F]{1,8}")


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a request cannot be taken: what the refusal says of it (contract 5)."""

    status: int
    name: str
    code: str = "SerializationException"


LONG_HEAD = Flaw(431, "Request Header Fields Too Large")
LONG_BODY = Flaw(413, "Request Entity Too Large", "BodyTooLarge")
LATE = Flaw(408, "Request Timeout")
CUT_SHORT = Flaw(400, "Bad Request")


class IncomingRequest:
    """Collects bytes until they are a request.

    It looks only for the end. Whatever is odd counts as ended, so that the parser, which is
    given these bytes and no others, refuses it.
    """

    def __init__(self) -> None:
        self._data = bytearray()
        self._head = 0  # where it ends; nothing ends at 0
        self._end: int | None = None
        self._chunk = 0  # where the next chunk's size stands, in a chunked body
        self._payload = 0  # bytes in the chunks before it
        self.flaw: Flaw | None = None
        self.is_cut = False  # its body is too long, and is left where it is

    def add(self, data: bytes) -> None:
        """Note what has arrived."""
        seen = len(self._data)
        self._data += data
        if not self._head:
            self._find_head(max(0, seen - 3))
        if self._chunk and self._end is None:
            self._follow_chunks()

    @property
    def has_begun(self) -> bool:
        """Whether anything has arrived."""
        return bool(self._data)

    @property
    def has_head(self) -> bool:
        """Whether only the body is missing, if anything."""
        return bool(self._head)

    @property
    def is_whole(self) -> bool:
        """Whether it can be served, or refused by the parser."""
        return self._end is not None and self._end <= len(self._data)

    def expects_continue(self) -> bool:
        """Whether the client sends its body once it is told to."""
        return not self.is_whole and bool(_CONTINUE.search(self._data, 0, self._head))

    def take(self) -> tuple[bytes, bytes]:
        """The bytes of the request, and those of the next."""
        return bytes(self._data[: self._end]), bytes(self._data[self._end :])

    def _find_head(self, start: int) -> None:
        found = _END.search(self._data, start)
        if found is None or found.end() > MOST_HEAD:
            self.flaw = LONG_HEAD if len(self._data) > MOST_HEAD else None
            return
        self._head = found.end()
        lengths = _LENGTH.findall(self._data, 0, self._head)
        codings = _CODING.findall(self._data, 0, self._head)
        if not lengths and [each.lower() for each in codings] == [b"chunked"]:
            self._chunk = self._head
            return
        length = int(lengths[0]) if len(lengths) == 1 and not codings else 0
        self.is_cut = length > MOST_BODY
        self._end = self._head + (0 if self.is_cut else length)

    def _follow_chunks(self) -> None:
        """Go from size to size; nonsense ends the request, for the parser to say so."""
        while (line_end := self._data.find(b"\r\n", self._chunk)) >= 0:
            size = _SIZE.fullmatch(self._data[self._chunk : line_end].partition(b";")[0].strip())
            if size is None:
                self._end = len(self._data)
                return
            length = int(size[0], 16)
            if not length:
                self._find_end_of_trailers(line_end)
                return
            if self._payload + length > MOST_BODY or line_end - self._head > _MOST_FRAMED:
                self.flaw = LONG_BODY
                return
            if line_end + 2 + length + 2 > len(self._data):
                return
            self._chunk, self._payload = line_end + 2 + length + 2, self._payload + length
        if len(self._data) - self._chunk > _LONGEST_SIZE:
            self._end = len(self._data)

    def _find_end_of_trailers(self, start: int) -> None:
        end = self._data.find(b"\r\n\r\n", start)
        if end >= 0:
            self._end = end + 4
        elif len(self._data) - start > MOST_HEAD:
            self.flaw = LONG_HEAD
