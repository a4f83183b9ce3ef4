"""The invariants themselves: each finds the smallest story that breaks it, and passes its kin."""

from dataclasses import replace

import pytest

from tests.chaos import invariants
from tests.chaos.records import Deed, Leg, LogLine, Party, Shown, Story, Truth

CUSTOMER = Leg("CA1", "+12028670001", "in-progress", direction="inbound", room="CF", inside=True)
ANN = Leg("CA2", "client:ann", "in-progress", direction="outbound-dial", room="CF", inside=True)
THIRD = Leg("CA3", "+12028670003", "in-progress", created=100, room="CF", inside=True)
OVER = replace(THIRD, status="completed", room=None, inside=False)
QUEUED = Party(None, "+12028670009", "None")
ADD = Deed("add", 99, 101, "i1", 200, THIRD.address)


def truth(*legs: Leg, at: float = 100) -> Truth:
    return Truth(at, legs)


def shown(*parties: Party, ended: bool = False) -> Shown:
    return Shown(100, "s-1", ended, "Connected", parties)


def story(*samples: Truth, deeds: tuple[Deed, ...] = (), log: tuple[LogLine, ...] = ()) -> Story:
    told = Story("story 0", deeds=list(deeds), log=list(log), calm_at=200, ending_at=300)
    for one in samples:
        told.saw(one)
    told.until = 400
    return told


def party(leg: Leg, state: str = "Connected", **more: bool | str) -> Party:
    return Party(leg.sid, leg.address, state, **more)  # type: ignore[arg-type]


def test_leg_in_an_ended_session_is_found() -> None:
    assert invariants.legs_in_ended_session(truth(CUSTOMER), shown(ended=True))
    assert not invariants.legs_in_ended_session(truth(OVER), shown(ended=True))
    assert not invariants.legs_in_ended_session(truth(CUSTOMER), shown())


def test_session_without_legs_is_found() -> None:
    assert invariants.session_without_legs(truth(OVER), shown())
    assert not invariants.session_without_legs(truth(OVER), shown(ended=True))
    assert not invariants.session_without_legs(truth(CUSTOMER), shown())


def test_whoever_is_alone_is_found_unless_somebody_rings() -> None:
    ringing = replace(THIRD, status="ringing", inside=False)
    elsewhere = replace(ANN, room="CF2")
    assert 1 == len(invariants.people_alone(truth(CUSTOMER)))
    assert 2 == len(invariants.people_alone(truth(CUSTOMER, elsewhere)))
    assert not invariants.people_alone(truth(CUSTOMER, ringing))
    assert not invariants.people_alone(truth(CUSTOMER, ANN))
    in_dial = [replace(CUSTOMER, room=None, inside=False, partner="CA2"),
               replace(ANN, room=None, inside=False, partner="CA1")]  # fmt: skip
    assert not invariants.people_alone(truth(*in_dial))


def test_whoever_is_held_without_an_agent_is_found() -> None:
    held = replace(CUSTOMER, hold=True)
    assert invariants.people_held_by_nobody(truth(held, THIRD))
    assert not invariants.people_held_by_nobody(truth(held, ANN))


@pytest.mark.parametrize(
    ("leg", "told"),
    [
        (replace(THIRD, hold=True), party(THIRD)),
        (THIRD, party(THIRD, "Hold")),
        (replace(THIRD, muted=True), party(THIRD)),
        (THIRD, party(THIRD, muted=True)),
        (replace(THIRD, coaching="CA2"), party(THIRD)),
        (THIRD, party(THIRD, coaching="CA2")),
        (OVER, party(THIRD)),
        (THIRD, party(THIRD, "None")),
        (replace(THIRD, status="ringing"), party(THIRD)),
        (THIRD, party(ANN)),
    ],
)
def test_what_is_shown_and_not_so_is_found(leg: Leg, told: Party) -> None:
    assert invariants.shown_otherwise(truth(leg), shown(told))
    assert not invariants.shown_otherwise(truth(leg), shown(told, ended=True))


def test_what_is_shown_and_so_passes() -> None:
    ringing = replace(OVER, sid="CA4", status="ringing")
    held = replace(CUSTOMER, hold=True)
    told = shown(party(held, "Hold"), party(ANN), party(ringing, "Ringing"), QUEUED)
    assert not invariants.shown_otherwise(truth(held, ANN, ringing, OVER), told)


def test_second_leg_of_one_add_is_found() -> None:
    again = replace(THIRD, sid="CA4")
    assert 2 == len(invariants.rung_twice(story(truth(THIRD, again), deeds=(ADD,))))
    after = story(truth(THIRD), truth(OVER, again, at=102), deeds=(ADD,))
    assert 1 == len(invariants.rung_twice(after))
    after.deeds.append(replace(ADD, intent="i2"))
    assert not invariants.rung_twice(after)
    called_back = story(truth(THIRD))
    assert 1 == len(invariants.rung_twice(called_back))
    said = f"{CUSTOMER.address} was not reached: {THIRD.address} is called"
    called_back.log.append(LogLine(101, "TransferReturned", None, said))
    assert not invariants.rung_twice(called_back)
    repeated = (ADD, replace(ADD, sent=103))
    assert not invariants.rung_twice(story(truth(THIRD), deeds=repeated))


