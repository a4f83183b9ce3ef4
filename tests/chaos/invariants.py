"""What must hold of every story, as pure functions over records: each gives sentences, or none."""

from collections.abc import Callable, Iterator

from tests.chaos.records import Deed, Leg, Party, Shown, Story, Truth

BOUND = 60.0  # seconds after the faults have ended, until everything is so and shown
_JUST_NOW = 3.0  # seconds: the carrier tells whole ones
_WITHDRAWN = 30.0  # seconds until a leg of a refused add has to be over
_FAILURES = frozenset(
    {"MemberFailed", "MemberLeft", "MemberRemoved", "ConversionFailed", "SessionEnded"}
)
_GIVEN_UP = frozenset({"CarrierReport", "ConversionFailed"})


# --- of one moment ------------------------------------------------------------------------------


def legs_in_ended_session(truth: Truth, shown: Shown) -> list[str]:
    """No leg lives in an ended session."""
    alive = truth.alive() if shown.ended else []
    return [f"{leg.address} is {leg.status} ({leg.sid}) in an ended session" for leg in alive]


def session_without_legs(truth: Truth, shown: Shown) -> list[str]:
    """No session lives without legs."""
    if shown.ended or truth.alive():
        return []
    return [f"the session is {shown.state} and nobody is on the line"]


def people_alone(truth: Truth) -> list[str]:
    """Nobody is on the line with nobody else, unless somebody is being rung for them."""
    alive = truth.alive()
    if any(not leg.is_up for leg in alive):
        return []
    return [
        f"{leg.address} is alone ({leg.sid}, {'in a room' if leg.room else 'in no room'})"
        for leg in alive
        if leg.partner is None and not any(_is_with(leg, other) for other in alive)
    ]


def _is_with(leg: Leg, other: Leg) -> bool:
    return other is not leg and leg.inside and other.inside and leg.room == other.room


def people_held_by_nobody(truth: Truth) -> list[str]:
    """Nobody is on hold in a room without an agent, who alone could release them."""
    alive = truth.alive()
    if any(not leg.is_up for leg in alive):
        return []
    with_agent = {leg.room for leg in alive if leg.inside and leg.is_our_user}
    return [
        f"{leg.address} is on hold and no agent is there ({leg.sid})"
        for leg in alive
        if leg.inside and leg.hold and leg.room not in with_agent
    ]


def shown_otherwise(truth: Truth, shown: Shown) -> list[str]:
    """What is shown of a living session (state, hold, mute, coaching) is so at the carrier."""
    if shown.ended:
        return []
    known = {party.call_sid for party in shown.parties}
    unseen = [
        f"{leg.address} is {leg.status} and not shown ({leg.sid})"
        for leg in truth.alive()
        if leg.sid not in known
    ]
    return unseen + [text for party in shown.parties for text in _differences(truth, party)]


def _differences(truth: Truth, party: Party) -> Iterator[str]:
    name, leg = party.identity, truth.leg(party.call_sid)
    if leg is None or not leg.is_alive:
        if party.call_sid is not None:
            yield f"{name} is shown as {party.state} and is over ({party.call_sid})"
        return
    connected = party.state in ("Connected", "Hold")
    if connected and not leg.is_up:
        yield f"{name} is shown as {party.state} and is {leg.status}"
    if party.state == "None" and leg.is_up:
        yield f"{name} is shown as not rung yet and is on the line"
    if not (connected and leg.is_up):
        return
    for what, so, told in (
        ("on hold", leg.hold, party.state == "Hold"),
        ("muted", leg.muted, party.muted),
        ("coaching", leg.coaching, party.coaching),
    ):
        if (so or None) != (told or None):
            yield f"{name} is {what}: {so}, and shown as {told}"


# --- of a whole story ---------------------------------------------------------------------------


def rung_twice(story: Story) -> list[str]:
    """One add rings one leg, the call's own dial one, and a transfer that came to nothing the agent
    once more (C109); nobody is rung by two legs at once.
    """
    found = []
    for address in sorted({leg.address for leg in story.last().legs}):
        wanted = {one.intent for one in _adds(story) if one.target == address}
        legs = [leg for leg in story.last().legs if leg.address == address]
        requested = [leg.sid for leg in legs if leg.was_requested]
        dialled = [leg.sid for leg in legs if leg.direction == "outbound-dial"]
        if len(requested) > len(wanted) + _calls_back(story, address):
            found.append(f"{address} was rung for {len(wanted)} adds by {requested}")
        if len(dialled) > 1:
            found.append(f"{address} was rung by one dial as {dialled}")
        if any(_alive_at(truth, address) > 1 for truth in story.samples):
            found.append(f"{address} had two legs at once: {dialled + requested}")
    return found


def _calls_back(story: Story, address: str) -> int:
    said = f": {address.removeprefix('client:')} is called"
    return sum(one.type == "TransferReturned" and one.message.endswith(said) for one in story.log)


def _alive_at(truth: Truth, address: str) -> int:
    return sum(leg.address == address for leg in truth.alive())


def _adds(story: Story) -> list[Deed]:
    return [deed for deed in story.deeds if deed.kind in ("add", "hand-over")]


def refused_and_done(story: Story) -> list[str]:
    """What was answered by an error does not happen later."""
    return [*_refused_adds(story), *_refused_flags(story)]


