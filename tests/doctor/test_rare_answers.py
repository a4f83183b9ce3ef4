"""What the emulator does not imitate: answers of Twilio that documents and its library name."""

from dataclasses import replace

import pytest

from evovoice.carrier.port import AccountRejected, CarrierError, CarrierRefused
from evovoice.carrier.setup_check import account, application, numbers
from evovoice.carrier.setup_check.findings import Kind
from evovoice.carrier.setup_check.questions import AccountAnswer, NumberAnswer, VoiceAnswer
from evovoice.carrier.setup_check.wanted import Tenant, Wanted
from evovoice.carrier.twilio_setup import TwilioSetup
from tests.doctor.patient import APP, BASE, INCOMING, OURS, STATUS

WANTED = Wanted(
    public_base_url=BASE, account_sid="AC" + "0" * 32, auth_tokens=("primary", "secondary"),
    api_key_sid=None, twiml_app_sid=APP, tenants=(Tenant("Acme", "US", (OURS,)),),
)  # fmt: skip
VOICE = VoiceAnswer(INCOMING, "POST", INCOMING, "POST", STATUS, "POST")
NUMBER = NumberAnswer("PN" + "0" * 32, OURS, VOICE, None, None, has_voice=True)


class Answering(TwilioSetup):
    """Gives one answer to whatever is asked about the account and the App."""

    def __init__(self, answer: AccountAnswer | CarrierError) -> None:
        self._answer = answer

    def account(self) -> AccountAnswer:
        if isinstance(self._answer, CarrierError):
            raise self._answer
        return self._answer

    def application(self, sid: str) -> VoiceAnswer:
        assert isinstance(self._answer, CarrierError)
        raise self._answer


@pytest.mark.parametrize(
    ("error", "subject", "says"),
    [
        (AccountRejected(20003, 401), "account", "does not accept"),
        (AccountRejected(None, 401), "account", "(401)"),
        (AccountRejected(20005, 403), "account status", "not active"),
        (CarrierRefused(20008, 403, ""), "account", "test credentials"),
        (CarrierRefused(20404, 404, ""), "account", "does not know"),
    ],
)
def test_each_way_in_which_the_account_does_not_open(
    error: CarrierError, subject: str, says: str
) -> None:
    (found,) = account.check(Answering(error), WANTED)
    assert (Kind.WRONG, subject) == (found.kind, found.subject)
    assert says in found.sentence


@pytest.mark.parametrize(
    ("token", "kind"),
    [("primary", Kind.RIGHT), ("secondary", Kind.RIGHT), ("another", Kind.WRONG), (None, None)],
)
def test_the_token_that_twilio_tells_is_one_of_ours(token: str | None, kind: Kind | None) -> None:
    """While tokens are rotated either may be the primary one; it may also not be told."""
    found = account.check(Answering(AccountAnswer("Full", "active", token)), WANTED)
    assert [Kind.RIGHT, Kind.RIGHT, *([kind] if kind else [])] == [one.kind for one in found]


def test_a_number_without_voice_is_wrong() -> None:
    """One for messages alone; where Twilio does not say, nothing is held against it."""
    (found,) = numbers.check([replace(NUMBER, has_voice=False)], WANTED).findings
    assert (Kind.WRONG, True) == (found.kind, "cannot take voice calls" in found.sentence)
    (found,) = numbers.check([replace(NUMBER, has_voice=None)], WANTED).findings
    assert Kind.RIGHT is found.kind


def test_a_refusal_of_another_kind_says_nothing_about_the_app() -> None:
    with pytest.raises(CarrierRefused):
        application.check(Answering(CarrierRefused(20001, 400, "")), WANTED)


def test_an_empty_directory_is_wrong() -> None:
    (found,) = numbers.check([], replace(WANTED, tenants=())).findings
    assert (Kind.WRONG, "numbers") == (found.kind, found.subject)
