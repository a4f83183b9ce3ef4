"""What answers have promised: a 2xx is done or its failure told, an error never happens later."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from tests.stories.line import BREAKS
from tests.stories.stage import StoryStage
from tests.stories.watch import Watch

_BOUND = 65.0  # seconds until what was answered is so, or told as failed
_STAYS = frozenset({"CarrierReport", "ConversionFailed"})  # what tells that somebody does not go
_FAILURES = _STAYS | {"MemberFailed", "MemberLeft", "MemberRemoved"}


@dataclass(slots=True)
class Promise:
    """A 2xx: the member `subject` rings, is gone, or has that flag; `target` is address or SID."""

    kind: str
    session_id: str
    subject: str
    target: str
    flag: str = ""
    wish: Any = None
    made_at: float = 0.0
    begun: int = 0  # the number of its command; of two that overlap the later one has the last word
    logged: int = 0  # lines in the log when its command began
    rung: int = 0  # how often that address had been rung before it was asked


@dataclass(frozen=True, slots=True)
class Begun:
    """A command: the how many-th of the story it is; how many faults had struck before it, and how
    many lines the log of its session had.
    """

    number: int = 0
    struck: int = 0
    logged: int = 0


@dataclass(frozen=True, slots=True)
class Frozen:
    """An error: none of these legs may come to have that flag by this command any more."""

    flag: str
    wish: Any
    before: dict[str, Any]


class Ledger:
    """Compares answers with what the carrier does."""

    def __init__(self, stage: StoryStage, watch: Watch) -> None:
        self._stage = stage
        self._watch = watch
        self._allowed: Counter[tuple[str, str]] = Counter()  # rings, by session and address
        self._promises: list[Promise] = []
        self._frozen: dict[str, Frozen] = {}
        self._running: Counter[str] = Counter()
        self._transferring: set[str] = set()  # sessions whose holds may end with a transfer (C109)
        self._answered = Begun()  # the command whose answer came last
        self.commands = 0

    def command_begins(self, session_id: str) -> Begun:
        """What an earlier error forbade may be wished anew now."""
        self.commands += 1
        self._running[session_id] += 1
        self._frozen.pop(session_id, None)
        logged = self._watch.log_length(session_id)
        return Begun(self.commands, len(self._stage.struck), logged)

    def command_ends(self, session_id: str, begun: Begun) -> None:
        """The answer is there."""
        self._running[session_id] -= 1
        self._answered = begun

    def asked(self, session_id: str, address: str) -> int:
        """Somebody may be rung once more; how often they were so far."""
        self._allowed[session_id, address] += 1
        return self._watch.rung()[session_id, address]

    def refused(self, session_id: str, address: str) -> None:
        """Nobody is rung for that request any more."""
        key = (session_id, address)
        if self._watch.rung()[key] < self._allowed[key]:
            self._allowed[key] -= 1

    def transfers(self, session_id: str) -> None:
        """A transfer begins: whoever is on hold is released when it ends."""
        self._transferring.add(session_id)

    def freeze(self, session_id: str, sids: list[str], flag: str, wish: Any) -> None:
        """An error: what is not so by now stays as it is, unless somebody has wished it meanwhile,
        or the error is that of one leg and the order for another one stands (contract C78): one of
        this command, or of an earlier one that wished the same.
        """
        struck = self._stage.struck[self._answered.struck :]
        if flag == "held" and session_id in self._transferring:
            return
        if self.commands > self._answered.number or (len(sids) > 1 and _leaves_in_doubt(struck)):
            return
        parties = self._watch.truth.look().of(session_id)
        stands = {one.target for one in self._promises if _wishes(one, session_id, flag, wish)}
        free = [sid for sid in sids if sid in parties and sid not in stands]
        before = {sid: getattr(parties[sid], flag) for sid in free}
        self._frozen[session_id] = Frozen(flag, wish, before)

    def promise(self, promise: Promise) -> None:
        """A 2xx; what it changes is no longer expected of earlier ones. Its failure may have been
        told by now: an order that stands is tried again while its answer is on the way.
        """
        promise.made_at, promise.begun = self._stage.seconds, self._answered.number
        promise.logged = self._answered.logged
        if any(_replaces(one, promise) for one in self._promises if one.begun > promise.begun):
            return
        if promise.kind == "flag":
            self._promises = [one for one in self._promises if not _replaces(promise, one)]
        self._promises.append(promise)

    def forget_flags(self, session_id: str, sids: list[str]) -> None:
        """What was wished of these legs is over, by a command that promises nothing of them."""
        self._promises = [
            one
            for one in self._promises
            if one.kind != "flag" or one.session_id != session_id or one.target not in sids
        ]

    # --- checks -------------------------------------------------------------------------------

    def check(self) -> None:
        """At any moment: rings, late effects, and promises whose time is over."""
        self._check_rings()
        self._check_frozen()
        self._promises = [one for one in self._promises if not self._is_released(one)]
        due = [one for one in self._promises if self._is_due(one)]
        for promise in due:
            self._promises.remove(promise)
            if not self._is_kept(promise) and not self._is_told(promise):
                self._watch.violated("2xx did not happen", _sentence(promise))

    def _check_rings(self) -> None:
        for (session_id, address), count in self._watch.rung().items():
            allowed = self._allowed[session_id, address]
            if count > allowed:
                self._allowed[session_id, address] = count
                text = f"{address} rings {count} times, may ring {allowed} times"
                self._watch.violated("rung too often", text)

    def _check_frozen(self) -> None:
        for session_id, frozen in tuple(self._frozen.items()):
            parties = self._watch.now.of(session_id)
            if self._running[session_id] or not self._has_agent(session_id):
                continue
            for sid, was in frozen.before.items():
                party = parties.get(sid)
                if party and was != frozen.wish and getattr(party, frozen.flag) == frozen.wish:
                    self._frozen.pop(session_id, None)
                    text = f"{frozen.flag}={frozen.wish!r} after an error"
                    self._watch.violated("errored command took effect later", text)

    def _is_due(self, promise: Promise) -> bool:
        since = max(promise.made_at, self._stage.disturbed_until)
        return self._stage.seconds - since > _BOUND

    def _is_released(self, promise: Promise) -> bool:
        """Whether it was a hold, and the last agent has left: that ends it (4.5 row 18)."""
        if (promise.flag, promise.wish) != ("held", True):
            return False
        return promise.session_id in self._transferring or not self._has_agent(promise.session_id)

    def _has_agent(self, session_id: str) -> bool:
        parties = self._watch.now.of(session_id)
        supervisors = self._watch.supervisors(session_id)
        ours = [one for one in parties.values() if one.is_ours and one.sid not in supervisors]
        return any(party.is_live for party in ours)

    def _is_kept(self, promise: Promise) -> bool:
        parties = self._watch.now.of(promise.session_id)
        shown = self._watch.shown.get(promise.session_id)
        if promise.kind != "gone" and shown is not None and shown.ended:
            return True
        if promise.kind == "gone":
            return promise.target not in parties
        if promise.kind == "rings":
            return self._watch.rung()[promise.session_id, promise.target] > promise.rung
        party = parties.get(promise.target)
        return party is None or not party.is_live or getattr(party, promise.flag) == promise.wish

    def _is_told(self, promise: Promise) -> bool:
        lines = self._watch.log_of(promise.session_id)[promise.logged :]
        if promise.kind == "rings":
            return any(
                line.get("memberId") == promise.subject and line["type"] in _FAILURES
                for line in self._watch.log_of(promise.session_id)
            )
        told_by = _STAYS if promise.kind == "gone" else _FAILURES
        return any(line["type"] in told_by for line in lines)


def _wishes(promise: Promise, session_id: str, flag: str, wish: Any) -> bool:
    told = promise.kind, promise.session_id, promise.flag, promise.wish
    return told == ("flag", session_id, flag, wish)


def _replaces(new: Promise, old: Promise) -> bool:
    return (old.kind, old.session_id, old.target) == ("flag", new.session_id, new.target)


def _leaves_in_doubt(struck: list[str]) -> bool:
    """Whether an order may have been carried out, or be carried out later, though it failed."""
    return any(kind in BREAKS for kind in struck)


def _sentence(promise: Promise) -> str:
    if promise.kind == "flag":
        return f"flag {promise.flag}={promise.wish!r}"
    return f"{promise.kind}"