def _refused_adds(story: Story) -> Iterator[str]:
    for deed in _adds(story):
        others = [one for one in _adds(story) if one.target == deed.target and one is not deed]
        if not deed.was_refused or any(not one.was_refused for one in others):
            continue
        for leg in story.last().legs:
            if leg.address != deed.target or not leg.was_requested:
                continue
            if leg.created > max(one.answered for one in [*others, deed]) + _JUST_NOW:
                yield f"{deed.kind} of {deed.target} was answered {deed.status}, rung later"
            later = story.at(max(one.answered for one in [*others, deed]) + _WITHDRAWN)
            if (same := later.leg(leg.sid)) is not None and same.is_alive:
                yield f"{deed.kind} of {deed.target} was answered {deed.status}, and it lives"


def _refused_flags(story: Story) -> Iterator[str]:
    for deed in story.deeds:
        if not deed.was_refused:
            continue
        before = [one for one in story.deeds if one.sent <= deed.sent and not one.was_refused]
        begin, end = story.next_look(deed.answered), _next_change(story, deed)
        for sid, flag, wish in deed.flags:
            if any((sid, flag, wish) in one.flags for one in before):
                continue  # an earlier wish for the same, which may be late
            seen = [one for one in story.samples if begin < one.at < end]
            states = [leg for one in seen if (leg := one.leg(sid)) is not None and leg.is_up]
            then = story.at(begin).leg(sid)
            if then is None or _is_so(then, flag, wish):
                continue
            if any(_is_so(leg, flag, wish) for leg in states):
                yield f"{flag}={wish} of {sid} was answered {deed.status}, and came later"


def _is_so(leg: Leg, flag: str, wish: bool | str | None) -> bool:
    return bool((getattr(leg, flag) or None) == (wish or None))


def _next_change(story: Story, deed: Deed) -> float:
    """Until when nothing else can have changed a flag: any other deed may have consequences."""
    later = [one.sent for one in story.deeds if one.answered > deed.sent and one is not deed]
    return min(later, default=story.until)


def done_without_effect(story: Story) -> list[str]:
    """What was answered by 2xx has happened by the end of the calm, or its failure is logged."""
    end = story.at(story.ending_at)
    found = []
    for deed in story.deeds:
        if not deed.succeeded or deed.answered > story.ending_at:
            continue
        if deed.kind in ("add", "hand-over") and not _was_rung(story, deed):
            found.append(f"{deed.kind} of {deed.target} was answered {deed.status}: never rung")
        leg = end.leg(deed.target)
        if deed.kind in ("remove", "leave") and leg is not None and leg.is_alive:
            found.append(f"{deed.kind} was answered {deed.status}: {leg.address} still lives")
        if deed.kind == "end" and end.alive():
            found.append(f"the end was answered {deed.status}: {len(end.alive())} legs live")
    return [*found, *_lost_wishes(story, end)]


def _was_rung(story: Story, deed: Deed) -> bool:
    if any(leg.address == deed.target for leg in story.last().legs):
        return True
    return any(line.type in _FAILURES and line.at >= deed.sent - 10 for line in story.log)


def _lost_wishes(story: Story, end: Truth) -> Iterator[str]:
    """The last wish for a flag of a leg that is still up, if nothing came in between."""
    for deed in story.deeds:
        if not deed.succeeded or not deed.flags or _next_change(story, deed) < story.ending_at:
            continue
        for sid, flag, wish in deed.flags:
            leg = end.leg(sid)
            if leg is None or not leg.is_up or _is_so(leg, flag, wish):
                continue
            if flag == "hold" and wish and not _has_agent(end):
                continue
            if not any(x.type in _GIVEN_UP and x.at >= deed.sent - 10 for x in story.log):
                yield f"{flag}={wish} of {sid} was answered {deed.status} and is not so"


def _has_agent(truth: Truth) -> bool:
    """Without one everybody is released (contract 4.5 row 18), also where an agent was gone
    already and the report of that came after the hold.
    """
    return any(leg.is_our_user and leg.is_up for leg in truth.legs)


def people_dropped(story: Story) -> list[str]:
    """Who talks is not cut off where nobody hung up, left, removed, handed over or ended."""
    ending = {"end", "leave", "remove", "hand-over", "hang-up"}
    if any(deed.kind in ending and deed.sent < story.ending_at for deed in story.deeds):
        return []
    talked = {leg.sid for one in story.samples if one.at < story.ending_at
              for leg in one.legs if leg.is_up and (leg.partner or leg.inside)}  # fmt: skip
    end = story.at(story.ending_at)
    return [f"{leg.address} was cut off ({leg.sid}, {leg.status})"
            for leg in end.legs if leg.sid in talked and not leg.is_alive]  # fmt: skip


# --- how long -----------------------------------------------------------------------------------


def lasting(
    story: Story, judge: Callable[[Truth], list[str]], since: float, bound: float
) -> list[str]:
    """What a judge of one moment says, where it has said so without a break for `bound`."""
    began: float | None = None
    moments = [story.at(since), *(one for one in story.samples if one.at > since)]
    for place, truth in enumerate(moments):
        said = judge(truth)
        after = moments[place + 1].at if place + 1 < len(moments) else story.until
        if not said:
            began = None
            continue
        began = max(truth.at, since) if began is None else began
        if after - began > bound:
            return [f"{text}, for {after - began:.0f} s" for text in said]
    return []
