"""Documents for Twilio: the same tree as the SDK's own builder writes."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from twilio.twiml.voice_response import Dial, VoiceResponse

from evovoice.carrier.port import SessionRef
from evovoice.carrier.twiml import TwimlWriter
from evovoice.domain.messages import Bridge, Farewell, JoinConference, Ringing
from evovoice.domain.values import Address, ClientAddress, PhoneNumber, SipAddress

BASE = "https://voice.example.com"
REF = SessionRef("acc-1", "ses-1")
SESSION = f"{BASE}/twilio/sessions/acc-1/ses-1"
LEG_EVENTS = "initiated ringing answered completed"
ROOM_EVENTS = "start end join leave mute hold modify"
CALLER = "+12025550123"
WRITER = TwimlWriter(BASE)


@pytest.fixture
def writer() -> TwimlWriter:
    return WRITER


def parsed(document: str) -> ET.Element:
    return ET.fromstring(document)  # noqa: S314  our own document


def tree(document: str) -> object:
    """The parsed document, without the white space between its elements."""

    def of(element: ET.Element) -> object:
        text = (element.text or "").strip()
        return element.tag, dict(element.attrib), text, [of(child) for child in element]

    return of(parsed(document))


def bridge_to(*addresses: Address, caller_id: str = CALLER) -> Bridge:
    targets = (Ringing(f"leg-{n}", address) for n, address in enumerate(addresses))
    return Bridge(tuple(targets), caller_id)


def test_a_bridge_is_what_the_sdk_writes_for_it(writer: TwimlWriter) -> None:
    """Every noun has its own leg's address, the dial its action, all of them absolute."""
    number, device, sip = PhoneNumber(CALLER), ClientAddress("bob"), SipAddress("sip:a@b.test")
    expected = VoiceResponse()
    dial = Dial(
        action=f"{SESSION}/dial-action#rc=3&rp=all",
        method="POST",
        answer_on_bridge=True,
        caller_id=CALLER,
        timeout=30,
    )
    nouns = [(dial.number, CALLER), (dial.client, "bob"), (dial.sip, "sip:a@b.test")]
    for index, (noun, text) in enumerate(nouns):
        noun(
            text,
            status_callback=f"{SESSION}/legs/leg-{index}#rc=3&rp=all",
            status_callback_event=LEG_EVENTS,
            status_callback_method="POST",
        )
    expected.append(dial)
    assert tree(str(expected)) == tree(writer.write(bridge_to(number, device, sip), REF))


def test_joining_a_room_is_what_the_sdk_writes_for_it(writer: TwimlWriter) -> None:
    """Exactly the attributes of section 1: no label (16025) and no action (1.2)."""
    expected = VoiceResponse()
    dial = Dial()
    dial.conference(
        "conv-7f1d",
        start_conference_on_enter=True,
        beep="false",
        wait_url="",
        end_conference_on_exit=False,
        status_callback=f"{SESSION}/conference#rc=3&rp=all",
        status_callback_event=ROOM_EVENTS,
    )
    expected.append(dial)
    assert tree(str(expected)) == tree(writer.write(JoinConference("conv-7f1d"), REF))


def test_a_room_is_in_the_region_that_is_set(writer: TwimlWriter) -> None:
    """Two regions make two conferences of one name (10.1); without one Twilio chooses (3.1)."""
    room = parsed(TwimlWriter(BASE, "ie1").write(JoinConference("conv-7f1d"), REF))[0][0]
    assert "ie1" == room.get("region")
    assert "region" not in parsed(writer.write(JoinConference("conv-7f1d"), REF))[0][0].attrib


def test_a_room_tells_who_speaks_where_that_is_wanted() -> None:
    """One subscription for all: the first to join sets it (3.1)."""
    room = parsed(TwimlWriter(BASE, with_speakers=True).write(JoinConference("conv-7f1d"), REF))
    assert f"{ROOM_EVENTS} speaker" == room[0][0].get("statusCallbackEvent")


@pytest.mark.parametrize("sentence", [None, "", "Nobody is here."])
def test_a_farewell_speaks_only_where_there_is_a_sentence(
    writer: TwimlWriter, sentence: str | None
) -> None:
    """It hangs up in any case, with a session or without."""
    expected = VoiceResponse()
    if sentence:
        expected.say(sentence)
    expected.hangup()
    assert tree(str(expected)) == tree(writer.write(Farewell(sentence), REF))
    assert tree(str(expected)) == tree(writer.write_without_session(Farewell(sentence)))


@pytest.mark.parametrize(
    "caller_id", ["", "anonymous", "unknown", "Restricted", "client:", "sip:x@y.test", "+1 202"]
)
def test_a_caller_id_that_is_none_is_left_out(writer: TwimlWriter, caller_id: str) -> None:
    """Twilio drops the call for it (13214), and shows the caller's own id without one."""
    document = parsed(writer.write(bridge_to(ClientAddress("bob"), caller_id=caller_id), REF))
    assert "callerId" not in document[0].attrib


@pytest.mark.parametrize(
    ("target", "shown"), [(ClientAddress("bob"), "client:alice"), (PhoneNumber(CALLER), None)]
)
def test_a_device_is_shown_to_devices_only(
    writer: TwimlWriter, target: Address, shown: str | None
) -> None:
    """A number cannot be shown a device's name (1.6)."""
    document = parsed(writer.write(bridge_to(target, caller_id="client:alice"), REF))
    assert shown == document[0].get("callerId")


def test_a_variable_that_a_template_misses_stops_it(writer: TwimlWriter) -> None:
    """A hole in a document must show in a test, not in a caller's ear."""
    templates = [writer._bridge, writer._join_room, writer._farewell]
    for template in templates:
        with pytest.raises(UndefinedError):
            template.render()


@given(st.text())
def test_no_text_can_break_out_of_its_place(hostile: str) -> None:
    """Whatever a name is made of, the document stays one document with the same elements."""
    farewell = parsed(WRITER.write(Farewell("x" + hostile), REF))
    assert ["Say", "Hangup"] == [element.tag for element in farewell]
    bridge = parsed(WRITER.write(bridge_to(ClientAddress(hostile)), REF))
    assert ["Response", "Dial", "Client"] == [element.tag for element in bridge.iter()]
    room = parsed(WRITER.write(JoinConference(hostile), REF))
    assert ["Response", "Dial", "Conference"] == [element.tag for element in room.iter()]


def test_markup_in_a_name_arrives_as_text(writer: TwimlWriter) -> None:
    """Escaped, not removed."""
    hostile = "</Conference><Hangup/>\"&'<!--"
    document = parsed(writer.write(JoinConference(hostile), REF))
    assert hostile == document[0][0].text


def test_ids_are_quoted_in_addresses(writer: TwimlWriter) -> None:
    """An id with a slash or a fragment must not lead elsewhere."""
    document = parsed(writer.write(JoinConference("r"), SessionRef("a/b", "s#?&")))
    callback = document[0][0].get("statusCallback")
    assert f"{BASE}/twilio/sessions/a%2Fb/s%23%3F%26/conference#rc=3&rp=all" == callback


def test_number_is_sent_digits_and_a_device_none_c111(writer: TwimlWriter) -> None:
    for address, sent in ((PhoneNumber("+12025550123"), "ww17#"), (ClientAddress("ann_1"), None)):
        bridge = replace(bridge_to(address), digits="ww17#")
        (noun,) = parsed(writer.write(bridge, REF))[0]
        assert sent == noun.get("sendDigits")
        assert "17#" not in repr(bridge)
