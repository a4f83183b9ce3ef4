"""What the exchange remembers: every living call and conference, and the latest ended ones."""

from collections import deque
from collections.abc import Iterator

from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.recording import Recording
from evovoice.emulator.state.room import Room


class LegRegister:
    """Legs by sid, in the order of their creation."""

    def __init__(self, remembered: int) -> None:
        self._legs: dict[str, Leg] = {}
        self._ended: deque[str] = deque()
        self._remembered = remembered

    def __iter__(self) -> Iterator[Leg]:
        return iter(self._legs.values())

    def add(self, leg: Leg) -> None:
        """A new leg."""
        self._legs[leg.sid] = leg

    def get(self, sid: str) -> Leg | None:
        """The leg with that sid, if it is remembered."""
        return self._legs.get(sid)

    def forget(self, sid: str) -> None:
        """DELETE of a call: the record goes, the leg does not (R13)."""
        self._legs.pop(sid, None)

    def note_end(self, leg: Leg) -> None:
        """Keep memory flat: the oldest ended legs make room."""
        self._ended.append(leg.sid)
        while len(self._ended) > self._remembered:
            self.forget(self._ended.popleft())


class RoomRegister:
    """Rooms by sid; of the living ones also by name (R20) and region (10.1)."""

    def __init__(self, remembered: int) -> None:
        self._rooms: dict[str, Room] = {}
        self._active: dict[str, list[Room]] = {}
        self._ended: deque[str] = deque()
        self._remembered = remembered

    def __iter__(self) -> Iterator[Room]:
        return iter(self._rooms.values())

    def add(self, room: Room) -> None:
        """A new room, the one its name means in its region from now on."""
        self._rooms[room.sid] = room
        self._active.setdefault(room.name, []).append(room)

    def get(self, sid: str) -> Room | None:
        """The room with that sid, ended or not."""
        return self._rooms.get(sid)

    def active(self, name: str, wish: str | None, region: str) -> Room | None:
        """The living room of that name for a leg of this region, which may wish for another.

        A wish that names a room's region leads there from everywhere; otherwise legs of one
        region meet, wherever the first of them put the room.
        """
        rooms = self._active.get(name, ())
        wished = [room for room in rooms if room.region == (wish or region)]
        near = [room for room in rooms if room.opened_in == region]
        return next(iter((*wished, *near)), None)

    def note_end(self, room: Room) -> None:
        """The name is free again, and the oldest ended rooms make room."""
        alike = self._active.get(room.name, [])
        if room in alike:
            alike.remove(room)
        if not alike:
            self._active.pop(room.name, None)
        self._ended.append(room.sid)
        while len(self._ended) > self._remembered:
            self._rooms.pop(self._ended.popleft(), None)


class RecordingRegister:
    """Recordings by sid, in the order of their start."""

    def __init__(self, remembered: int) -> None:
        self._recordings: dict[str, Recording] = {}
        self._remembered = remembered

    def __iter__(self) -> Iterator[Recording]:
        return iter(self._recordings.values())

    def add(self, recording: Recording) -> None:
        """A new recording; the oldest makes room if it is over."""
        self._recordings[recording.sid] = recording
        oldest = next(iter(self._recordings.values()))
        if len(self._recordings) > self._remembered and oldest.over:
            self.forget(oldest.sid)

    def forget(self, sid: str) -> None:
        """DELETE of a recording."""
        self._recordings.pop(sid, None)
