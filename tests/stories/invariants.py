"""What may never be, or not for longer than a bound: each a plain comparison with the truth."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.stories.truth import Party, Truth

GRACE = 6.0  # seconds on top of each bound: turns of the clock, and one look every five seconds
UNHEARD = 60.0 + GRACE  # where nothing reports
CONVERSION = 15.0 + GRACE  # nobody stays in silence longer


WAITED_FOR = {"last_agent": True, "last_customer": False}  # whether it is one of ours


@dataclass(frozen=True, slots=True)
class Moment:
    """A condition that is wrong if it lasts longer than `bound` seconds."""

    kind: str
    key: str
    text: str
    bound: float


@dataclass(frozen=True, slots=True)
class ShownMember:
    """A party as GET /sessions/{id} shows it."""

    member_id: str
    role: str
    state: str
    muted: bool
    coaching: str
    supervises: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A session as it is shown; the members with a call by its SID."""

    id: str
    call_sid: str
    ended: bool
    call_state: str
    members: dict[str, ShownMember]
    end_policy: str = "two_left"

    @property
    def supervisors(self) -> frozenset[str]:
        """The legs that only supervise: they are no party."""
        return frozenset(sid for sid, member in self.members.items() if member.supervises)

    @classmethod
    def of(cls, info: dict[str, Any]) -> "Shown":
        """From a SessionInfo in JSON."""
        members = {}
        for member in info["members"]:
            data = member.get("applicationData") or {}
            if "callSid" in member:
                members[member["callSid"]] = ShownMember(
                    data.get("memberId", ""),
                    member["role"],
                    member["callState"],
                    member["muted"],
                    data.get("coaching", ""),
                    "supervising" in data,
                )
        call_sid, policy = info.get("callSid", ""), info.get("endPolicy", "two_left")
        return cls(info["id"], call_sid, info["ended"], info["callState"], members, policy)


def at_any_time(sessions: dict[str, Shown], truth: Truth) -> list[Moment]:
    """Nobody alone, in silence or held by nobody; sessions and legs live and end together."""
    found = [
        Moment("leg of no session", sid, "a leg of no session", UNHEARD) for sid in truth.strays
    ]
    for session_id, parties in truth.sessions.items():
        shown = sessions.get(session_id)
        if shown is not None and shown.ended:
            found += [
                Moment("leg alive in an ended session", p.sid, _who(p, shown), UNHEARD)
                for p in parties.values()
            ]
        policy = policy_in_force(shown, truth) if shown else "two_left"
        found += _loneliness(session_id, parties, shown, policy)
        found += _outlasted(session_id, parties, shown, policy)
        found += _held_by_nobody(parties)
    found += [
        Moment("session without its legs", one, f"{shown.call_state} without a leg", UNHEARD)
        for one, shown in sessions.items()
        if not shown.ended and not truth.of(one)
    ]
    return found


def policy_in_force(shown: Shown, truth: Truth) -> str:
    """The call's own end policy, once somebody of the kind it waits for was in the call."""
    waits_for_ours = WAITED_FOR.get(shown.end_policy)
    answered = truth.answered.get(shown.id, {})
    if waits_for_ours is None or any(
        is_ours is waits_for_ours and sid not in shown.supervisors
        for sid, is_ours in answered.items()
    ):
        return shown.end_policy
    return "two_left"


def _loneliness(
    session_id: str, parties: dict[str, Party], shown: Shown | None, policy: str
) -> list[Moment]:
    supervisors = shown.supervisors if shown else frozenset()
    live = [party for party in parties.values() if party.is_live and party.sid not in supervisors]
    alone = [party for party in live if not party.company - supervisors and not party.expects]
    if len(live) > 1 and len(alone) == len(live):
        text = f"{len(live)} who do not hear each other"
        return [Moment("in silence", session_id, text, CONVERSION)]
    if _goes_on(policy, live):
        return []
    return [Moment("alone", party.sid, f"{_kind_of(party)} alone", UNHEARD) for party in alone]


def _goes_on(policy: str, live: Iterable[Party]) -> bool:
    """Whether one alone may be waited for, by an end policy but the default (contract 4.4)."""
    if policy == "nobody":
        return True
    return policy in WAITED_FOR and any(one.is_ours is WAITED_FOR[policy] for one in live)


def _outlasted(
    session_id: str, parties: dict[str, Party], shown: Shown | None, policy: str
) -> list[Moment]:
    """A call whose policy waits for a kind of which nobody is left, connected or rung."""
    if shown is None or policy not in WAITED_FOR:
        return []
    others = [one for one in parties.values() if one.sid not in shown.supervisors]
    if not others or _goes_on(policy, others):
        return []
    return [Moment("goes on", session_id, f"by {policy}, with nobody of them", UNHEARD)]


def _held_by_nobody(parties: dict[str, Party]) -> list[Moment]:
    if any(party.is_ours and party.is_live for party in parties.values()):
        return []
    return [
        Moment("held by nobody", party.sid, f"{_kind_of(party)} on hold, no agent there", UNHEARD)
        for party in parties.values()
        if party.held
    ]


def shown_against_truth(sessions: dict[str, Shown], truth: Truth) -> list[Moment]:
    """What is shown of each party is so at the carrier."""
    found = []
    for session_id, shown in sessions.items():
        if shown.ended:
            continue
        parties = truth.of(session_id)
        for sid, member in shown.members.items():
            for what in _differences(member, parties.get(sid)):
                text = f"{member.role} {what}"
                found.append(Moment("shown is not so", f"{sid} {what}", text, UNHEARD))
        for sid, party in parties.items():
            if sid not in shown.members and party.is_live:
                text = f"{_kind_of(party)} is in the call and not shown"
                found.append(Moment("shown is not so", sid, text, UNHEARD))
    return found


def _differences(member: ShownMember, party: Party | None) -> list[str]:
    if party is None:
        return [f"is shown {member.state} and is gone"]
    if member.state not in {"Connected", "Hold"}:
        if party.is_live and member.role != "Caller" and party.company:
            return [f"is shown {member.state} and talks"]
        return []
    if not party.is_live:
        return [f"is shown {member.state} and rings"]
    differences = []
    if (member.state == "Hold") is not party.held:
        differences.append(f"is shown {member.state} and hold={party.held}")
    if member.muted is not party.muted:
        differences.append(f"is shown muted={member.muted} and is muted={party.muted}")
    if member.coaching != party.coaching:
        differences.append(f"is shown coaching={bool(member.coaching)}, {bool(party.coaching)}")
    return differences


def _who(party: Party, shown: Shown) -> str:
    del shown
    return f"{_kind_of(party)} {'talks' if party.is_live else 'rings'}"


def _kind_of(party: Party) -> str:
    return "an agent" if party.is_ours else "an outside party"
