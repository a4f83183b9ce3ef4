"""A set-up that is as it should be, and what the report is like when Twilio is away."""

import pytest

from evovoice.carrier.setup_check.findings import Kind
from evovoice.emulator.rest.faults import FaultKind
from tests.doctor.patient import KEY, OURS, Patient

SUBJECTS = {
    "account type", "account status", "auth token", "API key", "kind of API key",
    f"number {OURS}", "region", "caller ID of Acme", "TwiML App", "geo permission US",
    "PUBLIC_BASE_URL", "signature", "forged signature",
}  # fmt: skip


def test_nothing_is_wrong_or_unknown_with_a_set_up_that_is_right(patient: Patient) -> None:
    report = patient.report()
    assert SUBJECTS == {one.subject for one in report.findings if one.kind is Kind.RIGHT}
    assert len(SUBJECTS) == len(report.findings)
    assert (False, True, []) == (report.is_wrong, report.was_answered, list(report.changes))


def test_only_what_is_right_has_no_cure(patient: Patient) -> None:
    patient.twilio.account_is(type="Trial")
    patient.twilio.fail_next("GET", "*/DialingPermissions/*", "error-before")
    found = patient.report().findings
    assert {Kind.RIGHT, Kind.WRONG, Kind.UNKNOWN} == {one.kind for one in found}
    assert all((one.cure is None) == (one.kind is Kind.RIGHT) for one in found)


def test_no_secret_stands_in_the_report(patient: Patient) -> None:
    text = str(patient.report()) + repr(patient.questions().account()) + repr(patient.wanted())
    for secret in (*patient.settings.secrets, patient.twilio.auth_token):
        assert secret not in text


@pytest.mark.parametrize(
    ("path", "subjects"),
    [
        ("*/Keys/*", {"kind of API key"}),
        ("*/Calls.json", {"API key"}),
        ("*/IncomingPhoneNumbers.json", {"numbers", "region", "caller IDs"}),
        ("*/OutgoingCallerIds.json", {"caller IDs"}),
        ("/v2/PhoneNumbers/*", {"region"}),
        ("*/Applications/*", {"TwiML App"}),
        ("*/DialingPermissions/*", {"geo permissions"}),
        ("*/Accounts/AC????????????????????????????????.json", {"account"}),
    ],
)
@pytest.mark.parametrize("kind", ["error-before", "reset-before", "timeout-before"])
def test_one_request_that_fails_makes_its_own_finding_unknown(
    patient: Patient, path: str, subjects: set[str], kind: FaultKind
) -> None:
    """The others are made all the same."""
    patient.twilio.fail_next("GET", path, kind, count=0)
    report = patient.report()
    assert subjects == {one.subject for one in report.findings if one.kind is Kind.UNKNOWN}
    assert not report.is_wrong
    assert ("account" not in subjects) == report.was_answered


def test_a_busy_twilio_is_no_fault_of_the_set_up(patient: Patient) -> None:
    patient.twilio.fail_next("*", "*", "too-many-requests", count=0)
    report = patient.report()
    assert (False, False) == (report.is_wrong, report.was_answered)
    assert set(patient.found(Kind.RIGHT)) == {"PUBLIC_BASE_URL", "signature", "forged signature"}


def test_account_and_key_kind_are_asked_with_the_token_alone(patient: Patient) -> None:
    """A standard key may read neither; with it the service gives its orders, so it is tried."""
    patient.report()
    statuses = {entry.path.rpartition("/")[2]: entry.status for entry in patient.twilio.rest_log}
    assert 200 == statuses[f"{patient.twilio.account_sid}.json"] == statuses[KEY]
    assert {200} == set(statuses.values())
