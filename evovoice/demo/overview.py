"""Tells a person what is where, how to sign in, and how to add somebody to the live call."""

from typing import Any
from urllib.parse import quote

from evovoice.demo.cast import AGENT_EMAIL, AGENT_PASSWORD, COLLEAGUE, COLLEAGUE_EMAIL, Cast


def print_overview(cast: Cast, session: dict[str, Any]) -> None:
    """Print it for that live session."""
    _print_addresses(cast)
    print("\nA live call is waiting. Add somebody to it:\n")
    print(_curl(cast, session))
    _print_end()


def print_overview_of_pages(cast: Cast) -> None:
    """Print it for people who answer with their own microphone."""
    _print_addresses(cast)
    print("\nOpen Ann's console and press Start taking calls: a customer calls you then.")
    print("Answer, and add somebody: a number, or Bob, whose console you open in another window.")
    _print_end()


def _print_addresses(cast: Cast) -> None:
    service, bobs = cast.api.base, cast.other_url
    print(f"\nService:   {service}")
    print(f"Ann:       {service}/#{_signs_in(AGENT_EMAIL)} (console with a phone, signed in)")
    print(f"Bob:       {bobs}/#{_signs_in(COLLEAGUE_EMAIL)} (the same for a colleague)")
    print(f"Phone:     {service}/phone#{_signs_in(AGENT_EMAIL)} (without the console)")
    print(f"Emulator:  {cast.stage.base}/_emulator/ (who hears whom; answer and hang up there)")
    print(f"API:       {service}/docs (to read and to try)")


def _signs_in(email: str) -> str:
    """What a page of this machine signs in by (`static/given_sign_in.js`)."""
    return f"{email}:{quote(AGENT_PASSWORD)}"


def _print_end() -> None:
    print("\nCtrl-C stops all of it. What happens from here:\n", flush=True)


def _curl(cast: Cast, session: dict[str, Any]) -> str:
    agent = next(member for member in session["members"] if member["role"] == "Agent")
    return (
        f"  curl -s {cast.api.base}/sessions/{session['id']}/conference/members \\\n"
        f"    -H 'Authorization: Bearer {cast.key}' -H 'Content-Type: application/json' \\\n"
        f'    -d \'{{"callSid":"{agent["callSid"]}","destination":"{COLLEAGUE}"}}\''
    )
