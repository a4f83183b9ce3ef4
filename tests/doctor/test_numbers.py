"""Numbers, caller IDs, regions, geo permissions and the TwiML App, set up wrongly in each way."""

from typing import Any

import pytest

from evovoice.carrier.setup_check.findings import Kind
from evovoice.emulator.state.account import VoiceSettings
from evovoice.services import administration
from tests.doctor.conftest import NewPatient
from tests.doctor.patient import (
    APP,
    BASE,
    INCOMING,
    OTHER,
    OURS,
    OUTGOING,
    RETRY,
    SECOND,
    STATUS,
    Patient,
)

PLAIN = {"voice_url": INCOMING.removesuffix(RETRY), "status_callback": STATUS.removesuffix(RETRY)}


@pytest.mark.parametrize(
    ("voice", "says"),
    [
        ({"voice_url": None}, "voice URL is empty"),
        ({"voice_url": "https://demo.twilio.test/welcome"}, "demo.twilio.test"),
        ({"voice_url": INCOMING.replace("https", "http")}, "http://voice"),
        ({"voice_url": OUTGOING}, "outgoing"),
        ({"voice_url": PLAIN["voice_url"]}, "voice URL does not end in #rc=3&rp=all"),
        ({"voice_url": f"{PLAIN['voice_url']}#rc=0&rp=all"}, "does not end in"),
        ({"voice_url": f"{PLAIN['voice_url']}#rc=3"}, "does not end in"),
        ({"voice_url": f"{PLAIN['voice_url']}#rc=3&rp=4xx"}, "does not end in"),
        ({"voice_method": "GET"}, "voice URL is asked by GET"),
        ({"voice_fallback_url": None}, "fallback URL is empty"),
        ({"voice_fallback_method": "GET"}, "fallback URL is asked by GET"),
        ({"status_callback": None}, "status callback is empty"),
        ({"status_callback": "https://old.example.test/ended"}, "old.example.test"),
        ({"status_callback": PLAIN["status_callback"]}, "status callback does not end in"),
        ({"status_callback_method": "GET"}, "status callback is asked by GET"),
    ],
)
def test_each_address_of_a_number_that_is_not_as_needed_is_wrong(
    patient: Patient, voice: dict[str, Any], says: str
) -> None:
    """And is what --fix would change, to what is needed."""
    patient.number(OURS, **voice)
    found = patient.only_wrong()
    assert f"number {OURS}" == found.subject
    assert says in found.sentence
    (change,) = patient.report().changes
    assert ([change.field], change.old) == (list(voice), next(iter(voice.values())) or "")
    assert change.new in str(found.cure)


@pytest.mark.parametrize(
    "voice",
    [
        {"voice_fallback_url": "https://handler.twilio.test/bins/EH1"},
        {
            "voice_fallback_url": "https://handler.twilio.test/bins/EH1",
            "voice_fallback_method": "GET",
        },
        {"voice_url": INCOMING.replace("voice.example.test", "VOICE.example.test:443")},
        {"voice_url": f"{PLAIN['voice_url']}#rc=2&rp=ct,all&ct=2000"},
    ],
)
def test_what_does_as_well_is_right(patient: Patient, voice: dict[str, str]) -> None:
    """A fallback elsewhere outlives us; capitals and repeats are the owner's choice."""
    patient.number(OURS, **voice)
    assert {} == patient.found(Kind.WRONG)


@pytest.mark.parametrize(
    "fallback",
    ["http://spare.example.test/", "http://127.0.0.1/spare", "https://10.0.0.5/spare", "https://"],
)
def test_a_fallback_that_somebody_chose_is_wrong_where_twilio_cannot_ask_it_and_left_alone(
    patient: Patient, fallback: str
) -> None:
    patient.number(OURS, voice_fallback_url=fallback)
    found = patient.only_wrong()
    assert f"its fallback URL {fallback} is not https on the internet" == found.sentence
    assert "--fix" not in str(found.cure)
    assert [] == list(patient.report().changes)


@pytest.mark.parametrize("field", ["voice_url", "voice_fallback_url", "status_callback"])
def test_a_password_in_an_address_is_not_shown(patient: Patient, field: str) -> None:
    patient.number(OURS, **{field: "http://joe:hunter2@elsewhere.example.test/voice"})
    found = patient.only_wrong()
    assert "http://***@elsewhere.example.test/voice" in found.sentence
    assert "hunter2" not in f"{found.sentence} {found.cure}"


def test_two_faults_of_one_number_are_two_lines(patient: Patient) -> None:
    patient.number(OURS, **PLAIN)
    wrong = [one for one in patient.report().findings if one.kind is Kind.WRONG]
    assert ["voice URL", "status callback"] == [
        next(name for name in ("voice URL", "status callback") if name in one.sentence)
        for one in wrong
    ]


def test_an_application_that_goes_before_the_voice_url_is_wrong(patient: Patient) -> None:
    """It is explained and left alone: the addresses have no effect then."""
    sid = patient.number(OURS, **PLAIN)
    patient.owner().incoming_phone_numbers(sid).update(voice_application_sid=APP)
    found = patient.only_wrong()
    assert APP in found.sentence
    assert [] == list(patient.report().changes)


