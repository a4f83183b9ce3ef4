"""The main job as a story: a customer calls, an agent adds a colleague, and everybody leaves."""

from typing import Any

from evovoice.demo.cast import COLLEAGUE, CUSTOMER, Cast
from evovoice.demo.timeline import NotAsExpected, Timeline


def tell(cast: Cast) -> None:
    """Play the story and check its end. Errors: `NotAsExpected`, `HttpProblem`."""
    timeline = Timeline(cast)
    session = bridge(cast, timeline)
    add_colleague(cast, timeline, session)
    session = timeline.until("all three talk", lambda s: len(_connected(s)) == 3)  # noqa: PLR2004
    _expect_two_rest_calls(timeline)
    timeline.say(cast.agent_name, "hangs up; the others talk on")
    cast.hang_up(_call_sid(session, "Agent"))
    session = timeline.until("the agent has left", lambda s: s["callState"] == "Passive")
    timeline.say(COLLEAGUE, "hangs up, and nobody is left alone")
    cast.hang_up(_call_sid(session, "Transfer"))
    session = timeline.until("the end", lambda s: bool(s["ended"]))
    _expect_the_end(session, cast)


def bridge(cast: Cast, timeline: Timeline) -> dict[str, Any]:
    """The customer calls and the agent's phone answers: a plain call of two."""
    cast.phone(cast.agent_device, answer_after=1.0)
    cast.phone(COLLEAGUE, answer_after=2.0)
    timeline.say(CUSTOMER, "calls our number")
    cast.call_in()
    timeline.follow(_first_session(cast))
    return timeline.until("the agent answers", lambda s: s["callState"] == "Connected")


def add_colleague(cast: Cast, timeline: Timeline, session: dict[str, Any]) -> None:
    """The dial button."""
    timeline.say(cast.agent_name, f"presses the dial button for {COLLEAGUE}")
    body = {"callSid": _call_sid(session, "Agent"), "destination": COLLEAGUE}
    cast.api.post(f"/sessions/{session['id']}/conference/members", body)


def _first_session(cast: Cast) -> str:
    sessions: list[dict[str, Any]] = []
    for _ in range(200):
        sessions = cast.api.get("/sessions/active")["sessions"]
        if sessions:
            session_id: str = sessions[0]["id"]
            return session_id
    raise NotAsExpected("The call did not reach the service")


def _expect_two_rest_calls(timeline: Timeline) -> None:
    """One redirect, one new participant, and nothing to look things up (twilio-voice 1)."""
    made = [call["path"].rsplit("/", 2)[-2:] for call in timeline.rest_calls]
    kinds = [part[0] if part[0] == "Calls" else part[-1] for part in made]
    if kinds != ["Calls", "Participants.json"]:
        raise NotAsExpected(f"The conversion took other requests than two: {kinds}")


def _expect_the_end(session: dict[str, Any], cast: Cast) -> None:
    """Everybody who ever talked is listed, nobody is connected, and the outcome is told."""
    expected = {
        ("Caller", CUSTOMER, "None"),
        ("Agent", cast.agent_device.removeprefix("client:"), "None"),
        ("Transfer", COLLEAGUE, "None"),
    }
    actual = {(m["role"], m["identity"], m["callState"]) for m in session["members"]}
    facts = (session["callState"], session["outcome"], session["wasMissed"])
    if actual != expected or facts != ("Disconnected", "TransferredExternal", False):
        raise NotAsExpected(f"The final session is not what it should be: {session}")


def _connected(session: dict[str, Any]) -> list[dict[str, Any]]:
    return [m for m in session["members"] if m["callState"] == "Connected"]


def _call_sid(session: dict[str, Any], role: str) -> str:
    sid: str = next(m["callSid"] for m in session["members"] if m["role"] == role)
    return sid
