"""What several journeys begin with, and how they read what came of it."""

from typing import Any

from evovoice.services import administration
from evovoice.storage.unit_of_work import Database
from tests.journeys.stage import BASE, CUSTOMER, THIRD, Stage

BOTH = "+14155550177"  # rings Ann and Bob


def ring_both(stage: Stage) -> None:
    """The customer calls a number that rings Ann and Bob."""
    database: Database = stage.context.database
    administration.add_number(database, stage.account.id, BOTH, [stage.ann.id, stage.bob.id])
    status = f"{BASE}/twilio/voice/status"
    stage.twilio.add_number(BOTH, f"{BASE}/twilio/voice/incoming", status_callback=status)
    for user in (stage.ann, stage.bob):
        stage.phone(user).just_rings()
    stage.twilio.place_call(CUSTOMER, BOTH)
    stage.pass_time(2)


def three_talk(stage: Stage) -> str:
    """Customer, Ann and a third party talk; where the session is."""
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    stage.add()
    stage.pass_time(5)
    assert 3 == len(stage.living())
    return path_of(stage)


def path_of(stage: Stage) -> str:
    """Where the one session of the story is."""
    return f"/sessions/{stage.session()['id']}"


def sid_of(stage: Stage, role: str) -> str:
    """The call SID of the first member with that role."""
    return next(str(m["callSid"]) for m in stage.session()["members"] if m["role"] == role)


def messages_of(stage: Stage) -> list[str]:
    """The lines of the log, as people read them."""
    lines = stage.get(f"{path_of(stage)}/events?count=200")["events"]
    return [line["message"] for line in lines]


def held_at_carrier(stage: Stage) -> list[str]:
    """Who is on hold at the carrier, by role."""
    (room,) = stage.twilio.conferences()
    roles = {m["callSid"]: m["role"] for m in stage.session()["members"]}
    return sorted(roles[sid] for sid, one in room.participants.items() if one.hold)


def refusal(response: Any) -> tuple[int, str | None]:
    """The HTTP status, and the error's code where it is one."""
    status = (response.json or {}).get("responseStatus") if response.is_json else None
    return response.status_code, status["errorCode"] if status else None