def test_a_trunk_that_goes_before_the_voice_url_is_wrong(patient: Patient) -> None:
    sid, trunk = patient.number(OURS), "TK" + "1" * 32
    patient.owner().incoming_phone_numbers(sid).update(trunk_sid=trunk)
    assert trunk in patient.only_wrong().sentence


def test_a_number_that_the_account_lacks_is_wrong(patient: Patient) -> None:
    """As a number and as a caller ID; where it was verified, as a number only."""
    administration.add_number(patient.database, patient.account.id, OTHER)
    assert {f"number {OTHER}", "caller ID of Acme"} == set(patient.found(Kind.WRONG))
    patient.twilio.verify(OTHER)
    assert f"number {OTHER}" == patient.only_wrong().subject


def test_an_account_without_numbers_has_nothing_to_show(patient: Patient) -> None:
    administration.add_account(patient.database, "Zeta", "US")
    assert "caller ID of Zeta" == patient.only_wrong().subject


@pytest.mark.parametrize("host", ["voice.example.test", "VOICE.example.test:443"])
def test_a_number_that_comes_to_us_but_is_not_ours_is_pointed_out(
    patient: Patient, host: str
) -> None:
    """Nobody can tell from here which of the two is a mistake; numbers of others are no matter."""
    patient.number(OTHER, voice_url=INCOMING.replace("voice.example.test", host))
    patient.number(SECOND, voice_url="https://elsewhere.example.test/")
    report = patient.report()
    assert {f"number {OTHER}"} == set(patient.found(Kind.UNKNOWN))
    assert (False, []) == (report.is_wrong, list(report.changes))


def test_a_number_of_another_region_is_wrong(patient: Patient) -> None:
    patient.owner().routes.v2.phone_numbers(OURS).update(voice_region="ie1")
    found = patient.only_wrong()
    assert (f"region of {OURS}", True) == (found.subject, "IE1" in found.sentence)
    assert "US1" in str(found.cure)


def test_the_region_that_the_settings_name_is_the_right_one(new_patient: NewPatient) -> None:
    patient = new_patient(region="ie1")
    found = patient.only_wrong()
    assert (f"region of {OURS}", True) == (found.subject, "US1" in found.sentence)
    patient.owner().routes.v2.phone_numbers(OURS).update(voice_region="ie1")
    assert "IE1" in patient.found(Kind.RIGHT)["region"]


def test_a_number_whose_region_twilio_does_not_tell_is_unknown(patient: Patient) -> None:
    """One that was never assigned a region may have none there."""
    patient.twilio.fail_next("GET", "/v2/PhoneNumbers/*", "not-found", count=0)
    assert {f"region of {OURS}"} == set(patient.found(Kind.UNKNOWN))


def test_a_country_that_may_not_be_called_is_wrong(patient: Patient) -> None:
    """Only those of our accounts are asked about, each once."""
    for name in ("Zeta", "Eta"):
        account = administration.add_account(patient.database, name, "GB")
        number = {"Zeta": OTHER, "Eta": SECOND}[name]
        administration.add_number(patient.database, account.id, number)
        patient.number(number)
    patient.twilio.account_is(closed_countries=frozenset({"GB", "FR"}))
    found = patient.only_wrong()
    assert ("geo permission GB", True) == (found.subject, "21215" in found.sentence)
    assert "Geo permissions" in str(found.cure)
    assert "geo permission US" in patient.found(Kind.RIGHT)


def test_a_twiml_app_that_is_not_set_is_wrong(new_patient: NewPatient) -> None:
    found = new_patient(twiml_app_sid=None).only_wrong()
    assert ("TwiML App", True) == (found.subject, "TWILIO_TWIML_APP_SID" in found.sentence)


def test_a_twiml_app_that_the_account_lacks_is_wrong(new_patient: NewPatient) -> None:
    found = new_patient(twiml_app_sid="AP" + "0" * 32).only_wrong()
    assert ("TwiML App", True) == (found.subject, "no App" in found.sentence)


@pytest.mark.parametrize(
    ("voice", "says"),
    [
        (VoiceSettings(None, status_callback=STATUS), "voice URL is empty"),
        (VoiceSettings(INCOMING, status_callback=STATUS), "incoming"),
        (VoiceSettings(OUTGOING.removesuffix(RETRY), status_callback=STATUS), "does not end in"),
        (VoiceSettings(OUTGOING, "GET", status_callback=STATUS), "asked by GET"),
        (VoiceSettings(OUTGOING), "status callback is empty"),
        (VoiceSettings(OUTGOING, status_callback=f"{BASE}/"), f"callback is {BASE}/"),
    ],
)
def test_each_address_of_the_app_that_is_not_as_needed_is_wrong(
    patient: Patient, voice: VoiceSettings, says: str
) -> None:
    patient.twilio.exchange.set_application(APP, voice)
    found = patient.only_wrong()
    assert ("TwiML App", True) == (found.subject, says in found.sentence)
    (change,) = patient.report().changes
    assert (APP, "application") == (change.target.sid, change.target.kind)
