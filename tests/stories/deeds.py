"""What people, agents and the carrier do: one method for each word of a story."""

from contextlib import suppress
from typing import Any

from evovoice.emulator.engine.remote_party import Impossible
from evovoice.emulator.state.leg import Leg
from tests.journeys.stage import CUSTOMER, FOURTH, OURS, THIRD
from tests.stories.consoles import Consoles
from tests.stories.line import Trouble
from tests.stories.stage import BOTH
from tests.stories.truth import address_of

NUMBERS = {"customer": CUSTOMER, "third": THIRD, "fourth": FOURTH}
_MOST_SESSIONS = 2  # at once


class Deeds(Consoles):
    """People, the carrier and the clock; agents' commands stand in the class above."""

    def phone(self, party: str, how: str, seconds: float = 0.0) -> None:
        """From now on whoever is called there behaves so."""
        phone = self.stage.twilio.phone(self.address(party))
        match how:
            case "answers":
                phone.answers_after(seconds)
            case "rings":
                phone.just_rings()
            case "busy":
                phone.is_busy()
            case "rejects":
                phone.rejects_after(seconds)
            case "gives up":
                phone.gives_up_after(seconds)
            case "unreachable":
                phone.is_unreachable()
            case "voicemail":
                phone.is_a_voicemail()

    def ring_in(self, party: str, number: str) -> None:
        """A telephone calls the number of Ann, or the one of Ann and Bob."""
        if self.may_ring():
            to = {"ann": OURS, "both": BOTH}[number]
            self.watch.call_comes_in(self.stage.twilio.place_call(self.address(party), to))

    def ring_out(self, who: str, party: str) -> None:
        """An agent's device calls somebody."""
        if self.may_ring() and not self.legs_of(who):
            identity = self.stage.users[who].identity
            self.stage.twilio.connect_device(identity, {"To": self.address(party)})

    def may_ring(self) -> bool:
        """Few calls at a time, so that a story is about each of them."""
        return len(self.watch.living_sessions()) < _MOST_SESSIONS

    def answer(self, party: str) -> None:
        """Somebody picks up."""
        for leg in self.legs_of(party):
            if not leg.live and leg.direction != "inbound":
                self.stage.twilio.answer(leg.sid)
                return

    def decline(self, party: str) -> None:
        """Somebody declines what rings."""
        for leg in self.legs_of(party):
            if not leg.live and leg.direction != "inbound":
                self.stage.twilio.reject(leg.sid)
                return

    def busy(self, party: str) -> None:
        """What rings turns out to be busy."""
        for leg in self.legs_of(party):
            if not leg.live and leg.direction != "inbound":
                self.stage.twilio.busy(leg.sid)
                return

    def hang_up(self, party: str) -> None:
        """Somebody hangs up: the leg that talks, else any."""
        legs = sorted(self.legs_of(party), key=lambda leg: not leg.live)
        if legs:
            self.excused.add(legs[0].sid)
            self.stage.twilio.hang_up(legs[0].sid)

    def legs_of(self, party: str) -> list[Leg]:
        """The living legs of that party."""
        address = self.address(party)
        return [leg for leg in self.stage.twilio.living_calls() if address_of(leg) == address]

    # --- the carrier -------------------------------------------------------------------------

    def choose(self, name: str, value: Any) -> None:
        """How the carrier behaves where nobody knows it."""
        self.stage.twilio.choose(**{name: value})

    def reports(self, do: str, kind: str, event: str, seconds: float, count: int) -> None:
        """The next reports of that kind are late, doubled, out of order, lost or refused."""
        rule = f"{do},kind={kind},event={event},seconds={seconds:g},count={count}"
        self.stage.twilio.chaos(rule)
        self.stage.chaos_rules.append(self.stage.twilio.exchange.chaos.rules[-1])

    def fault(self, kind: str, target: str, count: int) -> None:
        """The next requests of that kind go wrong."""
        assert self.stage.line is not None
        self.stage.line.troubles.append(Trouble(kind, target, count))

    def returns(self, seconds: int) -> None:
        """How long a call waits for an agent's device that was lost (E2)."""
        self.stage.waits_for_devices(seconds)

    # --- the clock -----------------------------------------------------------------------------

    def during(self, outer: list[Any], inner: list[Any]) -> None:
        """The inner deed happens at the first wait of the outer one, else after it."""
        self.stage.deed = lambda: self.do(tuple(inner))
        self.do(tuple(outer))
        deed, self.stage.deed = self.stage.deed, None
        if deed is not None:
            deed()

    def do(self, step: tuple[Any, ...]) -> None:
        """Perform a step; what nobody could do at that moment is passed over."""
        name, *values = step
        if name == "pass":
            return self.let_pass(*values)
        before, self.word = self.word, name
        with suppress(Impossible):
            getattr(self, name)(*values)
        self.word = before
        return None

    def let_pass(self, seconds: float) -> None:
        """Time; the world gives it."""
        raise NotImplementedError
