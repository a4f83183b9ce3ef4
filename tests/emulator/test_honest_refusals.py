"""What Twilio has and the emulator has not is refused aloud; the list is Twilio's own description.

https://www.twilio.com/docs/usage/api and the OpenAPI descriptions of `twilio/twilio-oai`.
"""

import re

import pytest
from twilio.base.exceptions import TwilioRestException

from evovoice.emulator import imitated
from evovoice.emulator.engine.conference_events import CONFERENCE_EVENTS
from evovoice.emulator.rest.api import HANDLERS, SERVED_HOSTS
from evovoice.emulator.rest.messages import Form, RestRequest, RestResponse
from evovoice.emulator.rest.published import Operation, operations, operations_on
from evovoice.emulator.rest.without_effect import MISSING
from evovoice.emulator.state.account import basic
from evovoice.emulator.state.transcription import Transcription

from .scripted_app import BASE
from .stories import AGENT, OURS, THIRD, Line, conference, dial
from .voice_client import page, with_media

NAME = re.compile(r"\{[^}]*\}")


class SpyForm(Form):
    """A form that notes which of its fields were looked at."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        super().__init__(pairs)
        self.read: set[str] = set()

    def get(self, name: str) -> str | None:
        self.read.add(name)
        return super().get(name)

    def text(self, name: str) -> str:
        self.read.add(name)
        return super().text(name)

    def flag(self, name: str, default: bool = False) -> bool:
        self.read.add(name)
        return super().flag(name, default)

    def words(self, name: str) -> frozenset[str]:
        self.read.add(name)
        return super().words(name)

    def __contains__(self, name: str) -> bool:
        self.read.add(name)
        return super().__contains__(name)


def is_served(operation: Operation) -> bool:
    return operation.host in SERVED_HOSTS and (operation.method, operation.shape) in HANDLERS


def served() -> list[tuple[str, str]]:
    """Verb and shape of every published operation that is imitated."""
    return sorted({(one.method, one.shape) for one in operations() if is_served(one)})


def path_of(operation: Operation, line: Line) -> str:
    """A path as a client would ask it, of things that are not there."""
    path = re.sub(r"Accounts/\{\w+\}", f"Accounts/{line.twilio.account_sid}", operation.path)
    return NAME.sub("XX" + "0" * 32, path)


def ask(line: Line, method: str, path: str, form: Form) -> RestResponse:
    """One request with the account's own credentials, which the judge does not see."""
    account = line.twilio.exchange.network.account
    request = RestRequest(method, path, form, basic(account.sid, account.auth_token))
    answer = line.twilio.exchange.rest_api.handle(request)
    assert isinstance(answer, RestResponse)
    return answer


# Fields that lead a request through all of its handler.
HOOK = f"{BASE}/hook"
RECORDED = {"RecordingStatusCallback": HOOK, "RecordingChannels": "dual"}
REPORTED = {"StatusCallback": HOOK, "MachineDetection": "Enable", "Record": "true", **RECORDED}
DIALS = {"To": THIRD, "From": OURS, **REPORTED}
FIELDS: dict[tuple[str, str], dict[str, str]] = {
    ("POST", "Calls"): {**DIALS, "Url": HOOK, "FallbackUrl": HOOK, "AsyncAmd": "true"},
    ("POST", "Calls/*"): {"Url": HOOK, "StatusCallback": HOOK, "FallbackUrl": HOOK},
    ("POST", "Calls/*/Recordings"): RECORDED,
    ("POST", "Calls/*/Recordings/*"): {"Status": "paused"},
    ("POST", "Conferences/*/Recordings/*"): {"Status": "paused"},
    ("POST", "Conferences/*"): {"AnnounceUrl": HOOK},
    ("POST", "Conferences/*/Participants"): {
        **DIALS, "Coaching": "true", "AmdStatusCallback": HOOK, "ConferenceStatusCallback": HOOK,
        "ConferenceRecordingStatusCallback": HOOK,
    },
    ("POST", "Conferences/*/Participants/*"): {
        "Muted": "true", "Hold": "true", "HoldUrl": HOOK, "AnnounceUrl": HOOK, "WaitUrl": HOOK,
        "EndConferenceOnExit": "true",
    },
    ("POST", "Calls/*/UserDefinedMessages"): {"Content": "{}"},
    ("POST", "Calls/*/UserDefinedMessageSubscriptions"): {"Callback": HOOK},
    ("POST", "v2/PhoneNumbers/*"): {"VoiceRegion": "ie1"},
}  # fmt: skip


def test_the_list_is_whole_and_every_imitated_operation_is_in_it() -> None:
    assert len(operations()) > 1400
    assert set(HANDLERS) == set(served())