def test_refused_add_that_rings_later_or_lives_is_found() -> None:
    refused = replace(ADD, status=503, sent=80, answered=90)
    assert 2 == len(invariants.refused_and_done(story(truth(THIRD, at=101), deeds=(refused,))))
    withdrawn = story(truth(THIRD, at=88), truth(OVER, at=91), deeds=(refused,))
    withdrawn.samples[0] = truth(replace(THIRD, created=88), at=88)
    withdrawn.samples[1] = truth(replace(OVER, created=88), at=91)
    assert not invariants.refused_and_done(withdrawn)
    repeated = (refused, replace(ADD, status=200))
    assert not invariants.refused_and_done(story(truth(THIRD, at=101), deeds=repeated))


def test_refused_hold_that_comes_later_is_found() -> None:
    hold = Deed("hold", 90, 101, "i1", 503, flags=(("CA1", "hold", True),))
    held = truth(replace(CUSTOMER, hold=True), at=120)
    late = (truth(CUSTOMER), truth(CUSTOMER, at=102), held)
    again = replace(hold, sent=110, answered=111, status=200)
    assert invariants.refused_and_done(story(*late, deeds=(hold,)))
    assert not invariants.refused_and_done(story(*late, deeds=(replace(hold, status=200),)))
    assert not invariants.refused_and_done(story(*late, deeds=(hold, again)))
    in_between = story(truth(CUSTOMER), held, deeds=(hold,))  # perhaps before the answer
    assert not invariants.refused_and_done(in_between)


@pytest.mark.parametrize("kind", ["remove", "leave", "end"])
def test_two_hundred_without_effect_is_found(kind: str) -> None:
    deed = Deed(kind, 99, 101, "i1", 204, "CA3")
    assert invariants.done_without_effect(story(truth(THIRD), deeds=(deed,)))
    assert not invariants.done_without_effect(story(truth(OVER), deeds=(deed,)))
    assert not invariants.done_without_effect(
        story(truth(THIRD), deeds=(replace(deed, status=None),))
    )


def test_add_without_a_ring_is_found_unless_the_log_says_why() -> None:
    assert invariants.done_without_effect(story(truth(CUSTOMER), deeds=(ADD,)))
    assert not invariants.done_without_effect(story(truth(CUSTOMER, OVER), deeds=(ADD,)))
    told = (LogLine(101, "MemberFailed"),)
    assert not invariants.done_without_effect(story(truth(CUSTOMER), deeds=(ADD,), log=told))


def test_wish_that_was_lost_is_found_unless_the_log_says_why() -> None:
    mute = Deed("patch", 99, 101, "i1", 200, "CA1", (("CA1", "muted", True),))
    assert invariants.done_without_effect(story(truth(CUSTOMER), deeds=(mute,)))
    muted = truth(replace(CUSTOMER, muted=True))
    assert not invariants.done_without_effect(story(muted, deeds=(mute,)))
    told = (LogLine(101, "CarrierReport"),)
    assert not invariants.done_without_effect(story(truth(CUSTOMER), deeds=(mute,), log=told))


def test_hold_that_ends_since_no_agent_is_left_is_not_lost() -> None:
    hold = Deed("hold", 99, 101, "i1", 200, flags=(("CA1", "hold", True),))
    assert invariants.done_without_effect(story(truth(CUSTOMER, ANN), deeds=(hold,)))
    gone = replace(ANN, status="completed")
    assert not invariants.done_without_effect(story(truth(CUSTOMER, THIRD, gone), deeds=(hold,)))


def test_whoever_is_cut_off_though_nobody_ended_anything_is_found() -> None:
    cut = (truth(CUSTOMER, ANN, THIRD), truth(CUSTOMER, ANN, OVER, at=120))
    assert 1 == len(invariants.people_dropped(story(*cut)))
    hang_up = Deed("hang-up", 110, 110, target="CA3")
    assert not invariants.people_dropped(story(*cut, deeds=(hang_up,)))


def test_only_what_lasts_beyond_the_bound_counts() -> None:
    moments = (truth(CUSTOMER, at=210), truth(CUSTOMER, ANN, at=240), truth(CUSTOMER, at=250))
    told = story(*moments)
    told.until = 300
    judge = invariants.people_alone
    assert 1 == len(invariants.lasting(told, judge, since=200, bound=45))
    assert not invariants.lasting(told, judge, since=200, bound=60)
    assert not invariants.lasting(told, judge, since=280, bound=45)
