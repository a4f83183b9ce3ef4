"""What the exchange remembers: every living call and conference, and the latest ended ones."""

from collections import deque
from collections.abc import Iterator

from evovoice.emulator.state.conference import Conference
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.recording import Recording


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


class ConferenceRegister:
    """Conferences by sid; of the living ones also by name (R20) and region (10.1)."""

    def __init__(self, remembered: int) -> None:
        self._conferences: dict[str, Conference] = {}
        self._active: dict[str, list[Conference]] = {}
        self._ended: deque[str] = deque()
        self._remembered = remembered

    def __iter__(self) -> Iterator[Conference]:
        return iter(self._conferences.values())

    def add(self, conference: Conference) -> None:
        """A new conference, the one its name means in its region from now on."""
        self._conferences[conference.sid] = conference
        self._active.setdefault(conference.name, []).append(conference)

    def get(self, sid: str) -> Conference | None:
        """The conference with that sid, ended or not."""
        return self._conferences.get(sid)

    def active(self, name: str, wish: str | None, region: str) -> Conference | None:
        """The living conference of that name for a leg of `region`; `wish` is a region it names.

        A wish that names the region of a conference leads there from everywhere; otherwise legs of
        one region meet, wherever the first of them opened it.
        """
        conferences = self._active.get(name, ())
        wished = [conference for conference in conferences if conference.region == (wish or region)]
        near = [conference for conference in conferences if conference.opened_in == region]
        return next(iter((*wished, *near)), None)

    def note_end(self, conference: Conference) -> None:
        """The name is free again, and the oldest ended conferences are forgotten."""
        alike = self._active.get(conference.name, [])
        if conference in alike:
            alike.remove(conference)
        if not alike:
            self._active.pop(conference.name, None)
        self._ended.append(conference.sid)
        while len(self._ended) > self._remembered:
            self._conferences.pop(self._ended.popleft(), None)


class RecordingRegister:
    """Recordings by sid, in the order of their start."""

    def __init__(self, remembered: int) -> None:
        self._recordings: dict[str, Recording] = {}
        self._remembered = remembered

    def __iter__(self) -> Iterator[Recording]:
        return iter(self._recordings.values())

    def __contains__(self, recording: Recording) -> bool:
        return recording.sid in self._recordings

    def add(self, recording: Recording) -> None:
        """A new recording; the oldest makes room if it is over."""
        self._recordings[recording.sid] = recording
        oldest = next(iter(self._recordings.values()))
        if len(self._recordings) > self._remembered and oldest.over:
            self.forget(oldest.sid)

    def forget(self, sid: str) -> None:
        """DELETE of a recording."""
        self._recordings.pop(sid, None)
