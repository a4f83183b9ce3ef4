"""What the manager Mia does with calls: she supervises, and says when they end (C102, C105)."""

from tests.stories.commands import member_id
from tests.stories.ledger import Promise
from tests.stories.numbers import Numbers

_ERROR = 400


class Managers(Numbers):
    """A leg that monitors or coaches is no party: no call goes on for it, and none is dropped."""

    def supervise(self, mode: str, coached: str = "") -> None:
        """Her own device is rung into the newest call, or takes part in it otherwise."""
        session = self.session_of("mia")
        if session is None:
            return
        body, address = {"mode": mode}, self.address("mia")
        heard_by = self.member_of(session, coached) if coached else None
        if heard_by is not None:
            body["callSid"] = member_id(heard_by)
        known = {member_id(member) for member in session["members"]}
        rung = self.ledger.asked(session["id"], address)
        path = f"/sessions/{session['id']}/supervisors"
        answer = self.ask_by_right("mia", "SuperviseSession", session, path, body)
        own = self.mias(answer.json) if answer is not None and answer.status_code < _ERROR else None
        if own is not None and member_id(own) not in known:
            rings = Promise("rings", session["id"], member_id(own), address, rung=rung)
            self.ledger.promise(rings)
        elif answer is not None:
            self.ledger.refused(session["id"], address)
        self.watch.look()  # who does not take part any more keeps no call going from now on

    def step_out(self) -> None:
        """She leaves, whether she supervises or has barged in."""
        session = self.session_of("mia")
        own = self.mias(session)
        if session is None or own is None:
            return
        self.excused.add(own.get("callSid", ""))
        path = f"/sessions/{session['id']}/conference/leave"
        self.promise_gone(self.ask("mia", "POST", path, {}), session, [own])

    def end_policy(self, who: str, policy: str) -> None:
        """A call ends otherwise from now on; one that is over by that ends at once."""
        session = self.session_of(who)
        if session is not None:
            path = f"/sessions/{session['id']}/endPolicy"
            self.ask_by_right(who, "SetEndPolicy", session, path, {"endPolicy": policy})
            self.watch.look()

    def account_policy(self, policy: str) -> None:
        """Calls that begin from now on end by it."""
        path = f"/admin/accounts/{self.stage.account.id}"
        self.ask("mia", "PATCH", path, {"endPolicy": policy})
