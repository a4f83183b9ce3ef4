"""All checks in order. One that cannot be made is unknown, and the others go on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from evovoice.carrier.port import AccountRejected, CarrierError
from evovoice.carrier.setup_check import (
    account,
    api_key,
    application,
    caller_ids,
    numbers,
    permissions,
    public_url,
    region,
)
from evovoice.carrier.setup_check.changes import Change, Checked
from evovoice.carrier.setup_check.findings import Finding, Kind, unknown, wrong
from evovoice.carrier.setup_check.questions import PublicSite, SetupQuestions
from evovoice.carrier.setup_check.wanted import Wanted

Check = Callable[[], Checked]
_ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was found; `changes` would set right what can be set right by request. There
    are none while PUBLIC_BASE_URL is wrong, as they lead there.

    `was_answered` is False where Twilio gave no response about the account, not even a refusal.
    """

    findings: Sequence[Finding]
    changes: Sequence[Change]
    was_answered: bool

    @property
    def is_wrong(self) -> bool:
        """Whether anything has to be changed."""
        return any(one.kind is Kind.WRONG for one in self.findings)


def check_setup(questions: SetupQuestions, site: PublicSite, wanted: Wanted) -> Report:
    """Ask and judge; nothing is changed, at Twilio or here."""
    findings: list[Finding] = []
    changes: list[Change] = []
    silent: set[str] = set()
    for subject, check in _checks(questions, site, wanted):
        try:
            checked = check()
        except CarrierError as error:
            checked = Checked([_not_told(subject, error)])
            silent.add(subject)
        findings += checked.findings
        changes += checked.changes
    if changes and _is_wrong(findings, public_url.SUBJECT):
        findings.append(_withheld())
        changes = []
    return Report(findings, changes, was_answered=_ACCOUNT not in silent)


def _is_wrong(findings: Sequence[Finding], subject: str) -> bool:
    return any(one.kind is Kind.WRONG and one.subject == subject for one in findings)


def _withheld() -> Finding:
    """Numbers in service may come to another installation, whose calls would be lost."""
    sentence = f"--fix sets none of them, since {public_url.SUBJECT}, from which they are made, is"
    return wrong("addresses", f"{sentence} wrong", f"Set {public_url.SUBJECT} right first.")


def _checks(questions: SetupQuestions, site: PublicSite, wanted: Wanted) -> list[tuple[str, Check]]:
    """Each with the subject that is unknown if it cannot be made; the numbers are asked once."""
    owned = cache(questions.numbers)
    found: Callable[[list[Finding]], Checked] = Checked
    return [
        ("TWILIO_API_BASE_URL", lambda: found(account.check_address(wanted))),
        (_ACCOUNT, lambda: found(account.check(questions, wanted))),
        ("API key", lambda: found(api_key.check(questions, wanted))),
        ("kind of API key", lambda: found(api_key.check_kind(questions, wanted))),
        ("numbers", lambda: numbers.check(owned(), wanted)),
        ("region", lambda: found(region.check(questions.voice_region, owned(), wanted))),
        ("caller IDs", lambda: found(caller_ids.check(owned(), questions.caller_ids(), wanted))),
        ("TwiML App", lambda: application.check(questions, wanted)),
        ("geo permissions", lambda: found(permissions.check(questions, wanted))),
        (public_url.SUBJECT, lambda: found(public_url.check(site, wanted))),
    ]


def _not_told(subject: str, error: CarrierError) -> Finding:
    if isinstance(error, AccountRejected):
        sentence = f"Twilio does not tell it to these credentials ({error.code or error.status})"
        return unknown(subject, sentence, "Set right what is said about the account and the key.")
    return unknown(subject, f"could not be asked: {error}", "Run the doctor again in a moment.")
