"""Twilio's forms become our words: every payload file, and what no Twilio would send."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from evovoice.carrier import inbound
from evovoice.carrier.inbound import BadReport, DeviceCall, IncomingCall
from evovoice.domain.messages import (
    LOOK,
    ConferenceEnded,
    ConferenceStarted,
    DialFinished,
    Fact,
    LegEnded,
    LegPresence,
    LegProgressed,
    RecordingEnded,
    RecordingStarted,
    UnknownFact,
)
from evovoice.domain.states import EndSource, Failure, LegProgress, Outcome

PAYLOADS = Path(__file__).parent / "payloads"
ACCOUNT = "AC" + "0a1b2c3d" * 4
CALLER = "CA" + "11aa22bb" * 4
LEG = "CA" + "33cc44dd" * 4
ROOM = "CF" + "55ee66ff" * 4
RECORDING = "RE" + "99ffeedd" * 4
LATER = datetime(2026, 11, 22, 10, 1, tzinfo=UTC)
MINUTE = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
COMPLETED, CALL, FROM_ROOM = Outcome.COMPLETED, EndSource.CALL, EndSource.CONFERENCE

Form = MultiDict[str, str]


def payload(name: str, **changes: str | None) -> Form:
    """A payload file, with parameters changed, added, or (None) taken out."""
    pairs = parse_qsl((PAYLOADS / f"{name}.form").read_text().strip(), keep_blank_values=True)
    form = {**dict(pairs), **changes}
    return MultiDict({key: value for key, value in form.items() if value is not None})


def second(seconds: int) -> datetime:
    return MINUTE + timedelta(seconds=seconds)


def read(name: str, form: Form) -> tuple[Fact, ...]:
    """What the route for that kind of payload makes of it."""
    kind = name.partition("_")[0]
    if kind == "leg":
        return inbound.leg_report(form, "leg-2", LATER)
    if kind == "recording":
        return inbound.recording_report(form, "leg-2", LATER)
    if kind == "call":
        return inbound.call_report(form, LATER)
    return (inbound.dial_action if kind == "dial" else inbound.room_report)(form, LATER)


def attempt(name: str, form: Form) -> str | int:
    """How many facts there are, or the sentence that says why there are none."""
    try:
        return len(read(name, form))
    except BadReport as problem:
        return str(problem)


def progressed(progress: LegProgress, at: int) -> LegProgressed:
    return LegProgressed("leg-2", LEG, progress, second(at))


def ended(
    outcome: Outcome, at: int, reason: str | None = None, code: int | None = None,
    failure: Failure | None = None,
) -> LegEnded:  # fmt: skip
    return LegEnded("leg-2", LEG, outcome, CALL, second(at), reason, code, failure)


def present(sequence: int, label: str | None = "leg-3", **flags: bool) -> LegPresence:
    how = {"inside": True, "held": False, "muted": False, **flags}
    return LegPresence(label, LEG, ROOM, sequence, at=second(sequence + 10), **how)


def left(sequence: int, outcome: Outcome, label: str | None = "leg-3") -> tuple[Fact, ...]:
    gone = LegEnded(label, LEG, outcome, FROM_ROOM, second(sequence + 10))
    return present(sequence, label, inside=False), gone


BAD_NUMBER = "This number cannot be called as it is written"

FACTS: dict[str, tuple[Fact, ...]] = {
    "dial_action_child_redirected": (DialFinished(CALLER, COMPLETED, LATER),),
    "dial_action_child_redirected_answered": (DialFinished(CALLER, COMPLETED, LATER),),
    "dial_action_completed": (DialFinished(CALLER, COMPLETED, LATER),),
    "dial_action_no_answer": (DialFinished(CALLER, Outcome.NO_ANSWER, LATER),),
    "dial_action_caller_gone": (
        DialFinished(CALLER, COMPLETED, LATER),
        LegEnded(None, CALLER, COMPLETED, CALL, LATER),
    ),
    "leg_initiated": (progressed(LegProgress.INITIATED, 0),),
    "leg_ringing": (progressed(LegProgress.RINGING, 1),),
    "leg_answered": (progressed(LegProgress.ANSWERED, 2),),
    "leg_completed": (ended(COMPLETED, 3),),
    "leg_busy": (ended(Outcome.BUSY, 9, "The line is busy", failure=Failure.BUSY),),
    "leg_no_answer": (ended(Outcome.NO_ANSWER, 9, "Nobody picked up", failure=Failure.NO_ANSWER),),
    "leg_failed": (ended(Outcome.FAILED, 9, BAD_NUMBER, 13224, Failure.INVALID_NUMBER),),
    "leg_canceled": (ended(Outcome.CANCELED, 9, failure=Failure.CANCELED),),
    "call_completed": (LegEnded(None, CALLER, COMPLETED, CALL, second(50)),),
    "room_participant_join": (present(1, None),),
    "room_conference_start": (ConferenceStarted(ROOM, second(12)),),
    "room_participant_join_labelled": (present(3),),
    "room_participant_mute": (present(4, muted=True),),
    "room_participant_unmute": (present(5),),
    "room_participant_hold": (present(6, held=True),),
    "room_participant_unhold": (present(7),),
    "room_participant_modify": (present(8),),
    "room_participant_leave_redirected": (present(9, None, inside=False),),
    "room_participant_leave_hung_up": left(10, COMPLETED),
    "room_participant_leave_moderator": left(11, COMPLETED),
    "room_participant_leave_add_failed": left(12, Outcome.NO_ANSWER),
    "room_participant_leave_room_closed": (
        *left(13, COMPLETED, None),
        ConferenceEnded(ROOM, second(23), was_closed=True),
    ),
    "room_conference_end": (ConferenceEnded(ROOM, second(24), "last-participant-left"),),
    "recording_started": (RecordingStarted("leg-2", LATER, RECORDING),),
    "recording_completed": (RecordingEnded("leg-2", LATER, RECORDING, 42),),
    "recording_absent": (RecordingEnded("leg-2", LATER, RECORDING, None, is_kept=False),),
}
QUESTIONS = {"incoming_call", "incoming_call_withheld", "device_call"}
STRANGE = {"unknown_event", "leg_unknown_event", "recording_unknown_event"}


def test_every_payload_file_has_its_expected_facts() -> None:
    """A new file without an entry here would be tested by nobody."""
    files = {file.stem for file in PAYLOADS.glob("*.form")}
    assert files == FACTS.keys() | QUESTIONS | STRANGE


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_report_becomes_its_facts(name: str) -> None:
    """One file, one event, exactly these facts."""
    assert FACTS[name] == read(name, payload(name))


@pytest.mark.parametrize("name", sorted(FACTS))
def test_parameters_that_we_do_not_read_change_nothing(name: str) -> None:
    """Twilio may add some, in any number (model 9, trap 4)."""
    form = payload(name, Novelty="x" * 5000)
    form.add("Novelty", "again")
    assert FACTS[name] == read(name, form)


@pytest.mark.parametrize("name", sorted(FACTS))
@pytest.mark.parametrize("taken", ["CallSid", "ConferenceSid", "SequenceNumber", "Timestamp"])
def test_a_missing_parameter_is_named_or_not_needed(name: str, taken: str) -> None:
    """No fact is made up from a form that lacks what it says."""
    outcome = attempt(name, payload(name, **{taken: None}))
    assert outcome in (f"{taken} is missing", len(FACTS[name]))


@pytest.mark.parametrize("name", ["unknown_event", "leg_unknown_event"])
def test_what_we_have_no_word_for_is_kept_masked(name: str) -> None:
    """The raw form goes to the log, without numbers and without tokens."""
    (fact,) = read(name, payload(name))
    assert isinstance(fact, UnknownFact)
    assert fact.name in ("participant-speech-start", "CallStatus pondering")
    shown = repr(fact)
    assert "2025550123" not in shown
    assert "secret-token" not in shown
    assert fact.raw["Caller"] == "+•••0123"
    assert fact.raw["CallSid"] == LEG


@pytest.mark.parametrize(("event", "speaks"), [("start", True), ("stop", False)])
def test_who_speaks_is_read_with_its_number_and_time(event: str, speaks: bool) -> None:
    """By call SID, and by our own id where the leg has it as its label (4.3)."""
    form = payload("room_participant_join_labelled")
    form["StatusCallbackEvent"] = f"participant-speech-{event}"
    speech = inbound.speech_report(form, LATER)
    assert speech is not None
    assert (form["CallSid"], ROOM, speaks) == (
        speech.call_sid, speech.conference_sid, speech.speaks
    )  # fmt: skip
    assert (form["ParticipantLabel"], int(form["SequenceNumber"])) == (
        speech.leg_id, speech.sequence
    )  # fmt: skip
    assert inbound.speech_report(payload("room_participant_join"), LATER) is None


def test_address_of_a_recording_is_not_kept() -> None:
    """Whoever has it may listen, unless the carrier's account forbids that."""
    (fact,) = read("recording_unknown_event", payload("recording_unknown_event"))
    assert isinstance(fact, UnknownFact)
    assert "RecordingStatus paused" == fact.name
    assert "api.twilio.com" not in repr(fact)


