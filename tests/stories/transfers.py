"""The commands of a transfer in stories: begun, swapped, completed or cancelled at any moment."""

from tests.stories.commands import Commands, member_id

_ERROR = 400


class Transfers(Commands):
    """Whoever is held for a transfer is off hold once it is over, whatever was wished meanwhile."""

    def consult(self, who: str, party: str) -> None:
        """An agent holds the others and has a third party rung; they may be called back (C109)."""
        session = self.session_of(who)
        if session is None or self.member_of(session, who) is None:
            return
        rung = (self.address(party), self.address(who))
        for address in rung:
            self.ledger.asked(session["id"], address)
        self.ledger.transfers(session["id"])
        self.ledger.forget_flags(session["id"], [m.get("callSid", "") for m in session["members"]])
        path = f"/sessions/{session['id']}/transfers"
        answer = self.ask(who, "POST", path, {"destination": rung[0]})
        if answer is not None and answer.status_code >= _ERROR:
            for address in rung:
                self.ledger.refused(session["id"], address)

    def transfer(self, who: str, deed: str) -> None:
        """`deed`: swap, join, leave or cancel."""
        session = self.session_of(who)
        transfer = session.get("transfer") if session else None
        if session is None or transfer is None:
            return
        parties = [m for m in session["members"] if "callSid" in m]
        self.ledger.forget_flags(session["id"], [m["callSid"] for m in parties])
        self.excused.update(
            m["callSid"]
            for m in parties
            if transfer["userId"] == m.get("endpointId") or transfer["memberId"] == member_id(m)
        )
        path = f"/sessions/{session['id']}/transfers/{transfer['id']}"
        if deed == "cancel":
            self.ask(who, "DELETE", path)
        elif deed == "swap":
            self.ask(who, "POST", f"{path}/swap", {})
        else:
            self.ask(who, "POST", f"{path}/complete", {"join": deed == "join"})
