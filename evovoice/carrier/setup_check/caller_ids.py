"""Caller IDs: what is shown to those who are called has to be a number we own or have verified."""

from collections.abc import Sequence

from evovoice.carrier.setup_check.findings import Finding, right, wrong
from evovoice.carrier.setup_check.questions import NumberAnswer
from evovoice.carrier.setup_check.wanted import Tenant, Wanted


def check(owned: Sequence[NumberAnswer], verified: Sequence[str], wanted: Wanted) -> list[Finding]:
    """For each account of the directory."""
    shown = {one.number for one in owned} | set(verified)
    return [finding for tenant in wanted.tenants for finding in _of(tenant, shown)]


def _of(tenant: Tenant, shown: set[str]) -> list[Finding]:
    subject = f"caller ID of {tenant.name}"
    if not tenant.numbers:
        sentence = "it has no number to show, so its users can call nobody's telephone"
        return [wrong(subject, sentence, "Add one: evovoice number add.")]
    refused = [number for number in tenant.numbers if number not in shown]
    if refused:
        return [wrong(subject, _sentence(number), _CURE) for number in refused]
    return [right(subject, f"{tenant.numbers[0]} may be shown")]


_CURE = "Verify it in Twilio's Console, Phone Numbers, Verified caller IDs, or buy it there."


def _sentence(number: str) -> str:
    return f"{number} is neither a number of the account nor verified: calls from it are refused"
