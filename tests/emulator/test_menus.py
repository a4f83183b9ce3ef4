"""A phone's character expects keys, a menu or a PIN, and hears them by every way that Twilio has.

https://www.twilio.com/docs/voice/api/call-resource#create-a-call (SendDigits),
https://www.twilio.com/docs/voice/twiml/number#attributes-sendDigits,
https://www.twilio.com/docs/voice/twiml/play#attributes-digits,
https://www.twilio.com/docs/voice/api/conference-participant-resource#update (AnnounceUrl).
"""

from collections.abc import Callable

import pytest

from evovoice.emulator.engine.remote_party import Impossible
from evovoice.emulator.expected_keys import expected_view
from evovoice.emulator.fields import Fields, Unclear
from evovoice.emulator.handset import Phone
from evovoice.emulator.scenario import character_change, parse
from evovoice.emulator.state.expected import Expected, reaction_of
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.phones import Character

from .scripted_app import BASE
from .stories import AGENT, CUSTOMER, OURS, THIRD, Line, dial, response

STAYS = "<Pause length='90'/>"
LISTENS = '<Gather input="speech" action="/heard" speechTimeout="1" timeout="20"/>'


def entries(leg: Leg) -> list[tuple[str, bool]]:
    """What has been entered, and whether it was expected."""
    return [(one.keys, one.is_expected) for one in leg.listener.entries]


def called(line: Line, digits: str, document: str = STAYS) -> Leg:
    """A call by REST that presses keys; all of them have been heard."""
    line.app.on("/hello", document)
    call = line.client.calls.create(to=THIRD, from_=OURS, url=f"{BASE}/hello", send_digits=digits)
    line.twilio.advance(12)
    return line.twilio.call(str(call.sid))


def by_a_call(line: Line) -> Leg:
    return called(line, "W1")


def by_a_number(line: Line) -> Leg:
    line.call_in(dial(f'<Number sendDigits="W1">{THIRD}</Number>'))
    line.twilio.advance(6)
    return line.twilio.leg_at(THIRD)


def by_a_document(line: Line) -> Leg:
    line.app.on("/hello", f'<Play digits="W1"/>{STAYS}')
    call = line.client.calls.create(to=THIRD, from_=OURS, url=f"{BASE}/hello")
    line.twilio.advance(6)
    return line.twilio.call(str(call.sid))


def by_an_announcement(line: Line) -> Leg:
    _, _, room = line.convert()
    sid = line.add_third(room.sid)
    line.twilio.advance(4)
    line.app.on("/keys", '<Play digits="W1"/>')
    line.client.conferences(room.sid).participants(sid).update(announce_url=f"{BASE}/keys")
    line.twilio.advance(3)
    return line.twilio.call(sid)


@pytest.mark.parametrize("way", [by_a_call, by_a_number, by_a_document, by_an_announcement])
def test_r61_a_menu_hears_keys_by_every_way(line: Line, way: Callable[[Line], Leg]) -> None:
    line.twilio.phone(THIRD).expects("1", hangs_up_after=60).expects("2", hangs_up_after=1)
    leg = way(line)
    assert [("1", True)] == entries(leg)
    (told,) = [one for one in line.twilio.state()["calls"] if one["sid"] == leg.sid]  # type: ignore[index,union-attr]
    assert ("1", [{"keys": "1", "expected": True}]) == (told["keysHeard"], told["entries"])
    assert leg.live
    line.twilio.advance(60)
    assert "completed" == leg.status


def test_who_calls_hears_keys_of_the_document_too(line: Line) -> None:
    line.twilio.phone(CUSTOMER).expects("7", hangs_up_after=0)
    leg = line.twilio.call(line.call_in(f'<Pause/><Play digits="7"/>{STAYS}'))
    line.twilio.advance(2)
    assert "completed" == leg.status


def test_two_bridged_people_hear_the_keys_of_each_other(line: Line) -> None:
    """https://www.twilio.com/docs/voice/sdks/javascript/twiliocall#callsenddigitsdigits"""
    line.twilio.phone(AGENT).presses("WWWWWWWW4").expects("2", hangs_up_after=0)
    line.twilio.phone(CUSTOMER).expects("4")
    parent, child = line.bridge()
    line.twilio.advance(2)
    line.twilio.press(parent.sid, "2")
    line.twilio.advance(1)
    assert ([("4", True)], [("2", True)]) == (entries(parent), entries(child))
    assert "completed" == child.status


def test_nobody_hears_keys_before_the_bridge_and_after_it(line: Line) -> None:
    line.twilio.phone(AGENT).just_rings()
    parent, child = line.bridge()
    for sid in (parent.sid, child.sid):
        with pytest.raises(Impossible, match="nobody listens for keys"):
            line.twilio.press(sid, "2")
    line.twilio.answer(child.sid)
    line.client.calls(child.sid).update(twiml=response(STAYS))
    with pytest.raises(Impossible, match="nobody listens for keys"):
        line.twilio.press(child.sid, "2")


def test_what_is_chosen_is_answered_in_words(line: Line) -> None:
    line.twilio.phone(THIRD).expects("1", says="sales speaking").otherwise(says="one or two")
    called(line, "1", LISTENS)
    assert ["sales speaking"] == [form["SpeechResult"] for form in line.app.at("/heard")]


def test_a_choice_leads_to_another_menu_and_a_wrong_one_to_the_same(line: Line) -> None:
    second = Expected((("3", reaction_of("", 0, "", None)),))
    line.twilio.phone(THIRD).expects("1", then=second)
    leg = called(line, "913")
    assert [("9", False), ("1", True), ("3", True)] == entries(leg)
    assert "completed" == leg.status


