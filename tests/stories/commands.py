"""The agents' commands: each is sent as a client sends it, and its answer noted in the ledger."""

from collections import Counter
from typing import Any

from tests.journeys.stage import CUSTOMER, FOURTH, THIRD
from tests.stories.ledger import Ledger, Promise
from tests.stories.stage import StoryStage
from tests.stories.watch import Watch

_NUMBERS = {"customer": CUSTOMER, "third": THIRD, "fourth": FOURTH}
_ERROR, _FORBIDDEN, _SERVER_ERROR = 400, 403, 500


class Commands:
    """`who` is ann, bob or the manager mia; a party is one of the call, by name."""

    def __init__(self, stage: StoryStage) -> None:
        self.stage = stage
        self.watch = Watch(stage)
        self.ledger = Ledger(stage, self.watch)
        self.excused = self.watch.excused  # legs whose end has a reason
        self.word = ""  # of the step that is performed
        self.answers: Counter[str] = Counter()
        self._adding: dict[str, str] = {}  # whom a request that waits has added, by session

    def address(self, party: str) -> str:
        """Where that party is called."""
        return _NUMBERS.get(party) or f"client:{self.stage.users[party].identity}"

    # --- who is in the call ------------------------------------------------------------------

    def add(
        self, who: str, party: str, key: str | None = None, more: dict[str, Any] | None = None
    ) -> Any:
        """An agent presses the dial button."""
        session = self.session_of(who)
        if session is None:
            return None
        address, known = self.address(party), member_ids(session)
        rung = self.ledger.asked(session["id"], address)
        path = f"/sessions/{session['id']}/conference/members"
        self._adding[session["id"]] = address
        answer = self.ask(who, "POST", path, {"destination": address} | (more or {}), key)
        self._adding.pop(session["id"], None)
        if answer is None:
            return None
        if answer.status_code >= _ERROR:
            self.ledger.refused(session["id"], address)
            return answer
        new = [m for m in answer.json["members"] if is_at(m, address) and member_id(m) not in known]
        if new:
            rings = Promise("rings", session["id"], member_id(new[0]), address, rung=rung)
            self.ledger.promise(rings)
        else:
            self.ledger.refused(session["id"], address)
        return answer

    def add_twice(self, who: str, party: str) -> None:
        """A double click: the same button again while the first press waits."""
        self.during(["add", who, party], ["add", who, party])

    def add_insisting(self, who: str, party: str) -> None:
        """Evo Voice's own client: once more, one second after a 429 or 5xx (contract 2.5)."""
        key = f"key-{self.stage.seconds}"
        answer = self.add(who, party, key)
        if answer is not None and answer.status_code in {429, 502, 503}:
            self.let_pass(1.0)
            self.add(who, party, key)

    def place(self, who: str, party: str) -> None:
        """The manager has a customer called."""
        if self.watch.living_sessions():
            return
        body = {"flowId": "flow", "numberToDial": self.address(party)}
        self.ask(who, "POST", "/sessions/outgoing", body)

    def remove(self, who: str, party: str) -> None:
        """An agent takes somebody out."""
        session, member = self.session_of(who), None
        if session is not None:
            member = self.member_of(session, party)
        if session is None or member is None:
            return
        path = f"/sessions/{session['id']}/conference/members/{member_id(member)}"
        # the service may not know yet that they have a leg, or that they have answered
        self.excused.update(leg.sid for leg in self.legs_of(party))
        answer = self.ask(who, "DELETE", path)
        self.promise_gone(answer, session, [member])

    def leave(self, who: str) -> None:
        """An agent leaves by the button; whom a colleague or they have just added still comes."""
        session = self.session_of(who)
        if session is not None and session["id"] in self._adding:
            self.watch.expect(session["id"], self._adding[session["id"]])
        if session is not None and self.member_of(session, who) is not None:
            self.ledger.asked(session["id"], self.address(who))  # called back, as from hand_over
        self._go_out(who, "/conference/leave", {})

    def hand_over(self, who: str, party: str) -> None:
        """An agent hands the call over without a talk."""
        session = self.session_of(who)
        if session is None or self.member_of(session, who) is None:
            return
        address = self.address(party)
        for rung in (address, self.address(who)):  # where nobody comes they are called back (C109)
            self.ledger.asked(session["id"], rung)
        if self.member_of(session, party) is None:
            self.watch.expect(session["id"], address)
        answer = self._go_out(who, "/redirect", {"destination": address})
        if answer is not None and answer.status_code >= _ERROR:
            for rung in (address, self.address(who)):
                self.ledger.refused(session["id"], rung)
            self.watch.expect_nobody(session["id"])

    def _go_out(self, who: str, path: str, body: dict[str, Any]) -> Any:
        session = self.session_of(who)
        own = self.member_of(session, who) if session else None
        if session is None or own is None:
            return None
        self.excused.add(own.get("callSid", ""))
        answer = self.ask(who, "POST", f"/sessions/{session['id']}{path}", body)
        self.promise_gone(answer, session, [own])
        return answer

    def end(self, who: str) -> None:
        """An agent ends the call for everybody."""
        session = self.session_of(who)
        if session is None:
            return
        self.excused.update(m.get("callSid", "") for m in session["members"])
        self.watch.ended_by_us.add(session["id"])
        answer = self.ask(who, "DELETE", f"/sessions/{session['id']}")
        self.promise_gone(answer, session, session["members"])

    def reject(self, who: str) -> None:
        """An agent declines by the button."""
        session = self.session_of(who)
        if session is not None:
            self.ask(who, "POST", f"/sessions/{session['id']}/reject", {})

    # --- how they take part -----------------------------------------------------------------

    def hold(self, who: str) -> None:
        """Everybody but the one who asks."""
        self._set_all(who, "hold", "held", wish=True)

    def resume(self, who: str) -> None:
        """Everybody."""
        self._set_all(who, "resume", "held", wish=False)

    def _set_all(self, who: str, verb: str, flag: str, *, wish: bool) -> None:
        session = self.session_of(who)
        if session is None:
            return
        path = f"/sessions/{session['id']}/{verb}"
        others = [m for m in session["members"] if not wish or not self._asks(m, who)]
        if who == "mia" and _is_party(self.mias(session)):
            others = [m for m in session["members"] if not wish or m != self.mias(session)]
        answer = self.ask(who, "POST", path, {})
        own = [str(m.get("callSid")) for m in session["members"] if m not in others]
        self.ledger.forget_flags(session["id"], own)  # who holds the others is off hold (C85)
        self._promise_flags(answer, session, others, flag, wish)

    def patch(self, who: str, party: str, field: str, wish: bool) -> None:
        """Hold or mute one party."""
        flag = {"hold": "held", "muted": "muted"}[field]
        self._set_one(who, party, {field: wish}, flag, wish)

    def coach(self, who: str, party: str, listener: str) -> None:
        """One party is heard by another alone, or by all again."""
        session = self.session_of(who)
        heard_by = self.member_of(session, listener) if session and listener else None
        if listener and (heard_by is None or "callSid" not in heard_by):
            return
        sid = heard_by["callSid"] if heard_by else ""
        self._set_one(who, party, {"coaching": sid}, "coaching", sid)

    def _set_one(self, who: str, party: str, body: Any, flag: str, wish: Any) -> None:
        session = self.session_of(who)
        member = self.member_of(session, party) if session else None
        if session is None or member is None:
            return
        path = f"/sessions/{session['id']}/conference/members/{member_id(member)}"
        answer = self.ask(who, "PATCH", path, body)
        self._promise_flags(answer, session, [member], flag, wish)

    # --- how it is asked ---------------------------------------------------------------------

    def ask(self, who: str, method: str, path: str, body: Any = None, key: Any = None) -> Any:
        """Send it, and note what comes of it."""
        session_id = "".join(path.split("/")[2:3])
        begun = self.ledger.command_begins(session_id)
        answer = self.stage.ask(who, method, path, body, key)
        self.ledger.command_ends(session_id, begun)
        status = answer.status_code if answer is not None else "killed"
        self.answers[f"{self.word} {status}"] += 1
        if status == _SERVER_ERROR:
            self.watch.violated("server error", f"{self.word}: {answer.text}")
        return answer

    def ask_by_right(self, who: str, right: str, session: Any, path: str, body: Any) -> Any:
        """The same, for what is in `allowed` or else refused, whatever it names (C104)."""
        answer = self.ask(who, "POST", path, body)
        if answer is None or answer.status_code == _SERVER_ERROR:
            return answer
        is_allowed = right in session["allowed"]
        if answer.status_code < _ERROR and not is_allowed:
            self.watch.violated("rights", f"{right} is taken and was not allowed")
        if answer.status_code == _FORBIDDEN and is_allowed:
            self.watch.violated("rights", f"{right} is forbidden and was allowed")
        return answer

    def session_of(self, who: str) -> dict[str, Any] | None:
        """The session that this agent's console shows; a manager's shows the newest."""
        if who == "mia":
            living = self.watch.living_sessions()
            answer = self.stage.ask(who, "GET", f"/sessions/{living[-1]}") if living else None
            return answer.json if answer is not None else None
        answer = self.stage.ask(who, "GET", "/sessions/active")
        sessions = answer.json["sessions"] if answer is not None else []
        return max(sessions, key=lambda one: str(one["dateCreated"]), default=None)

    def member_of(self, session: dict[str, Any] | None, party: str) -> dict[str, Any] | None:
        """That party in the call."""
        members = session["members"] if session else []
        return next((m for m in members if self._is(m, party)), None)

    def _is(self, member: dict[str, Any], party: str) -> bool:
        return party != "mia" and is_at(member, self.address(party))

    def _asks(self, member: dict[str, Any], who: str) -> bool:
        """Whether that is the party that asks; for a manager who is none it is the agent
        (contract 2.5).
        """
        return member["role"] == "Agent" if who == "mia" else self._is(member, who)

    def mias(self, session: dict[str, Any] | None) -> dict[str, Any] | None:
        """Her own leg in that call."""
        members = session["members"] if session else []
        return next((m for m in members if is_at(m, self.address("mia"))), None)

    def promise_gone(self, answer: Any, session: Any, members: list[Any]) -> None:
        if answer is None or answer.status_code >= _ERROR:
            return
        for member in members:
            sid = member.get("callSid", "")
            self.ledger.promise(Promise("gone", session["id"], member_id(member), sid))

    def _promise_flags(
        self, answer: Any, session: Any, members: list[Any], flag: str, wish: Any
    ) -> None:
        members = [m for m in members if "supervising" not in m["applicationData"]]
        if answer is None:  # the process has died with it: another one may carry it out
            self.ledger.forget_flags(session["id"], [str(m.get("callSid")) for m in members])
            return
        talking = [m for m in members if m["callState"] in {"Connected", "Hold"}]
        sids = [member["callSid"] for member in talking if "callSid" in member]
        if answer.status_code >= _ERROR:
            self.ledger.freeze(session["id"], sids, flag, wish)
            return
        for sid in sids:
            self.ledger.promise(Promise("flag", session["id"], sid, sid, flag, wish))

    def let_pass(self, seconds: float) -> None:
        """Time; the world gives it."""
        raise NotImplementedError

    def during(self, outer: list[Any], inner: list[Any]) -> None:
        """One deed in the middle of another."""
        raise NotImplementedError


def member_id(member: dict[str, Any]) -> str:
    """Our id of that party."""
    return str(member["applicationData"]["memberId"])


def _is_party(member: dict[str, Any] | None) -> bool:
    """Whether that leg is in the conversation: connected, and not only supervising."""
    return (
        member is not None
        and member["callState"] in {"Connected", "Hold"}
        and "supervising" not in member["applicationData"]
    )


def member_ids(session: dict[str, Any]) -> set[str]:
    """Those of all parties of the call."""
    return {member_id(member) for member in session["members"]}


def is_at(member: dict[str, Any], address: str) -> bool:
    """Whether that party is called there."""
    return str(member.get("identity")) == address.removeprefix("client:")
