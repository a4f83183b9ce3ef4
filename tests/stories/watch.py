"""Looks at the emulator at every turn and at the service now and then, and notes violations."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import text

from evovoice.emulator.exchange import RestEntry
from tests.stories.invariants import (
    WAITED_FOR,
    Moment,
    Shown,
    at_any_time,
    policy_in_force,
    shown_against_truth,
)
from tests.stories.log_rules import contradictions
from tests.stories.stage import StoryStage
from tests.stories.truth import CarrierView, Party, Truth, address_of

_LOOK_EVERY = 5.0  # virtual seconds between looks at what the service shows
_RECENTLY = 20.0  # a call on its way into its conference is one still
_ALL_SESSIONS = text("SELECT id, version FROM call_sessions ORDER BY created_at, id")
_LINES = text("SELECT count(*) FROM session_events WHERE session_id = :id")
_OF_SESSION = re.compile(r"/twilio/sessions/[^/]+/([^/#?]+)/")


@dataclass(frozen=True, slots=True)
class Violation:
    """What was wrong, in the words of an invariant, and where in the story."""

    kind: str
    text: str
    at: float  # virtual seconds

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


class Watch:
    """Keeps since when each wrong condition holds; longer than its bound is a violation."""

    def __init__(self, stage: StoryStage) -> None:
        self._stage = stage
        self.truth = CarrierView(stage.twilio)
        self.now = Truth()
        self.before = Truth()
        self.shown: dict[str, Shown] = {}
        self.ended_by_us: set[str] = set()
        self.excused: set[str] = set()
        self.violations: list[Violation] = []
        self._since: dict[tuple[str, str], float] = {}
        self._told: set[tuple[str, str]] = set()
        self._looked_at = 0.0
        self._versions: dict[str, int] = {}
        self._awaited: dict[str, tuple[str, float, int, int]] = {}
        self._talked: dict[str, float] = {}  # when a leg had company last
        self._rung: Counter[tuple[str, str]] = Counter()
        self._away: set[str] = set()  # addresses of agents who take no calls
        self._not_rung: dict[str, frozenset[str]] = {}  # whom an incoming call must not ring
        self._dismissed: set[str] = set()  # who was told that somebody else has answered (C115)
        self._read = 0  # entries of the emulator's log of requests

    def violated(self, kind: str, what: str) -> None:
        """Note a violation, each once."""
        if (kind, what) not in self._told:
            self._told.add((kind, what))
            start = self._stage.twilio.exchange.network.clock.micros
            self.violations.append(Violation(kind, what, start / 1_000_000))

    def living_sessions(self) -> list[str]:
        """The sessions that are not shown as ended, the oldest first."""
        self.look()
        return [one for one, shown in self.shown.items() if not shown.ended]

    def supervisors(self, session_id: str) -> frozenset[str]:
        """The manager's legs in that session that are not shown as a party: they supervise, or did
        when it was shown last.
        """
        shown, address = self.shown.get(session_id), f"client:{self._stage.users['mia'].identity}"
        members = shown.members if shown else {}
        known = self.before.of(session_id) | self.now.of(session_id)
        own = [sid for sid, one in known.items() if one.address == address]
        return frozenset(s for s in own if s not in members or members[s].supervises)

    def takes_calls(self, address: str, *, takes: bool) -> None:
        """An agent has said whether they take calls. A call whose question is on its way yet may
        find them back.
        """
        (self._away.discard if takes else self._away.add)(address)
        if takes:
            self._not_rung = {sid: who - {address} for sid, who in self._not_rung.items()}

    def call_comes_in(self, call_sid: str) -> None:
        """Who does not take calls by now is not rung by it (C99)."""
        self._not_rung[call_sid] = frozenset(self._away)

    def rung(self) -> Counter[tuple[str, str]]:
        """How often each address was dialled into each session, by the emulator's own log."""
        log = self._stage.twilio.exchange.rest_log
        for entry in islice(log, self._read, None):
            self._read += 1
            self._note_dismissed(entry)
            if entry.method != "POST" or not entry.path.endswith("/Participants.json"):
                continue
            params = dict(entry.params)
            found = _OF_SESSION.search(params.get("StatusCallback", ""))
            if found and entry.status == 201:
                self._rung[found.group(1), params["To"]] += 1
        return self._rung

    def _note_dismissed(self, entry: RestEntry) -> None:
        if "somebody else has just taken" in dict(entry.params).get("Twiml", ""):
            self._dismissed.add(entry.path.rpartition("/")[2].removesuffix(".json"))

    # --- the service -----------------------------------------------------------------------------

    def look(self) -> None:
        """Read what the service shows of every session that has changed since the last look."""
        with self._stage.context.database.reading() as work:
            versions = {str(row[0]): row[1] for row in work.connection.execute(_ALL_SESSIONS).all()}
        for session_id, version in versions.items():
            if self._versions.get(session_id) != version:
                self._read_session(session_id)
        self._versions = versions
        self._looked_at = self._stage.seconds

    def _read_session(self, session_id: str) -> None:
        answer = self._stage.ask("mia", "GET", f"/sessions/{session_id}")
        if answer is None or answer.status_code != 200:
            return
        shown = Shown.of(answer.json)
        self.truth.roots[shown.call_sid] = session_id
        self.shown[session_id] = shown

    def log_of(self, session_id: str) -> list[dict[str, Any]]:
        """The lines of that session's log."""
        answer = self._stage.ask("mia", "GET", f"/sessions/{session_id}/events?count=1000")
        return list(answer.json["events"]) if answer is not None else []

    def log_length(self, session_id: str) -> int:
        """How many lines there are."""
        with self._stage.context.database.reading() as work:
            return int(work.connection.execute(_LINES, {"id": session_id}).scalar_one())

    # --- looking ---------------------------------------------------------------------------------

    def tick(self) -> None:
        """Compare; called whenever a little time has passed."""
        if self._stage.seconds - self._looked_at >= _LOOK_EVERY:
            self.look()
            self.now = self.truth.look()
            self._judge("shown", shown_against_truth(self.shown, self.now))
        else:
            self.now = self.truth.look()
        self._judge("now", at_any_time(self.shown, self.now))
        self._judge_drops()
        self._judge_presence()
        for report in self._stage.refused_reports:
            self.violated("webhook refused", report)

    def _judge_presence(self) -> None:
        for leg in self._stage.twilio.living_calls() if self._not_rung else ():
            if address_of(leg) in self._not_rung.get(leg.parent_sid or "", ()):
                self.violated("rung while not ready", "an agent who takes no calls")

    def _judge(self, group: str, found: list[Moment]) -> None:
        now, present = self._stage.seconds, set()
        for moment in found:
            key = (f"{group} {moment.kind}", moment.key)
            present.add(key)
            since = max(self._since.setdefault(key, now), self._stage.disturbed_until)
            if now - since > moment.bound:
                self.violated(moment.kind, moment.text)
        for key in [one for one in self._since if one[0].startswith(group) and one not in present]:
            del self._since[key]

    def _judge_drops(self) -> None:
        """Of two or more who talked, one is gone without a reason, and the others had not left."""
        now = self._stage.seconds
        self.rung()
        for session_id, before in self.before.sessions.items():
            talking = {sid for sid in before if now - self._talked.get(sid, 0.0) < _RECENTLY}
            stayed = talking - self.excused - self._dismissed - self.supervisors(session_id)
            stayed -= {sid for sid, one in before.items() if one.is_machine}
            gone = stayed - self.now.of(session_id).keys()
            if not gone or session_id in self.ended_by_us:
                continue
            if self._is_over_by_policy(session_id, [before[sid] for sid in stayed]):
                continue
            who = " and ".join(
                sorted("an agent" if before[sid].is_ours else "an outside party" for sid in gone)
            )
            if len(stayed) > 1:
                self.violated("dropped", f"{who} of {len(stayed)} who talked")
            elif self._awaits(session_id):
                self.violated("dropped", f"{who} before anybody was rung for them")
        for parties in self.now.sessions.values():
            self._talked.update((sid, now) for sid, one in parties.items() if one.company)
        self.before = self.now

    def _is_over_by_policy(self, session_id: str, stayed: list[Party]) -> bool:
        """Whether nobody is left of those whom the call's end policy waits for."""
        shown = self.shown.get(session_id)
        waits_for_ours = WAITED_FOR.get(policy_in_force(shown, self.now)) if shown else None
        return waits_for_ours is not None and all(
            one.is_ours is not waits_for_ours for one in stayed
        )

    def expect(self, session_id: str, address: str) -> None:
        """Whoever stays waits for that party, who was asked for before the agent went."""
        self._awaited[session_id] = (
            address,
            self._stage.seconds,
            *self._so_far(session_id, address),
        )

    def expect_nobody(self, session_id: str) -> None:
        """The agent was told that nobody comes."""
        self._awaited.pop(session_id, None)

    def _awaits(self, session_id: str) -> bool:
        """Whether nobody has been rung since, and nothing else has gone wrong."""
        address, since, *before = self._awaited.get(session_id, ("", -_RECENTLY, 0, 0))
        if self._stage.seconds - since > _RECENTLY:
            return False
        return before == list(self._so_far(session_id, address))

    def _so_far(self, session_id: str, address: str) -> tuple[int, int]:
        return self.rung()[session_id, address], len(self._stage.struck)

    def judge_logs(self) -> None:
        """At the end of a story: every session's log."""
        for session_id in self.shown:
            for what in contradictions(self.log_of(session_id)):
                self.violated("log", what)
