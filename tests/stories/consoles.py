"""What agents do besides a call of theirs: place one, take none, try what is not theirs."""

from typing import Any

from tests.stories.managers import Managers

_ERROR = 400
_PASSING = {429, 500, 502, 503}  # what the next try may not meet


class Consoles(Managers):
    """An add that is only tried changes nothing, and nobody commands a call that is not theirs."""

    def start_conference(self, who: str) -> None:
        """Make it a conference and add nobody."""
        session = self.session_of(who)
        if session is not None:
            self.ask(who, "POST", f"/sessions/{session['id']}/conference", {})

    def console(self, who: str) -> None:
        """A console stores its notes."""
        session = self.session_of(who)
        if session is not None:
            notes = {"consoleData": f"{self.stage.seconds}"}
            self.ask(who, "PATCH", f"/sessions/{session['id']}", notes)

    def call(self, who: str, party: str) -> None:
        """An agent places a call: their own device is rung first (C100)."""
        if self.may_ring() and not self.legs_of(who):
            self.ask(who, "POST", "/calls", {"destination": self.address(party)})

    def presence(self, who: str, state: str) -> None:
        """Whether an agent takes calls from now on (C99)."""
        answer = self.ask(who, "PATCH", "/app/presence", {"agentState": state})
        is_known = answer is not None and answer.status_code < _ERROR
        self.watch.takes_calls(self.address(who), takes=state == "Ready" or not is_known)

    def try_add(self, who: str, party: str) -> None:
        """What an add would do; what it says is refused, the button refuses too (C107)."""
        session = self.session_of(who)
        if session is None:
            return
        path, body = f"/sessions/{session['id']}/conference/members", self.address(party)
        tried = self.ask(who, "POST", f"{path}?dryRun=true", {"destination": body})
        if tried is None or tried.status_code in _PASSING:
            return
        after = self.session_of(who)
        if after is not None and after["id"] == session["id"] and _differ(session, after):
            self.watch.violated("dry run", "it has changed the session")
        if tried.status_code >= _ERROR:
            done = self.add(who, party)
            if done is not None and done.status_code < _ERROR:
                self.watch.violated("dry run", f"{tried.text[:80]} and the add is taken")

    def meddle(self, who: str, verb: str, path: str) -> None:
        """An agent commands the newest call, where that is none of theirs (C104)."""
        living = self.watch.living_sessions()
        if not living:
            return
        shown = self.stage.ask(who, "GET", f"/sessions/{living[-1]}")
        if shown is None or (shown.status_code < _ERROR and "EndSession" in shown.json["allowed"]):
            return
        answer = self.ask(who, verb, f"/sessions/{living[-1]}{path}", {})
        if answer is not None and answer.status_code < _ERROR:
            self.watch.violated("rights", f"{verb} {path} of somebody else's call is taken")


def _differ(before: dict[str, Any], after: dict[str, Any]) -> bool:
    return bool(before["version"] != after["version"])
