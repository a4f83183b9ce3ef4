"""Tells a person what is where, how to sign in, and how to add somebody to the live call."""

from typing import Any

from evovoice.demo.cast import AGENT_EMAIL, AGENT_PASSWORD, COLLEAGUE, Cast


def print_overview(cast: Cast, session: dict[str, Any]) -> None:
    """Print it for that live session."""
    service, emulator = cast.api.base, cast.stage.base
    print(f"\nService:   {service}")
    print(f"API:       {service}/docs (to read and to try)")
    print(f'Sign in:   {service}/docs (e-mail address {AGENT_EMAIL}, password "{AGENT_PASSWORD}")')
    print(f"Emulator:  {emulator}/_emulator/ (who hears whom; answer and hang up there)")
    print("\nA live call is waiting. Add somebody to it:\n")
    print(_curl(cast, session))
    print("\nCtrl-C stops all of it. What happens from here:\n", flush=True)


def _curl(cast: Cast, session: dict[str, Any]) -> str:
    agent = next(member for member in session["members"] if member["role"] == "Agent")
    return (
        f"  curl -s {cast.api.base}/sessions/{session['id']}/conference/members \\\n"
        f"    -H 'Authorization: Bearer {cast.key}' -H 'Content-Type: application/json' \\\n"
        f'    -d \'{{"callSid":"{agent["callSid"]}","destination":"{COLLEAGUE}"}}\''
    )