def test_every_published_operation_is_imitated_or_refused_aloud(line: Line) -> None:
    """No request of the SDK looks as if something were not there that Twilio has.

    Two hosts may share a path; then the one that is imitated answers.
    """
    silent = []
    for operation in operations():
        path = path_of(operation, line)
        if any(is_served(one) and one.method == operation.method for one in operations_on(path)):
            continue
        before = len(line.twilio.alerts)
        answer = ask(line, operation.method, path, Form([]))
        if answer.status != 501 or len(line.twilio.alerts) != before + 1:
            silent.append((operation, answer))
    assert [] == silent


@pytest.mark.parametrize(("method", "shape"), served(), ids=" ".join)
def test_every_published_parameter_is_looked_at_or_refused_or_noted(
    line: Line, method: str, shape: str
) -> None:
    """Of an imitated operation nothing is accepted that does nothing and says nothing."""
    of_shape = [one for one in operations() if is_served(one)]
    (names,) = [one.parameters for one in of_shape if (one.method, one.shape) == (method, shape)]
    missing = set(MISSING.get((method, shape), {}))
    assert missing <= names
    path = existing(line, shape)
    fields = dict(FIELDS.get((method, shape), {}))
    if "Coaching" in fields:
        fields["CallSidToCoach"] = line.twilio.leg_at(AGENT).sid
    form = SpyForm(list(fields.items()))
    answer = ask(line, method, path, form)
    assert answer.status < 300, answer.body
    assert set() == {name.rstrip("<>") for name in names - missing} - form.read


def transcribed(line: Line, sid: str) -> str:
    """The sid of a transcription that the recording has from now on."""
    (recording,) = [one for one in line.twilio.exchange.network.recordings if one.sid == sid]
    recording.transcription = Transcription("TR" + "0" * 32, sid, 3, 0, 0, "yes", "completed")
    return recording.transcription.sid


def paged(line: Line) -> tuple[str, str]:
    """A call that a page has picked up, and a subscription to what it says."""
    with_media(line.twilio)
    client = page(line.twilio)
    line.add_third("room-1", to="client:ann")
    line.twilio.advance(1)
    sid = client.accept()
    made = line.client.calls(sid).user_defined_message_subscriptions.create(callback=HOOK)
    return sid, str(made.sid)


def existing(line: Line, shape: str) -> str:
    """A path of that shape at whose end something is."""
    line.twilio.exchange.network.account.verified.add(THIRD)
    application = line.twilio.add_application(HOOK)
    _, child, room = line.convert(dial(conference(attributes='record="record-from-start"'), ""))
    line.client.calls(child.sid).recordings.create()
    is_of_room = shape.startswith("Conferences/*/Recordings")
    recording = next(
        one for one in line.client.recordings.list() if bool(one.conference_sid) is is_of_room
    )
    written = transcribed(line, recording.sid)
    number = line.client.incoming_phone_numbers.list()[0].sid
    (verified,) = line.client.outgoing_caller_ids.list()
    key = next(iter(line.twilio.exchange.network.account.api_keys))
    names = {
        "Calls/*/Recordings/*": (child.sid, recording.sid),
        "Calls/*/UserDefined": paged(line) if "UserDefined" in shape else (),
        "Calls": (child.sid,),
        "Recordings/*/Transcriptions": (recording.sid, written),
        "Recordings": (recording.sid,),
        "Transcriptions": (written,),
        "Conferences/*/Participants/*": (room.sid, child.sid),
        "Conferences": (room.sid, recording.sid),
        "IncomingPhoneNumbers": (number,),
        "OutgoingCallerIds": (verified.sid,),
        "Applications": (application,),
        "v1/Keys": (key,),
        "v1/DialingPermissions": ("US",),
        "v2/PhoneNumbers": (OURS,),
    }
    found = next((sids for start, sids in names.items() if shape.startswith(start)), ())
    path = shape
    for sid in found:
        path = path.replace("*", sid, 1)
    if shape.startswith("v"):
        return f"/{path}"
    below = f"/{path}" if path else ""
    return f"/2010-04-01/Accounts/{line.twilio.account_sid}{below}.json"


def test_what_a_resource_links_to_is_there_or_is_refused_aloud(line: Line) -> None:
    """https://www.twilio.com/docs/voice/api/call-resource: `subresource_uris` lead somewhere."""
    _, child, room = line.convert()
    client = line.client
    account = client.api.accounts(line.twilio.account_sid).fetch()
    of_call = client.calls(child.sid).fetch().subresource_uris
    of_room = client.conferences(room.sid).fetch().subresource_uris
    links = [*of_call.values(), *of_room.values(), *account.subresource_uris.values()]
    silent = []
    for link in links:
        before = len(line.twilio.alerts)
        status = ask(line, "GET", link, Form([])).status
        has_get = any(one.method == "GET" for one in operations_on(link))
        told = len(line.twilio.alerts) - before
        if (status, told) not in ({(200, 0), (501, 1)} if has_get else {(405, 1)}):
            silent.append((link, status, told))
    assert [] == silent


