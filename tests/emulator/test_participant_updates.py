"""What the answer of a participant update tells: R55.

https://www.twilio.com/docs/voice/api/conference-participant-resource
"""

from typing import Any

import pytest

from .stories import Line

CHANGES: list[tuple[dict[str, object], dict[str, object]]] = [
    ({"muted": True}, {"muted": True, "hold": False, "coaching": False}),
    ({"muted": False}, {"muted": False}),
    ({"hold": True}, {"hold": True}),
    ({"hold": True, "muted": True}, {"hold": True, "muted": True}),
    ({"end_conference_on_exit": True}, {"end_conference_on_exit": True}),
]


def same(answer: Any, told: dict[str, object]) -> bool:
    """Whether the answer tells that, and a look tells the same."""
    seen = answer.fetch()
    return all(told[name] == getattr(one, name) for name in told for one in (answer, seen))


@pytest.mark.parametrize(("change", "told"), CHANGES, ids=str)
def test_r55_the_answer_of_an_update_tells_the_new_state(
    line: Line, change: dict[str, Any], told: dict[str, object]
) -> None:
    parent, _, room = line.convert()
    assert same(line.client.conferences(room.sid).participants(parent.sid).update(**change), told)


def test_r55_the_answer_tells_that_a_party_is_back_from_hold(line: Line) -> None:
    parent, _, room = line.convert()
    one = line.client.conferences(room.sid).participants(parent.sid)
    one.update(hold=True, muted=True)
    assert same(one.update(hold=False), {"hold": False, "muted": True})


def test_r55_the_answer_tells_whom_a_coach_coaches(line: Line) -> None:
    parent, child, room = line.convert()
    one = line.client.conferences(room.sid).participants(child.sid)
    coach = {"coaching": True, "call_sid_to_coach": parent.sid}
    assert same(one.update(coaching=True, call_sid_to_coach=parent.sid), coach)
    assert same(one.update(coaching=True, muted=True), {**coach, "muted": True})
    assert same(one.update(muted=False), {"coaching": False, "muted": False})