def test_an_unknown_event_of_any_size_is_cut() -> None:
    """A log line has an end, and holds nothing that a database refuses."""
    many = {f"P{n:03}": "y\x00" * 5000 for n in range(300)}
    (fact,) = inbound.room_report(payload("unknown_event", **many), LATER)
    assert isinstance(fact, UnknownFact)
    assert len(fact.raw) <= 60
    assert all(len(value) <= 256 and "\x00" not in value for value in fact.raw.values())


def test_an_incoming_call_is_a_question() -> None:
    """Who calls which number."""
    asked = inbound.incoming_call(payload("incoming_call"))
    assert IncomingCall(CALLER, ACCOUNT, "+12025550123", "+12025550100") == asked


@pytest.mark.parametrize("shown", ["anonymous", "unknown", "", None])
def test_a_withheld_caller_still_gets_through(shown: str | None) -> None:
    """Somebody without a number is still somebody (4.1)."""
    asked = inbound.incoming_call(payload("incoming_call_withheld", From=shown))
    assert (shown or "") == asked.caller


def test_a_device_call_is_a_question() -> None:
    """The identity comes from the token, the rest from the browser."""
    asked = inbound.device_call(payload("device_call"))
    assert DeviceCall(CALLER, ACCOUNT, "alice", "+12025550199", "+12025550100") == asked


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"FromNumber": None}, None),
        ({"FromNumber": ""}, None),
        ({"FromNumber": None, "CallerId": "+12025550101"}, "+12025550101"),
        ({"CallerId": "+12025550101"}, "+12025550100"),
    ],
)
def test_a_device_may_name_the_number_to_show(
    changes: dict[str, str | None], expected: str | None
) -> None:
    """Under either name, or not at all."""
    assert expected == inbound.device_call(payload("device_call", **changes)).from_number


