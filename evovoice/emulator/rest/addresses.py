"""Checks of From and To (R36)."""

import re

from evovoice.emulator.rest.errors import Refusal
from evovoice.emulator.rest.messages import Form
from evovoice.emulator.state.account import Account
from evovoice.emulator.state.devices import is_identity
from evovoice.emulator.state.numbers import as_dialled, is_number
from evovoice.emulator.state.phones import plain

_OTHER = re.compile(r"(client:[^\s]+|sip:[^\s@]+@[^\s]+|app:AP[0-9a-fA-F]{32}(\?\S*)?)")
_SIP_HEADERS = 1024
_SIP_USER = re.compile(r"[\w.+-]+")


def checked_addresses(account: Account, form: Form) -> tuple[str, str]:
    """From and To of a new leg, numbers in E.164, or the refusal that names the first fault."""
    from_, to = as_dialled(form.text("From").strip()), as_dialled(form.text("To").strip())
    if not from_:
        raise Refusal(21213, "No 'From' number is specified")
    if not to:
        raise Refusal(21201, "No 'To' number is specified")
    _check_to(to)
    if to == from_:
        raise Refusal(21211, "'To' and 'From' cannot be the same.")
    _check_from(account, from_, to)
    return from_, to


def _check_to(to: str) -> None:
    kind, _, rest = to.partition(":")
    if kind == "client" and not is_identity(plain(rest)):
        raise Refusal(21211, f"Called is not valid: {to}")  # seen with dashes and brackets
    if not is_number(to) and _OTHER.fullmatch(to) is None:
        raise Refusal(21211, f"The 'To' number {to} is not a valid phone number.")
    if to.startswith("sip:") and len(to.partition("?")[2]) >= _SIP_HEADERS:
        raise Refusal(21227, "Headers portion of sip URI must be less than 1024 chars")


def _check_from(account: Account, from_: str, to: str) -> None:
    if is_number(from_):
        if is_number(to) and not account.may_show(from_):
            raise Refusal(
                21210, f"The source phone number provided, {from_}, is not yet verified for your"
                " account. You may only make calls from phone numbers that you've verified or"
                " purchased from Twilio."
            )  # fmt: skip
        return
    if is_number(to) or not (_OTHER.fullmatch(from_) or _SIP_USER.fullmatch(from_)):
        raise Refusal(
            21212, f"The 'From' number {from_} is not a valid phone number,"
            " shortcode, or alphanumeric sender ID."
        )  # fmt: skip


def shown_instead(form: Form) -> str | None:
    """`CallerId`: what the called party sees in place of From."""
    return as_dialled(form.text("CallerId").strip()) or None
