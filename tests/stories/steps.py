"""The words of a story: each step is a tuple of plain values, drawn from a seed.

A story is printed, kept and played again as the list of its steps; one that is impossible at its
moment is passed over, so that any part of a story is a story (decision 68).
"""

from collections.abc import Callable
from random import Random
from typing import Any

Step = tuple[Any, ...]

AGENTS = ("ann", "ann", "ann", "bob", "bob", "mia")
OUTSIDE = ("customer", "third", "fourth")
PARTIES = ("third", "third", "fourth", "customer", "bob", "ann", "third", "fourth", "mia")
IN_CALL = ("customer", "third", "fourth", "ann", "bob")
PEOPLE = (*IN_CALL, *IN_CALL, "mia")
POLICIES = ("two_left", "two_left", "last_agent", "last_customer", "nobody")
PAUSES = (0.5, 0.5, 1.0, 1.0, 2.0, 3.0, 5.0, 8.0, 15.0, 30.0, 70.0)
BEHAVIOURS = (
    ("answers", 0.0), ("answers", 1.0), ("answers", 1.0), ("answers", 1.0), ("answers", 4.0),
    ("answers", 20.0), ("rings",), ("rings",), ("busy",), ("rejects", 2.0), ("gives up", 8.0),
    ("unreachable",), ("voicemail",),
)  # fmt: skip
REPORTS = (
    ("call-status", "*"), ("call-status", "answered"), ("call-status", "completed"),
    ("call-status", "ringing"), ("conference-status", "*"), ("conference-status", "participant-*"),
    ("conference-status", "participant-join"), ("conference-status", "participant-leave"),
    ("conference-status", "participant-*hold"), ("conference-status", "participant-*mute"),
    ("conference-status", "conference-*"), ("*-status", "*"),
)  # fmt: skip
REFUSALS = ("400", "400/21220", "404/20404", "404/16022", "429", "500", "503")
BREAKS = ("timeout-before", "timeout-after", "reset-before", "reset-after", "unreachable")
ORDERS = ("redirect", "dial", "dial", "adjust", "adjust", "place", "remove", "close", "order")
CHOICES = (
    ("join_at", "ringing"), ("cancel_answered", "refused_21220"),
    ("cancel_answered", "refused_20404"), ("unanswered_end_status", "completed"),
    ("false_conference_flags", "omitted_on_leave"), ("false_conference_flags", "omitted"),
    ("cancel_ringing_child", "stops_later"), ("cancel_ringing_child", "rings_on"),
    ("first_conference_sequence", 0), ("late_status_update", "refused"),
    ("answer_on_bridge_rings", True), ("participants_per_second", 0.1),
)  # fmt: skip