def test_a_device_that_calls_nobody_is_heard() -> None:
    """An empty destination is the agent's mistake: a spoken answer, not a bad report."""
    assert not inbound.device_call(payload("device_call", To=None)).to


@pytest.mark.parametrize("sender", ["+12025550123", "client:", "sip:x@y", "Client:alice", ""])
def test_only_a_device_places_device_calls(sender: str) -> None:
    """A number that reaches the devices' address is no device."""
    with pytest.raises(BadReport, match="From"):
        inbound.device_call(payload("device_call", From=sender))


@pytest.mark.parametrize("name", ["To", "FromNumber", "CallerId"])
def test_what_a_browser_writes_has_an_end(name: str) -> None:
    """256 characters, and no control characters."""
    form = payload("device_call", FromNumber=None)
    for bad in ("1" * 257, "1\x00", "1\n"):
        changed = MultiDict({**form.to_dict(), name: bad})
        with pytest.raises(BadReport, match=name):
            inbound.device_call(changed)


@pytest.mark.parametrize(
    "sid", ["", "CA1", "CA" + "g" * 32, LEG + "\n", LEG + "0", ROOM, "ca" + "0" * 32]
)
def test_an_identifier_has_exactly_its_shape(sid: str) -> None:
    """Also at its end, where `$` would look the other way."""
    with pytest.raises(BadReport, match="CallSid"):
        inbound.leg_report(payload("leg_ringing", CallSid=sid), "leg-2", LATER)


