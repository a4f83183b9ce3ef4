"""One story, played: the deeds in order, time in small turns, and what was found wrong."""

import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

from tests.stories.deeds import Deeds
from tests.stories.line import Killed, Runaway
from tests.stories.stage import StoryStage
from tests.stories.steps import Step
from tests.stories.watch import Violation

_TURNS = (0.5,) * 6 + (1.0,) * 10  # seconds of the first turns of a time; the others are longer
_LONG_TURN = 2.0
_QUIET, _LAST = 140.0, 140.0  # seconds without any deed, and until every session is over
_REQUESTS_EACH = 6  # to the carrier, for each command and each report
_CHECKS_A_SECOND = 1.0  # of the background, and a few at the start
_CHECKS_AT_LEAST = 60


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a story."""

    violations: list[Violation]
    steps: int
    faults: int
    seconds: float  # virtual
    answers: Counter[str]  # how the commands were answered

    def violates(self, beginning: str) -> bool:
        """Whether an invariant was violated, told by the beginning of its words."""
        return any(str(one).startswith(beginning) for one in self.violations)


class _FoundError(Exception):
    """What a story is played for has come about."""


class World(Deeds):
    """Plays the steps of a story on a stage."""

    def __init__(self, stage: StoryStage, until: str | None = None) -> None:
        super().__init__(stage)
        self._until = until  # the violation after which nothing more need be played
        self._began = stage.seconds
        self._done = 0

    def play(self, steps: Sequence[Step]) -> Played:
        """The steps, then a quiet time, then everybody hangs up."""
        random.seed(0)  # the service spreads its repeats at random
        try:
            for step in steps:
                self._done += 1
                self.do(_plain(step))
                self._after_a_deed()
            self._be_quiet()
            self._everybody_hangs_up()
            self._check_requests()
            self.check_digits()
            self.watch.judge_logs()
        except Runaway as error:
            self.watch.violated("requests without end", str(error))
        except _FoundError:
            pass
        seconds = self.stage.seconds - self._began
        faults = len(self.stage.struck) + self.stage.spoilt_reports()
        return Played(self.watch.violations, self._done, faults, seconds, self.answers)

    def let_pass(self, seconds: float) -> None:
        """In turns, with the service's background beside it."""
        left = seconds
        for turn in chain(_TURNS, repeat(_LONG_TURN)):
            self._turn(min(left, turn))
            left -= turn
            if left <= 0:
                return

    def _turn(self, seconds: float) -> None:
        self.stage.twilio.advance(seconds)
        with suppress(Killed):
            self.stage.background()
        self._after_a_deed()

    def _after_a_deed(self) -> None:
        if self.stage.revive():
            self.watch.look()
        self.watch.tick()
        self.ledger.check()
        if self._until and any(str(v).startswith(self._until) for v in self.watch.violations):
            raise _FoundError

    def _be_quiet(self) -> None:
        assert self.stage.line is not None
        self.stage.line.troubles.clear()
        self.stage.twilio.calm()
        self.stage.disturb(0.0)
        self.let_pass(_QUIET)

    def _everybody_hangs_up(self) -> None:
        for leg in self.stage.twilio.living_calls():
            if leg.live:
                self.excused.add(leg.sid)
                self.stage.twilio.hang_up(leg.sid)
        self.let_pass(_LAST)
        self.watch.look()
        for session_id in self.watch.living_sessions():
            self.watch.violated("never ended", self.watch.shown[session_id].call_state)
        for leg in self.stage.twilio.living_calls():
            self.watch.violated("leg never ended", f"{leg.direction} {leg.status}")

    def _check_requests(self) -> None:
        assert self.stage.line is not None
        total = self.stage.line.total
        asked = total["command"] + total["report"]
        causes = self.ledger.commands + self.stage.reports
        if asked > _REQUESTS_EACH * causes:
            self.watch.violated("too many requests", f"{asked} for {causes} commands and reports")
        seconds = self.stage.seconds - self._began
        if total["background"] > _CHECKS_AT_LEAST + _CHECKS_A_SECOND * seconds:
            text = f"{total['background']} in {seconds:.0f} s by the background"
            self.watch.violated("too many requests", text)


def _plain(step: Sequence[Any]) -> Step:
    """A step read from JSON is a list."""
    return tuple(step)
