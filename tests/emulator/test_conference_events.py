"""Conference events as they may come too, where Twilio's way is not known: R47.

https://www.twilio.com/docs/voice/twiml/conference#attributes-statuscallbackevent
"""

import pytest

from .stories import Line


def test_r47_the_first_number_may_be_zero(line: Line) -> None:
    line.twilio.choose(first_conference_sequence=0)
    line.convert()
    numbers = [int(form["SequenceNumber"]) for form in line.app.at("/conf")]
    assert list(range(len(numbers))) == numbers
    assert numbers


FLAGS = {"Muted", "Hold", "Coaching", "EndConferenceOnExit", "StartConferenceOnEnter"}


@pytest.mark.parametrize(
    ("choice", "on_join", "on_leave"),
    [
        ("sent", FLAGS, FLAGS),
        ("omitted_on_leave", FLAGS, {"StartConferenceOnEnter"}),
        ("omitted", {"StartConferenceOnEnter"}, {"StartConferenceOnEnter"}),
    ],
)
def test_r47_flags_that_are_false_may_be_missing(
    line: Line, choice: str, on_join: set[str], on_leave: set[str]
) -> None:
    line.twilio.choose(false_conference_flags=choice)
    parent, _, _ = line.convert()
    line.twilio.hang_up(parent.sid)
    line.twilio.advance(1)
    sent = {form["StatusCallbackEvent"]: FLAGS & form.keys() for form in line.app.at("/conf")}
    assert (on_join, on_leave) == (sent["participant-join"], sent["participant-leave"])


def test_r47_a_flag_that_is_true_is_sent_whatever_becomes_of_the_others(line: Line) -> None:
    line.twilio.choose(false_conference_flags="omitted")
    parent, _, room = line.convert()
    line.client.conferences(room.sid).participants(parent.sid).update(muted=True)
    line.twilio.advance(1)
    (event,) = [
        form for form in line.app.at("/conf") if form["StatusCallbackEvent"] == "participant-mute"
    ]
    assert ("true", False) == (event["Muted"], "Hold" in event)
