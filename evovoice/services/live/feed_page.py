"""A page of the feed with the sessions and the lines of the log that somebody wants to hear of."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import SessionEvent
from evovoice.domain.notifications import NotificationKind
from evovoice.services.live.agents_told import AgentTold, agent_id_of, agents_told
from evovoice.services.live.listener import AGENT_PLACE, PLACES, Interest
from evovoice.services.live.speech_told import speech_told
from evovoice.storage.unit_of_work import Change, SessionKey, UnitOfWork

_MOST_LINES = 200  # of one session in one page; nothing adds so many within a moment

_Lines = list[tuple[int, SessionEvent]]


@dataclass(frozen=True, slots=True)
class Event:
    """One event as somebody is to hear it. `user_id`: to whom alone it is addressed.

    With an `agent` it tells whether they take calls. Without that and without a session it tells
    that events were missed, and that all has to be read again.
    """

    id: int
    kind: NotificationKind
    user_id: str | None = None
    sequence: int | None = None
    session: CallSession | None = None
    agent: AgentTold | None = None


@dataclass(frozen=True, slots=True)
class MemberEvent:
    """What happened to one party: a line of the session's log, with its number (C98).

    It is sent before the events of its change, and has no id of its own in the stream: whoever is
    cut off in between hears it again. `id`: of the first event of its change. Who speaks is no line
    of the log, and has no number (C113).
    """

    id: int
    session_id: str
    sequence: int | None
    line: SessionEvent


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Changes in their order, and what is told of them: sessions as they are now. `speech`: who
    speaks, by the position of the change that tells it.

    `last_told`: of each session the position of the last change that tells of its SessionInfo.
    """

    changes: Sequence[Change]
    sessions: dict[SessionKey, CallSession]
    lines: dict[SessionKey, _Lines]
    agents: dict[str, AgentTold]
    speech: dict[int, SessionEvent]
    last_told: frozenset[int]

    def events(self, interest: Interest) -> Iterator[Event | MemberEvent]:
        """What somebody with that interest is to hear."""
        for change in self.changes:
            if not interest.covers(change):
                continue
            session = self.sessions.get(_key(change))
            if session is not None and interest.members:
                hidden = frozenset() if interest.user.oversees else _hidden(session)
                yield from self._member_events(change, hidden)
                yield from self._speech_event(change, hidden)
            if session is not None:
                yield from _events(change, session, interest)
            if interest.members:
                yield from self._agent_events(change, session)

    def merged_events(self, interest: Interest) -> Iterator[Event | MemberEvent]:
        """The same, for changes of one moment: of several of one session only the last says that
        its SessionInfo has changed, since each would carry the same one (C75).
        """
        for event in self.events(interest):
            is_info = isinstance(event, Event) and event.kind is NotificationKind.INFO
            if not is_info or event.id // PLACES in self.last_told:
                yield event

    def _agent_events(self, change: Change, session: CallSession | None) -> Iterator[Event]:
        agent = self.agents.get(agent_id_of(change, session) or "")
        if agent is not None:
            event_id = change.position * PLACES + AGENT_PLACE
            yield Event(event_id, NotificationKind.AGENT, agent=agent)

    def _member_events(self, change: Change, hidden: frozenset[str]) -> Iterator[MemberEvent]:
        if change.sequence_before is None:
            return
        for sequence, line in self.lines.get(_key(change), ()):
            is_told = line.member_id and line.member_id not in hidden
            if change.sequence_before < sequence <= change.sequence and is_told:
                yield MemberEvent(change.position * PLACES, change.session_id, sequence, line)

    def _speech_event(self, change: Change, hidden: frozenset[str]) -> Iterator[MemberEvent]:
        line = self.speech.get(change.position)
        if line is not None and line.member_id not in hidden:
            yield MemberEvent(change.position * PLACES, change.session_id, None, line)


def feed_page(
    work: UnitOfWork, changes: Sequence[Change], interests: Sequence[Interest], now: datetime
) -> FeedPage:
    """Those changes, with what anybody of these wants to hear of them."""
    sessions = work.sessions.several(_wanted(changes, interests))
    detailed = _wanted(changes, [interest for interest in interests if interest.members])
    own = [change for change in changes if _key(change) in detailed]
    agents, speech = agents_told(work, own, sessions, now), speech_told(work, own, sessions)
    return FeedPage(changes, sessions, _lines(work, own), agents, speech, _last_told(changes))


def _events(change: Change, session: CallSession, interest: Interest) -> Iterator[Event]:
    for index, told in enumerate(change.notifications):
        if interest.is_addressed(told):
            user_id = interest.user.id if told.users else None
            event_id = change.position * PLACES + index
            yield Event(event_id, told.kind, user_id, change.sequence, session)


def _hidden(session: CallSession) -> frozenset[str]:
    """Those who supervise and whom agents are not told of (C103)."""
    return frozenset(member.id for member in session.members if member.is_hidden)


def _last_told(changes: Iterable[Change]) -> frozenset[int]:
    """What another version has stored may tell nothing here: the change before it counts then."""
    telling = (
        change
        for change in changes
        if any(told.kind is NotificationKind.INFO for told in change.notifications)
    )
    return frozenset({_key(change): change.position for change in telling}.values())


def _wanted(changes: Iterable[Change], interests: Sequence[Interest]) -> set[SessionKey]:
    """The sessions of which any of them is told; who speaks interests those who ask for parties."""
    return {
        _key(one)
        for one in changes
        if any((each.members or one.speech_of is None) and each.covers(one) for each in interests)
    }


def _lines(work: UnitOfWork, changes: Iterable[Change]) -> dict[SessionKey, _Lines]:
    """The lines that these changes have added, by session."""
    first: dict[SessionKey, int] = {}
    for change in changes:
        if change.sequence_before is not None and change.sequence_before < change.sequence:
            first.setdefault(_key(change), change.sequence_before)
    return {
        key: work.sessions.events(*key, after=after, count=_MOST_LINES)
        for key, after in first.items()
    }


def _key(change: Change) -> SessionKey:
    return SessionKey(change.account_id, change.session_id)