@pytest.mark.parametrize(
    "number", [None, "", "-1", "1.5", "1e3", "1234567890", "\u0661", "\u00b2", " 1"]
)
def test_a_report_without_a_readable_sequence_number_is_no_more_than_a_look(
    number: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """It is kept, and any event that has a number counts more; the operator is told."""
    form = payload("room_participant_join", SequenceNumber=number)
    (fact,) = inbound.room_report(form, LATER)
    assert isinstance(fact, LegPresence)
    assert (LOOK, True) == (fact.sequence, fact.inside)
    assert "no sequence number" in caplog.text


def test_the_first_number_may_be_zero() -> None:
    """Where the carrier begins is not stated (9): it is not taken for a look."""
    (fact,) = inbound.room_report(payload("room_participant_join", SequenceNumber="0"), LATER)
    assert isinstance(fact, LegPresence)
    assert LOOK < fact.sequence == 0


@pytest.mark.parametrize("name", ["Hold", "Muted"])
@pytest.mark.parametrize("value", [None, "", "True", "1", "false "])
def test_a_flag_that_is_missing_or_unreadable_is_false(
    name: str, value: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """The rest of the report is not lost for it (4.3); the operator is told."""
    form = payload("room_participant_hold", **({"Muted": "true"} | {name: value}))
    (fact,) = inbound.room_report(form, LATER)
    assert isinstance(fact, LegPresence)
    assert (name != "Hold", name != "Muted") == (fact.held, fact.muted)
    assert f"{name} is neither true nor false" in caplog.text


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("Hold", {"Holdt": "rue"}),
        ("Hold", {"Hol": "dtrue"}),
        ("Hold", {"FriendlyName": "roomHoldtrue"}),
        ("Muted", {"Mutedf": "alse"}),
        ("SequenceNumber", {"SequenceNumber6": ""}),
        ("SequenceNumber", {"SequenceNumbe": "r6"}),
        ("SequenceNumber", {"Muted": "falseSequence", "Number": "6"}),
        ("Timestamp", {"Timestam": "pSun, 22 Nov 2026 10:00:20 +0000"}),
    ],
)
def test_a_name_that_was_cut_elsewhere_is_refused(name: str, hidden: dict[str, str]) -> None:
    """`Hol=dtrue` has the signature of `Hold=true`, and must not un-hold somebody; without its
    time an old report would be news.
    """
    form = payload("room_participant_hold", **{name: None, **hidden})
    with pytest.raises(BadReport, match=name):
        inbound.room_report(form, LATER)


def test_a_repeat_whose_number_was_hidden_is_refused() -> None:
    """It would count as another report."""
    form = payload("leg_ringing", SequenceNumber=None, SequenceNumbe="r1")
    with pytest.raises(BadReport, match="SequenceNumber"):
        inbound.receipt_key("leg", form)


def test_a_longer_name_hides_no_shorter_one() -> None:
    form = payload("leg_completed", CallDuration=None, DialCallDuration="17")
    (fact,) = inbound.leg_report(form, "leg-2", LATER)
    assert isinstance(fact, LegEnded)