def test_a_method_that_twilio_has_not_is_refused_with_those_it_has(line: Line) -> None:
    """https://www.twilio.com/docs/api/errors/20004."""
    _, child, _ = line.convert()
    link = line.client.calls(child.sid).fetch().subresource_uris["user_defined_messages"]
    answer = ask(line, "GET", link, Form([]))
    sentence = "Method not allowed: Twilio has no GET there, but POST"
    assert answer.body is not None
    assert (405, 20004, sentence) == (answer.status, answer.body["code"], answer.body["message"])
    assert [sentence] == [alert.text for alert in line.twilio.alerts]


def test_a_parameter_that_would_make_it_another_call_is_refused_and_dials_nobody(
    line: Line,
) -> None:
    """https://www.twilio.com/docs/voice/api/call-resource#create-a-call: CallToken."""
    with pytest.raises(TwilioRestException) as caught:
        line.client.calls.create(to=THIRD, from_=OURS, url=HOOK, call_token="token")
    assert (501, True) == (caught.value.status, "CallToken" in caught.value.msg)
    assert [] == line.twilio.living_calls()
    assert ["notice"] == [alert.level for alert in line.twilio.alerts]


def test_a_parameter_that_could_only_be_heard_is_noted_in_an_alert(line: Line) -> None:
    """https://www.twilio.com/docs/voice/api/conference-participant-resource: beeps, jitter."""
    _, _, room = line.convert()
    line.client.conferences(room.sid).participants.create(
        to=THIRD, from_=OURS, beep="true", jitter_buffer_size="small"
    )
    assert ["Beep", "JitterBufferSize"] == [
        alert.text.split()[0] for alert in line.twilio.alerts if alert.level == "notice"
    ]


def test_a_value_under_which_nothing_is_missing_is_not_noted(line: Line) -> None:
    _, _, room = line.convert()
    line.client.conferences(room.sid).participants.create(
        to=THIRD, from_=OURS, beep="false", early_media=True, trim="do-not-trim"
    )
    assert () == line.twilio.alerts


def test_a_value_that_is_none_of_the_documented_words_is_in_the_alerts(line: Line) -> None:
    """https://www.twilio.com/docs/errors/21626 and 13621; the others are our own."""
    _, _, room = line.convert()
    line.client.conferences(room.sid).participants.create(
        to=THIRD,
        from_=OURS,
        status_callback=HOOK,
        status_callback_event=["answered", "started"],
        conference_status_callback=HOOK,
        conference_status_callback_event=[*CONFERENCE_EVENTS, "begin"],
        record=True,
        recording_status_callback=HOOK,
        recording_status_callback_event=["done"],
        conference_record="maybe",
        recording_track="sideways",
        region="mars1",
    )
    events = [(21626, "started"), (21626, "begin"), (13621, "done")]
    assert sorted([*events, (0, "maybe"), (0, "sideways"), (0, "mars1")]) == words_in_vain(line)


def words_in_vain(line: Line) -> list[tuple[int, str]]:
    """Codes of the alerts, with the word that each finds strange."""
    alerts = line.twilio.alerts
    return sorted(
        (one.code, one.text.partition(": ")[2].partition(" is none")[0]) for one in alerts
    )


def test_a_lookup_of_a_number_is_not_taken_for_its_region(line: Line) -> None:
    """https://www.twilio.com/docs/lookup/v2-api shares its path with the inbound regions."""
    with pytest.raises(TwilioRestException) as caught:
        line.client.lookups.v2.phone_numbers(OURS).fetch(fields="caller_name")
    assert (501, True) == (caught.value.status, "lookups.twilio.com" in caught.value.msg)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("Calls", "JSON alone"),
        ("Calls.csv", "JSON alone"),
        ("Conferences/CF1.xml", "JSON alone"),
        (f"Recordings/RE{'1' * 32}.mp3", "no sound as .mp3"),
    ],
)
def test_what_is_neither_json_nor_wav_is_refused_aloud(line: Line, path: str, said: str) -> None:
    """https://www.twilio.com/docs/usage/twilios-response: XML, CSV and HTML are Twilio's too."""
    answer = ask(line, "GET", f"/2010-04-01/Accounts/{line.twilio.account_sid}/{path}", Form([]))
    assert (501, True) == (answer.status, said in str(answer.body))


@pytest.mark.parametrize("path", ["/2010-04-01/Accounts/{}/Colours.json", "/v1/Colours", "/x"])
def test_what_twilio_has_not_either_is_not_found(line: Line, path: str) -> None:
    assert 404 == ask(line, "GET", path.format(line.twilio.account_sid), Form([])).status


def test_the_written_list_is_the_one_that_the_tables_make() -> None:
    """Write it anew with `python -m evovoice.emulator.imitated`."""
    assert imitated.PAGE.read_text() == imitated.text()


def test_the_readme_names_how_much_is_imitated_and_where_the_list_is() -> None:
    readme = (imitated.PAGE.parent / "README.md").read_text()
    done = sum(map(is_served, operations()))
    assert (
        f"Of the {len(operations()):,} operations that Twilio has published, {done} are" in readme
    )
    assert "(IMITATED.md)" in readme
