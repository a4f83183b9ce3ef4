"""What is so at the carrier: who is on which leg of which session, and who has company.

Read from the emulator alone; whose leg it is stands in the callback address that it was given.
"""

import re
from dataclasses import dataclass, field, replace

from evovoice.emulator import console_hearing as hearing
from evovoice.emulator.inprocess import InProcessTwilio
from evovoice.emulator.state.conference import Participant
from evovoice.emulator.state.leg import Leg

_OF_SESSION = re.compile(r"/twilio/sessions/[^/]+/([^/#?]+)/")


@dataclass(frozen=True, slots=True)
class Party:
    """One living leg: how it takes part, whom it could talk to, whether somebody is coming."""

    sid: str
    address: str
    is_live: bool
    is_ours: bool
    held: bool = False
    muted: bool = False
    coaching: str = ""  # the call that alone hears it
    company: frozenset[str] = frozenset()
    expects: bool = False
    is_machine: bool = False


@dataclass(slots=True)
class Truth:
    """The living legs by session, at one moment; `strays` are those of no session.

    `answered`: of each session every leg that was ever live, and whether it is one of ours.
    """

    sessions: dict[str, dict[str, Party]] = field(default_factory=dict)
    strays: list[str] = field(default_factory=list)
    answered: dict[str, dict[str, bool]] = field(default_factory=dict)

    def of(self, session_id: str) -> dict[str, Party]:
        """The parties of that session by call SID."""
        return self.sessions.get(session_id, {})


class CarrierView:
    """Looks at the emulator. `roots` says which session a call began, by its call SID."""

    def __init__(self, twilio: InProcessTwilio) -> None:
        self._twilio = twilio
        self.roots: dict[str, str] = {}
        self._answered: dict[str, dict[str, bool]] = {}
        self._machines: set[str] = set()

    def session_of(self, leg: Leg) -> str | None:
        """By the leg's own callback, by its parent's, or because the session began with it."""
        found = _OF_SESSION.search(leg.subscription.url) if leg.subscription else None
        return found.group(1) if found else self.roots.get(leg.parent_sid or leg.sid)

    def _is_machine(self, leg: Leg) -> bool:
        """Whether a voicemail has answered: it hangs up when it has heard enough."""
        phone = self._twilio.exchange.network.phones.at(leg.to)
        if leg.started is not None and leg.direction != "inbound" and phone.is_machine:
            self._machines.add(leg.sid)
        return leg.sid in self._machines

    def look(self) -> Truth:
        """How it is now."""
        truth = Truth(answered=self._answered)
        living = self._twilio.living_calls()
        pairs = _bridges(living)
        ringing = {leg.parent_sid for leg in living if not leg.live}
        for leg in living:
            session_id = self.session_of(leg)
            if session_id is None:
                truth.strays.append(leg.sid)
                continue
            party = _party(leg, pairs.get(leg.sid), leg.sid in ringing)
            if self._is_machine(leg):
                party = replace(party, is_machine=True)
            truth.sessions.setdefault(session_id, {})[leg.sid] = party
            if party.is_live:
                self._answered.setdefault(session_id, {})[leg.sid] = party.is_ours
        return truth


def address_of(leg: Leg) -> str:
    """Who is at the far end."""
    return leg.from_ if leg.direction == "inbound" else leg.to


def _bridges(living: list[Leg]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    by_sid = {leg.sid: leg for leg in living}
    for child in living:
        parent = by_sid.get(child.parent_sid or "")
        if parent is not None and parent.live and hearing.is_bridged(child):
            pairs[parent.sid], pairs[child.sid] = child.sid, parent.sid
    return pairs


def _party(leg: Leg, bridged: str | None, rings_somebody: bool) -> Party:
    address = address_of(leg)
    is_ours = address.startswith("client:")
    company = frozenset([bridged]) if bridged else frozenset()
    inside = leg.participant
    if not isinstance(inside, Participant) or inside.conference.over:
        return Party(leg.sid, address, leg.live, is_ours, company=company, expects=rings_somebody)
    others = [one for one in inside.conference.participants.values() if one is not inside]
    if inside.connected and inside.conference.started:
        company |= {one.leg.sid for one in others if one.connected and one.leg.live}
    return Party(
        leg.sid,
        address,
        leg.live,
        is_ours,
        held=inside.hold,
        muted=inside.muted,
        coaching=(inside.coach or "") if inside.coaching else "",
        company=company,
        expects=rings_somebody or any(not one.leg.live for one in others),
    )