@pytest.mark.parametrize(
    "name", ["Timestamp", "ParticipantLabel", "Coaching", "ReasonParticipantLeft"]
)
@pytest.mark.parametrize("value", [None, "", "x" * 300, "a\x00b"])
def test_what_can_be_done_without_makes_no_report_bad(name: str, value: str | None) -> None:
    """One unreadable field loses itself, not the report."""
    event = "leave_hung_up" if name == "ReasonParticipantLeft" else "hold"
    facts = inbound.room_report(payload(f"room_participant_{event}", **{name: value}), LATER)
    assert isinstance(facts[0], LegPresence)
    assert LEG == facts[0].call_sid


@pytest.mark.parametrize("name", ["SipResponseCode", "ErrorCode", "Timestamp", "SequenceNumber"])
def test_an_ending_is_understood_without_its_details(name: str) -> None:
    form = payload("leg_busy", **{name: "a\x00b"})
    (fact,) = inbound.leg_report(form, "leg-2", LATER)
    assert isinstance(fact, LegEnded)
    assert Outcome.BUSY == fact.outcome


def test_a_recording_is_over_though_its_length_is_not_told() -> None:
    form = payload("recording_completed", RecordingDuration=None)
    over = RecordingEnded("leg-2", LATER, RECORDING, None)
    assert (over,) == inbound.recording_report(form, "leg-2", LATER)


@pytest.mark.parametrize(
    ("duration", "outcome"), [("0", Outcome.CANCELED), ("1", COMPLETED), (None, COMPLETED)]
)
def test_completed_after_no_time_proves_no_answer(duration: str | None, outcome: Outcome) -> None:
    """So a call may be reported that was ended while it rang."""
    form = payload("leg_completed", CallDuration=duration)
    (fact,) = inbound.leg_report(form, "leg-2", LATER)
    assert isinstance(fact, LegEnded)
    assert outcome == fact.outcome


def test_an_unreadable_caller_counts_as_withheld() -> None:
    """The call is put through all the same."""
    assert "" == inbound.incoming_call(payload("incoming_call", From="+1\x00")).caller


def test_a_leave_needs_no_flags() -> None:
    """Who has left is neither held nor muted, whatever the form says (S1)."""
    form = payload("room_participant_leave_add_failed", Hold=None, Muted=None)
    assert FACTS["room_participant_leave_add_failed"] == inbound.room_report(form, LATER)


@pytest.mark.parametrize("name", ["CallSid", "StatusCallbackEvent", "ConferenceSid"])
def test_a_parameter_that_is_given_twice_is_refused(name: str) -> None:
    """Which one counts is not ours to guess."""
    form = payload("room_participant_hold")
    form.add(name, form[name])
    with pytest.raises(BadReport, match=f"{name} is given 2 times"):
        inbound.room_report(form, LATER)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("busy", Outcome.BUSY),
        ("no-answer", Outcome.NO_ANSWER),
        ("failed", Outcome.FAILED),
        ("canceled", Outcome.CANCELED),
        ("completed", Outcome.FAILED),
        ("in-progress", Outcome.FAILED),
        (None, Outcome.FAILED),
    ],
)
def test_who_never_came_was_not_answered(status: str | None, outcome: Outcome) -> None:
    """S1: such a leave may come without a join; `completed` would claim a conversation."""
    form = payload("room_participant_leave_add_failed", ParticipantCallStatus=status)
    assert outcome == inbound.room_report(form, LATER)[1].outcome  # type: ignore[union-attr]


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled"])
def test_who_is_put_out_while_ringing_was_not_answered(status: str) -> None:
    """The room closes over a leg that joined at ringing (S1)."""
    form = payload("room_participant_leave_room_closed", ParticipantCallStatus=status)
    assert Outcome(status) == inbound.room_report(form, LATER)[1].outcome  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "changes",
    [
        {"ReasonParticipantLeft": None},
        {"ReasonParticipantLeft": ""},
        {"ParticipantCallStatus": None},
        {"ParticipantCallStatus": "ringing"},
    ],
)
def test_a_leave_that_says_too_little_ends_no_leg(changes: dict[str, str | None]) -> None:
    """It may be on its way elsewhere; its own callback or a look-up will tell."""
    facts = inbound.room_report(payload("room_participant_leave_hung_up", **changes), LATER)
    assert (present(10, inside=False),) == facts


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "Sun, 99 Nov 2026 10:00:00 +0000", "Fri, 31 Dec 9999 23:59:59 -0100"],
)
def test_an_unreadable_time_is_the_time_of_arrival(written: str) -> None:
    """The fact is worth more than its time."""
    (fact,) = inbound.leg_report(payload("leg_ringing", Timestamp=written), "leg-2", LATER)
    assert fact.at == LATER


