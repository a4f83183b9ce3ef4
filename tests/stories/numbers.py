"""What agents do with numbers in stories: several for one party, extensions, menus and PINs."""

from collections import Counter

from evovoice.emulator.state.leg import Leg
from tests.stories.commands import is_at, member_id, member_ids
from tests.stories.ledger import Promise
from tests.stories.stage import StoryStage
from tests.stories.transfers import Transfers
from tests.stories.truth import address_of

_ERROR = 400


class Numbers(Transfers):
    """Of several destinations each is rung once at most, and digits are heard once at most."""

    def __init__(self, stage: StoryStage) -> None:
        super().__init__(stage)
        self._sent: Counter[str] = Counter()  # how many digits may be heard, by address

    def add_several(
        self, who: str, parties: list[str], strategy: str, human_only: bool = False
    ) -> None:
        """One party at several numbers, in turn or at once (C114, C115, C120)."""
        session = self.session_of(who)
        if session is None:
            return
        addresses, known = [self.address(one) for one in parties], member_ids(session)
        rung = {one: self.ledger.asked(session["id"], one) for one in addresses}
        path = f"/sessions/{session['id']}/conference/members"
        wanted = [{"destination": one, "ringTime": 10} for one in addresses]
        body = {"destinations": wanted, "strategy": strategy, "humanOnly": human_only}
        answer = self.ask(who, "POST", path, body)
        if answer is None:
            return
        if answer.status_code >= _ERROR:
            for one in addresses:
                self.ledger.refused(session["id"], one)
            return
        for member in answer.json["members"]:
            address = next((a for a in addresses if is_at(member, a)), None)
            if address is not None and member_id(member) not in known:
                id_ = member_id(member)
                rings = Promise("rings", session["id"], id_, address, rung=rung[address])
                self.ledger.promise(rings)

    def add_human(self, who: str, party: str) -> None:
        """An add of a person: a voicemail that answers is hung up (C120)."""
        self.add(who, party, more={"humanOnly": True})

    def add_extension(self, who: str, party: str, extension: str) -> None:
        """An add whose digits are sent at the answer (C111)."""
        self._sent[self.address(party)] += len(extension)
        self.add(who, party, more={"sendDigits": extension})

    def call_extension(self, who: str, party: str, extension: str) -> None:
        """An agent places a call to a number with an extension (C100, C111)."""
        if self.may_ring() and not self.legs_of(who):
            self._sent[self.address(party)] += len(extension)
            self.ask(who, "POST", "/calls", {"destination": f"{self.address(party)},,{extension}"})

    def digits(self, who: str, party: str, digits: str) -> None:
        """For a menu or a PIN in the middle of a call (C112)."""
        session = self.session_of(who)
        member = self.member_of(session, party) if session else None
        if session is None or member is None:
            return
        self._sent[self.address(party)] += len(digits)
        path = f"/sessions/{session['id']}/conference/members/{member_id(member)}/digits"
        self.ask(who, "POST", path, {"digits": digits})

    def check_digits(self) -> None:
        """At the end of a story: what was heard was sent."""
        heard: Counter[str] = Counter()
        for leg in self.stage.twilio.exchange.network.legs:
            heard[address_of(leg)] += len(leg.keys_heard)
        for address, count in heard.items():
            if count > self._sent[address]:
                text = f"{address} has heard {count}, sent were {self._sent[address]}"
                self.watch.violated("digits heard too often", text)

    def may_ring(self) -> bool:
        """Whether another call may begin."""
        raise NotImplementedError

    def legs_of(self, party: str) -> list[Leg]:
        """The living legs of that party."""
        raise NotImplementedError
