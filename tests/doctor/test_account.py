"""The account, the token and the API key, set up wrongly in each way."""

import pytest

from evovoice.carrier.setup_check.findings import Kind
from tests.doctor.conftest import NewPatient
from tests.doctor.patient import KEY, Patient


def test_whoever_is_asked_instead_of_twilio_is_named(new_patient: NewPatient) -> None:
    """An emulator for which all is right says nothing about a real account."""
    patient = new_patient(api_base_url="http://127.0.0.1:8010")
    assert "127.0.0.1:8010" in patient.found(Kind.UNKNOWN)["TWILIO_API_BASE_URL"]
    assert not patient.report().is_wrong


def test_a_trial_account_is_wrong(patient: Patient) -> None:
    patient.twilio.account_is(type="Trial")
    found = patient.only_wrong()
    assert ("account type", True) == (found.subject, found.sentence.startswith("Trial"))
    assert "Upgrade" in str(found.cure)


@pytest.mark.parametrize("status", ["suspended", "closed"])
def test_an_account_that_is_not_active_is_wrong(patient: Patient, status: str) -> None:
    patient.twilio.account_is(status=status)
    found = patient.only_wrong()
    assert ("account status", True) == (found.subject, status in found.sentence)


def test_a_type_that_twilio_may_invent_is_unknown(patient: Patient) -> None:
    patient.twilio.account_is(type="Partner")
    assert "Partner" in patient.found(Kind.UNKNOWN)["account type"]


@pytest.mark.parametrize("name", ["auth_token", "account_sid"])
def test_credentials_that_twilio_refuses_are_wrong(new_patient: NewPatient, name: str) -> None:
    """The cure names the region, as another region's are refused in the same way."""
    wrong = {"auth_token": "another-token", "account_sid": "AC" + "9" * 32}[name]
    patient = new_patient(**{name: wrong}, twiml_app_sid="AP" + "d" * 32)
    report = patient.report()
    (account,) = [one for one in report.findings if one.subject == "account"]
    assert (Kind.WRONG, True) == (account.kind, report.was_answered)
    assert "20003" in account.sentence
    assert "US1" in str(account.cure)
    unknown = patient.found(Kind.UNKNOWN)
    assert {"numbers", "region", "caller IDs", "TwiML App"} <= set(unknown)
    assert "does not tell it to these credentials (20003)" in unknown["numbers"]


def test_an_api_key_that_is_missing_is_wrong(new_patient: NewPatient) -> None:
    found = new_patient(api_key_sid=None, api_key_secret=None).only_wrong()
    assert ("API key", True) == (found.subject, "no device" in found.sentence)
    assert "Standard" in str(found.cure)


def test_an_api_key_that_twilio_refuses_is_wrong(new_patient: NewPatient) -> None:
    found = new_patient(api_key_secret="mistyped").only_wrong()
    assert ("API key", True) == (found.subject, "does not accept" in found.sentence)
    assert "US1" in str(found.cure)


def test_a_key_that_the_account_does_not_have_is_wrong_and_its_kind_unknown(
    new_patient: NewPatient,
) -> None:
    patient = new_patient(api_key_sid="SK" + "0" * 32)
    assert "API key" == patient.only_wrong().subject
    unknown = patient.found(Kind.UNKNOWN)
    assert {"kind of API key"} == set(unknown)
    assert "does not find the key" in unknown["kind of API key"]


def test_a_restricted_key_is_wrong(patient: Patient) -> None:
    """It may give orders, but devices cannot connect with the tokens that it signs."""
    patient.twilio.account_is(restricted_keys=frozenset({KEY}))
    found = patient.only_wrong()
    assert ("kind of API key", True) == (found.subject, "restricted" in found.sentence)
    assert {"API key"} <= set(patient.found(Kind.RIGHT))