@pytest.mark.parametrize("zone", ["+0200", "-0000"])
def test_times_are_kept_in_utc(zone: str) -> None:
    """Whatever zone they are written in."""
    form = payload("leg_ringing", Timestamp=f"Sun, 22 Nov 2026 12:00:01 {zone}")
    (fact,) = inbound.leg_report(form, "leg-2", LATER)
    hours = 10 if zone == "+0200" else 12
    assert fact.at == datetime(2026, 11, 22, hours, 0, 1, tzinfo=UTC)
    assert fact.at.tzinfo in (UTC, UTC)


def test_any_dial_status_is_accepted() -> None:
    """At a child redirect it is not known what Twilio says (S2): it decides nothing."""
    for status in ("", "novel", None):
        form = payload("dial_action_completed", DialCallStatus=status)
        assert (DialFinished(CALLER, None, LATER),) == inbound.dial_action(form, LATER)


def test_a_repeat_has_the_same_receipt() -> None:
    """Also where parameters come in another order, or with a later attempt's extras."""
    form = payload("room_participant_hold")
    again = MultiDict(reversed(list(form.items(multi=True))))
    again["Novelty"] = "1"
    assert inbound.receipt_key("room", form) == inbound.receipt_key("room", again)


@pytest.mark.parametrize(
    "name", ["CallSid", "ConferenceSid", "StatusCallbackEvent", "SequenceNumber"]
)
def test_another_event_has_another_receipt(name: str) -> None:
    """Every part of what makes it this event counts."""
    one, other = payload("room_participant_hold"), payload("room_participant_hold", **{name: "7"})
    assert inbound.receipt_key("room", one) != inbound.receipt_key("room", other)


def test_receipts_of_different_kinds_differ() -> None:
    """A form that reaches two routes is two reports."""
    form = payload("leg_ringing")
    assert inbound.receipt_key("leg", form) != inbound.receipt_key("call", form)


def test_without_a_number_the_whole_form_is_the_receipt() -> None:
    """The dial's action carries none; its repeat is the same in every parameter."""
    form = payload("dial_action_completed")
    other = payload("dial_action_completed", DialCallDuration="43")
    plain = form.to_dict()
    assert inbound.receipt_key("dial", form) == inbound.receipt_key("dial", plain)
    assert inbound.receipt_key("dial", form) != inbound.receipt_key("dial", other)
    assert len(inbound.receipt_key("dial", form)) == 64


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=300), max_size=8))
def test_any_form_is_facts_or_one_clear_sentence(form: dict[str, str]) -> None:
    """Nothing else than BadReport ever leaves."""
    sids = {"CallSid": LEG, "ConferenceSid": ROOM, "AccountSid": ACCOUNT, "From": "client:a"}
    for given_form in (form, {**form, **sids}):
        for name in ("leg", "call", "dial", "room"):
            assert attempt(name, MultiDict(given_form))
        for question in (inbound.device_call, inbound.incoming_call):
            with suppress(BadReport):
                question(given_form)