def story(seed: int) -> list[Step]:
    """The steps of that seed: how the carrier behaves, a call, then 50 to 200 of everything."""
    dice = Random(seed)
    steps: list[Step] = [("choose", *choice) for choice in CHOICES if dice.random() < 0.08]
    if dice.random() < 0.3:
        steps.append(("returns", dice.choice((5, 15))))
    steps += [_phone(dice) for _ in range(2)]
    steps += [_ring(dice), ("pass", dice.choice((2.0, 4.0))), ("add", "ann", "third")]
    for _ in range(dice.randint(40, 160) // 2):
        steps.append(_deed(dice))
        if dice.random() < 0.6:
            steps.append(("pass", dice.choice(PAUSES)))
    return steps


def _deed(dice: Random) -> Step:
    draw: Callable[[Random], Step] = dice.choices(_DEEDS, _WEIGHTS)[0]
    return draw(dice)


def _ring(dice: Random) -> Step:
    kind = dice.choice(("in", "in", "in", "in both", "out", "out", "place"))
    match kind:
        case "in":
            return ("ring_in", "customer", "ann")
        case "in both":
            return ("ring_in", "customer", "both")
        case "out":
            return ("ring_out", dice.choice(("ann", "bob")), "customer")
    return ("place", "mia", "customer")


def _phone(dice: Random) -> Step:
    return ("phone", dice.choice(PEOPLE), *dice.choice(BEHAVIOURS))


def _add(dice: Random) -> Step:
    return (dice.choice(("add", "add", "add", "add_twice", "add_insisting", "add_human")),
            dice.choice(AGENTS), dice.choice(PARTIES))  # fmt: skip


def _hold(dice: Random) -> Step:
    return (dice.choice(("hold", "resume")), dice.choice(AGENTS))


def _patch(dice: Random) -> Step:
    wish = dice.choice(("hold", "muted")), dice.choice((True, True, False))
    return ("patch", dice.choice(AGENTS), dice.choice(IN_CALL), *wish)


def _coach(dice: Random) -> Step:
    return ("coach", dice.choice(AGENTS), dice.choice(IN_CALL), dice.choice((*IN_CALL, "")))


def _take_out(dice: Random) -> Step:
    return ("remove", dice.choice(AGENTS), dice.choice(IN_CALL))


def _go(dice: Random) -> Step:
    return (dice.choice(("leave", "leave", "leave", "end")), dice.choice(AGENTS))


def _hand_over(dice: Random) -> Step:
    return ("hand_over", dice.choice(AGENTS), dice.choice(PARTIES))


def _consult(dice: Random) -> Step:
    return ("consult", dice.choice(AGENTS), dice.choice(PARTIES))


def _transfer(dice: Random) -> Step:
    deed = dice.choice(("swap", "swap", "join", "leave", "cancel"))
    return ("transfer", dice.choice(AGENTS), deed)


def _supervise(dice: Random) -> Step:
    mode = dice.choice(("Monitor", "Monitor", "Coach", "Coach", "Barge"))
    return ("supervise", mode, dice.choice(("", "", *IN_CALL)))


def _step_out(dice: Random) -> Step:
    del dice
    return ("step_out",)


def _policy(dice: Random) -> Step:
    policy = dice.choice(POLICIES)
    if dice.random() < 0.25:
        return ("account_policy", policy)
    return ("end_policy", dice.choice(AGENTS), policy)


def _call(dice: Random) -> Step:
    return ("call", dice.choice(("ann", "bob")), dice.choice((*OUTSIDE, "bob")))


def _presence(dice: Random) -> Step:
    state = dice.choice(("Ready", "Ready", "NotReady", "WrapUp"))
    return ("presence", dice.choice(("ann", "bob")), state)


def _several(dice: Random) -> Step:
    parties = dice.sample(("third", "fourth", "bob"), dice.choice((2, 2, 3)))
    strategy = dice.choice(("sequential", "simultaneous"))
    return ("add_several", dice.choice(AGENTS), parties, strategy, dice.random() < 0.4)


def _digits(dice: Random) -> Step:
    typed = dice.choice(("1", "12", "7306#", "w5"))
    if dice.random() < 0.6:
        return ("digits", dice.choice(AGENTS), dice.choice(IN_CALL), typed)
    if dice.random() < 0.6:
        return ("add_extension", dice.choice(AGENTS), dice.choice(OUTSIDE), typed)
    return ("call_extension", dice.choice(("ann", "bob")), dice.choice(OUTSIDE), "12")


def _try_add(dice: Random) -> Step:
    return ("try_add", dice.choice(AGENTS), dice.choice(PARTIES))


def _meddle(dice: Random) -> Step:
    deeds = (("POST", "/hold"), ("DELETE", ""), ("POST", "/conference"), ("POST", "/supervisors"))
    return ("meddle", dice.choice(("ann", "bob")), *dice.choice(deeds))


def _small(dice: Random) -> Step:
    return (dice.choice(("reject", "start_conference", "console")), dice.choice(AGENTS))


def _person(dice: Random) -> Step:
    return (dice.choice(("answer", "answer", "decline", "busy")), dice.choice(PEOPLE))


def _hang_up(dice: Random) -> Step:
    return ("hang_up", dice.choice(PEOPLE))


def _reports(dice: Random) -> Step:
    do = dice.choice(("delay", "delay", "duplicate", "reorder", "lose", "lose", "refuse", "slow"))
    seconds = dice.choice((0.5, 2.0, 6.0, 12.0))
    return ("reports", do, *dice.choice(REPORTS), seconds, dice.choice((1, 1, 2, 5)))


def _fault(dice: Random) -> Step:
    kind = dice.choice((*REFUSALS, *BREAKS))
    target = dice.choice((*ORDERS, "question", "anything"))
    return ("fault", kind, target, dice.choice((1, 1, 1, 2, 4)))


def _kill(dice: Random) -> Step:
    return ("fault", dice.choice(("kill-before", "kill-after")), dice.choice(ORDERS), 1)


def _during(dice: Random) -> Step:
    """The second deed happens while the first still waits for its answer."""
    outer = dice.choice((_add, _hold, _patch, _take_out, _go, _hand_over))(dice)
    inner = dice.choice((_add, _hold, _go, _hand_over, _hang_up, _person, _patch))(dice)
    return ("during", list(outer), list(inner))


_TABLE: tuple[tuple[Callable[[Random], Step], int], ...] = (
    (_ring, 16), (_phone, 6), (_add, 18), (_hold, 8), (_patch, 8), (_coach, 3), (_take_out, 4),
    (_go, 4), (_hand_over, 4), (_small, 3), (_person, 7), (_hang_up, 5), (_reports, 10),
    (_fault, 10), (_kill, 1), (_during, 8), (_consult, 6), (_transfer, 6),
    (_supervise, 6), (_step_out, 1), (_policy, 3), (_call, 3), (_presence, 3), (_try_add, 2),
    (_meddle, 2), (_several, 6), (_digits, 6),
)  # fmt: skip
_DEEDS = tuple(draw for draw, _ in _TABLE)
_WEIGHTS = tuple(weight for _, weight in _TABLE)
