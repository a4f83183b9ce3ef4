"""The stories' own machinery: a seed is a story, a violation is seen, a story is made smaller."""

from dataclasses import replace

from tests.stories.invariants import CONVERSION, UNHEARD, Shown, at_any_time, shown_against_truth
from tests.stories.log_rules import contradictions
from tests.stories.shrinking import shrunk
from tests.stories.stage import StoryStage
from tests.stories.steps import story
from tests.stories.truth import Party, Truth
from tests.stories.world import World

CALLER = Party("CA1", "+12025550123", is_live=True, is_ours=False)
AGENT = Party("CA2", "client:ann_1", is_live=True, is_ours=True)


BOSS = Party("CA9", "client:mia_1", is_live=True, is_ours=True)


def _shown(
    state: str = "Connected", *, ended: bool = False, policy: str = "two_left", boss: bool = False
) -> Shown:
    member = {
        "applicationData": {"memberId": "m1"}, "callSid": "CA1", "role": "Caller",
        "callState": state, "muted": False,
    }  # fmt: skip
    mia = member | {
        "applicationData": {"memberId": "m9", "supervising": "monitor"}, "callSid": "CA9",
    }  # fmt: skip
    info = {
        "id": "s1", "callSid": "CA1", "ended": ended, "callState": state, "endPolicy": policy,
        "members": [member, mia] if boss else [member],
    }  # fmt: skip
    return Shown.of(info)


def _kinds(
    shown: Shown, *parties: Party, answered: dict[str, bool] | None = None
) -> list[tuple[str, float]]:
    truth = Truth({"s1": {party.sid: party for party in parties}}, answered={"s1": answered or {}})
    found = at_any_time({"s1": shown}, truth) + shown_against_truth({"s1": shown}, truth)
    return [(one.kind, one.bound) for one in found]


def test_story_of_a_seed_is_always_the_same() -> None:
    assert story(7) == story(7) != story(8)
    assert 50 <= len(story(7)) <= 220


def test_loneliness_and_silence_have_their_bounds() -> None:
    assert [("alone", UNHEARD)] == _kinds(_shown(), CALLER)
    both = [CALLER, AGENT]
    assert ("in silence", CONVERSION) in _kinds(_shown(), *both)


def test_who_only_supervises_is_no_company() -> None:
    together = [
        replace(CALLER, company=frozenset(["CA9"])),
        replace(BOSS, company=frozenset(["CA1"])),
    ]
    assert ("alone", UNHEARD) not in _kinds(_shown(), *together)
    assert ("alone", UNHEARD) in _kinds(_shown(boss=True), *together)


def test_policy_says_who_may_be_alone_and_when_a_call_goes_on_too_long() -> None:
    both = {"CA1": False, "CA2": True}
    for policy, party in (("last_agent", AGENT), ("last_customer", CALLER), ("nobody", CALLER)):
        assert ("alone", UNHEARD) not in _kinds(_shown(policy=policy), party, answered=both)
    by_agents = _shown(policy="last_agent")
    assert ("goes on", UNHEARD) in _kinds(by_agents, CALLER, answered=both)
    assert ("goes on", UNHEARD) not in _kinds(by_agents, CALLER, AGENT, answered=both)


def test_policy_that_waits_for_a_kind_which_was_never_there_is_the_usual_one() -> None:
    """As in a call between our users, and where a manager has only listened."""
    of_customers = _shown(policy="last_customer")
    assert ("goes on", UNHEARD) not in _kinds(of_customers, AGENT, answered={"CA2": True})
    assert ("alone", UNHEARD) in _kinds(of_customers, AGENT, answered={"CA2": True})
    by_agents = _shown(policy="last_agent", boss=True)
    only_heard = {"CA1": False, "CA9": True}
    assert ("goes on", UNHEARD) not in _kinds(by_agents, CALLER, answered=only_heard)


def test_leg_and_session_end_together() -> None:
    assert ("leg alive in an ended session", UNHEARD) in _kinds(_shown(ended=True), CALLER)
    assert ("session without its legs", UNHEARD) in _kinds(_shown())


def test_what_is_shown_is_compared() -> None:
    held = Party("CA1", "+1", is_live=True, is_ours=False, held=True, company=frozenset(["CA2"]))
    assert ("shown is not so", UNHEARD) in _kinds(_shown("Connected"), held)
    assert ("shown is not so", UNHEARD) not in _kinds(_shown("Hold"), held)


def test_log_that_contradicts_itself_is_seen() -> None:
    kinds = ["MemberLeft", "MemberAnswered", "SessionEnded", "SessionEnded"]
    lines = [
        {"sequence": number, "type": kind, "memberId": "m1", "message": ""}
        for number, kind in enumerate(kinds, 1)
    ]
    assert ["MemberAnswered after MemberLeft", "SessionEnded twice"] == list(contradictions(lines))


def test_story_shrinks_to_the_steps_that_matter() -> None:
    steps = [("pass", number) for number in range(40)]
    small = shrunk(steps, lambda fewer: ("pass", 3) in fewer and ("pass", 31) in fewer)
    assert [("pass", 3), ("pass", 31)] == small


def test_violation_is_found_where_the_carrier_drops_somebody(database_url: str) -> None:
    """The machine sees what the service did not cause as well: here the test itself hangs up."""
    stage = StoryStage(database_url)
    world = World(stage)
    for step in (("phone", "ann", "answers", 1.0), ("ring_in", "customer", "ann"), ("pass", 5.0)):
        world.do(step)
    stage.twilio.hang_up(world.legs_of("customer")[0].sid)
    world.do(("pass", 3.0))
    stage.close()
    assert ["dropped"] == [one.kind for one in world.watch.violations]
