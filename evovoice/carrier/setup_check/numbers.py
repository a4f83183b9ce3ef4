"""The numbers of the directory: does the account have them, and do their calls come to us."""

from collections.abc import Sequence

from evovoice.carrier.setup_check.changes import Change, Checked, Target, changes_of
from evovoice.carrier.setup_check.findings import Finding, right, unknown, wrong
from evovoice.carrier.setup_check.hosts import usual
from evovoice.carrier.setup_check.questions import NumberAnswer
from evovoice.carrier.setup_check.voice_addresses import flaws, of_number
from evovoice.carrier.setup_check.wanted import Wanted


def check(owned: Sequence[NumberAnswer], wanted: Wanted) -> Checked:
    """Every number of the directory, and then those that come to us without standing in it."""
    by_number = {one.number: one for one in owned}
    findings: list[Finding] = []
    changes: list[Change] = []
    for number in wanted.numbers:
        checked = _one(number, by_number.get(number), wanted.public_base_url)
        findings += checked.findings
        changes += checked.changes
    if not wanted.numbers:
        findings.append(_none())
    findings += [_stray(one.number) for one in owned if _is_stray(one, wanted)]
    return Checked(findings, changes)


def _one(number: str, response: NumberAnswer | None, base: str) -> Checked:
    subject = f"number {number}"
    if response is None:
        return Checked([_missing(subject)])
    obstacle = _obstacle(subject, response)
    if obstacle is not None:
        return Checked([obstacle])
    found = flaws(response.voice, of_number(base))
    if not found:
        return Checked([right(subject, "calls and reports come to us, and are repeated")])
    target = Target("number", response.sid, subject)
    findings = [wrong(subject, flaw.sentence, flaw.cure) for flaw in found]
    return Checked(findings, changes_of(target, response.voice, found))


def _obstacle(subject: str, response: NumberAnswer) -> Finding | None:
    """What keeps the number's own addresses from being asked at all."""
    if response.has_voice is False:
        return wrong(subject, "it cannot take voice calls", "Use a number that can.")
    if response.trunk_sid:
        return wrong(
            subject,
            f"its calls go to the SIP trunk {response.trunk_sid}, and its voice URL is not asked",
            "Take it out of the trunk in Twilio's Console (Elastic SIP Trunking).",
        )
    if response.application_sid:
        return wrong(
            subject,
            f"its calls go to the application {response.application_sid}, not to its voice URL",
            "Choose 'Webhook' instead of the TwiML App at the number's Configure page.",
        )
    return None


def _missing(subject: str) -> Finding:
    return wrong(
        subject,
        "the account does not have it, so calls to it do not come to us",
        "Buy it or move it to this account; or check that TWILIO_ACCOUNT_SID is its account.",
    )


def _none() -> Finding:
    return wrong("numbers", "the directory has none", "Add one: evovoice number add.")


def _is_stray(one: NumberAnswer, wanted: Wanted) -> bool:
    ours = usual(one.voice.voice_url).startswith(f"{usual(wanted.public_base_url)}/")
    return ours and one.number not in wanted.numbers


def _stray(number: str) -> Finding:
    return unknown(
        f"number {number}",
        "its calls come to us, but it is not in the directory, so they are turned away",
        "Add it (evovoice number add), or take our address from it at Twilio.",
    )
