"""Makes a story that violates an invariant as small as it can be, and as short in time."""

from collections.abc import Callable, Sequence

from tests.stories.steps import Step

Fails = Callable[[Sequence[Step]], bool]


def shrunk(steps: Sequence[Step], fails: Fails, most: int = 300) -> list[Step]:
    """A story of those steps that still fails, none of which can be left out.

    `fails` plays a story; it is called at most `most` times.
    """
    trials = _Trials(fails, most)
    small, size = list(steps), max(1, len(steps) // 2)
    while True:
        shorter = _without_parts(small, size, trials)
        if shorter == small and size == 1:
            break
        small, size = shorter, max(1, size // 2)
    return _simpler(small, trials)


class _Trials:
    def __init__(self, fails: Fails, most: int) -> None:
        self._fails = fails
        self._left = most

    def fails(self, steps: Sequence[Step]) -> bool:
        """Whether it does, as long as there is a trial left."""
        self._left -= 1
        return self._left >= 0 and self._fails(steps)


def _without_parts(steps: list[Step], size: int, trials: _Trials) -> list[Step]:
    """Parts of that size are left out from the end on, wherever the story fails without them."""
    end = len(steps)
    while end > 0:
        start = max(0, end - size)
        shorter = steps[:start] + steps[end:]
        if trials.fails(shorter):
            steps = shorter
        end = start
    return steps


def _simpler(steps: list[Step], trials: _Trials) -> list[Step]:
    """One deed instead of two at once, one fault instead of many."""
    for place, step in enumerate(steps):
        for simple in _simplified(step):
            changed = [*steps[:place], simple, *steps[place + 1 :]]
            if trials.fails(changed):
                steps = changed
                break
    return steps


def _simplified(step: Step) -> list[Step]:
    match step:
        case ("during", outer, inner):
            return [tuple(outer), tuple(inner)]
        case ("reports", do, kind, event, seconds, count) if count > 1:
            return [("reports", do, kind, event, seconds, 1)]
        case ("fault", kind, target, count) if count > 1:
            return [("fault", kind, target, 1)]
        case ("add_twice" | "add_insisting", who, party):
            return [("add", who, party)]
    return []