def test_after_a_choice_without_another_menu_keys_mean_nothing(line: Line) -> None:
    line.twilio.phone(THIRD).expects("1", says="sales").expects("2", hangs_up_after=0)
    leg = called(line, "12")
    assert ([("1", True)], "12", True) == (entries(leg), leg.keys_heard, leg.live)


@pytest.mark.parametrize(
    ("digits", "entered"),
    [
        ("1234", [("1234", True)]),
        ("1234#", [("1234", True)]),
        ("1299", [("1299", False)]),
        ("12#", [("12#", False)]),
        ("12991234", [("1299", False), ("1234", True)]),
        ("12WWWW1234", [("12", False), ("1234", True)]),
    ],
)
def test_a_pin_is_right_or_wrong_once_it_is_complete(
    line: Line, digits: str, entered: list[tuple[str, bool]]
) -> None:
    """As many keys as the longest that is expected, a #, or three seconds without a key."""
    line.twilio.phone(THIRD).expects("1234", says="welcome").otherwise(says="wrong")
    assert entered == entries(called(line, digits))


def test_the_second_wrong_pin_ends_the_call(line: Line) -> None:
    again = Expected(
        (("12", reaction_of("welcome", None, "", None)),), reaction_of("", 0, "", None)
    )
    line.twilio.phone(THIRD).expects("12", says="welcome").otherwise(says="again", then=again)
    assert ("in-progress", "completed") == (
        called(line, "9912").status,
        called(line, "9998").status,
    )


def test_a_key_that_begins_a_longer_entry_counts_after_a_pause(line: Line) -> None:
    line.twilio.phone(THIRD).expects("1", says="sales").expects("10", says="support")
    assert [("10", True)] == entries(called(line, "10"))
    assert [("1", True)] == entries(called(line, "1"))


def test_keys_are_lost_before_the_phone_listens(line: Line) -> None:
    line.twilio.phone(THIRD).listens_after(2).expects("1", says="sales")
    assert [] == entries(called(line, "1"))
    assert [("1", True)] == entries(called(line, "WW1"))


@pytest.mark.parametrize(
    ("behind", "status", "words"),
    [
        (lambda phone: phone.answers_after(1).says("support"), "in-progress", ["support"]),
        (lambda phone: phone.answers_after(1).hangs_up_after(3), "completed", []),
        (Phone.is_busy, "completed", []),
        (lambda phone: phone.gives_up_after(4), "completed", []),
        (Phone.just_rings, "in-progress", []),
    ],
)
def test_a_choice_transfers_to_another_phone(
    line: Line, behind: Callable[[Phone], object], status: str, words: list[str]
) -> None:
    """Behind the number that was called; Twilio sees one leg all the time."""
    line.twilio.phone(THIRD).expects("2", transfers_to=AGENT)
    behind(line.twilio.phone(AGENT))
    line.app.on("/heard", STAYS)
    leg = called(line, "2", f"<Pause length='2'/>{LISTENS}{STAYS}")
    assert (status, words) == (
        leg.status,
        [form["SpeechResult"] for form in line.app.at("/heard")],
    )
    assert 1 == len(list(line.twilio.exchange.network.legs))


def test_who_takes_over_expects_keys_of_their_own(line: Line) -> None:
    line.twilio.phone(THIRD).expects("2", transfers_to=AGENT)
    line.twilio.phone(AGENT).answers_after(1).expects("5", hangs_up_after=0)
    leg = called(line, "2WW5")
    assert ([("2", True), ("5", True)], "completed") == (entries(leg), leg.status)


def test_a_document_given_by_rest_changes_nothing_of_what_is_expected(line: Line) -> None:
    line.twilio.phone(THIRD).expects("12", hangs_up_after=0)
    leg = by_a_call(line)
    line.client.calls(leg.sid).update(twiml=response(f'<Play digits="12"/>{STAYS}'))
    line.twilio.advance(2)
    assert "completed" == leg.status


FILE = """
[phone."+15554445555"]
listens_after = 2
[phone."+15554445555".expects]
1 = "sales"
2 = { transfers_to = "client:alice" }
"9#" = { says = [{ words = "bye", at = 1 }], hang_up_after = 3 }
4 = { expects = { d = { hang_up_after = 0 } } }
otherwise = { says = "again" }
"""


def test_a_scenario_and_the_control_address_say_what_is_expected() -> None:
    """What is shown can be given back."""
    ((_, change),) = parse(FILE).phones
    phone = change(Character())
    assert phone.expects is not None
    assert (2.0, ["1", "2", "9#", "4"]) == (
        phone.listens_after,
        [keys for keys, _ in phone.expects.entries],
    )
    shown = expected_view(phone.expects)
    again = character_change(Fields("phone", {"expects": shown, "listensAfter": 2}))
    assert phone == again(Character())
    assert None is character_change(Fields("phone", {"expects": None}))(phone).expects


@pytest.mark.parametrize(
    ("expects", "complaint"),
    [
        ("5", "has to be a table of keys"),
        ('{ one = "sales" }', "expects: 'one' is neither keys (0-9, A-D, * and #) nor otherwise"),
        ("{ 1 = { transfers_to = 'sales' } }", "expects 1: transfers_to has to begin with +"),
        ("{ 1 = { hangup = 1 } }", "(did you mean hang_up_after?)"),
        ("{ 1 = { expects = { x = '' } } }", "expects 1: expects: 'x' is neither keys"),
    ],
)
def test_what_cannot_be_expected_says_where_and_why(expects: str, complaint: str) -> None:
    with pytest.raises(Unclear) as caught:
        parse(f'[phone."+15554445555"]\nexpects = {expects}')
    assert complaint in str(caught.value)
