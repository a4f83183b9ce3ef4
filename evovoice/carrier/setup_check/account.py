"""The account: do our credentials open it, is it upgraded and active, is our token the one that
signs."""

from hmac import compare_digest

from evovoice.carrier.port import AccountRejected, CarrierRefused
from evovoice.carrier.setup_check.findings import Finding, right, unknown, wrong
from evovoice.carrier.setup_check.questions import AccountAnswer, SetupQuestions
from evovoice.carrier.setup_check.region import credentials_cure
from evovoice.carrier.setup_check.wanted import Wanted

_NOT_ACTIVE, _TEST_CREDENTIALS = 20005, 20008
_CREDENTIALS = "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"


def check(questions: SetupQuestions, wanted: Wanted) -> list[Finding]:
    """Type, status and token; one line where the account does not open at all."""
    try:
        account = questions.account()
    except AccountRejected as rejection:
        return [_rejected(rejection, wanted)]
    except CarrierRefused as refusal:
        return [_refused(refusal)]
    return [_type(account), _status(account), *_token(account, wanted)]


def check_address(wanted: Wanted) -> list[Finding]:
    """Whether it is Twilio that is asked at all."""
    if wanted.api_base_url is None:
        return []
    return [
        unknown(
            "TWILIO_API_BASE_URL",
            f"{wanted.api_base_url} is asked instead of Twilio",
            "Leave it away to ask about a real account.",
        )
    ]


def _rejected(rejection: AccountRejected, wanted: Wanted) -> Finding:
    if rejection.code == _NOT_ACTIVE:
        return _inactive("not active")
    return wrong(
        "account",
        f"Twilio does not accept {_CREDENTIALS} ({rejection.code or rejection.status})",
        credentials_cure(_CREDENTIALS, wanted.region)
        + " A suspended account is refused in the same way.",
    )


def _refused(refusal: CarrierRefused) -> Finding:
    if refusal.code == _TEST_CREDENTIALS:
        return wrong(
            "account",
            "these are test credentials, with which no call can be made",
            f"Set {_CREDENTIALS} to the live credentials of the account.",
        )
    return wrong(
        "account",
        f"Twilio does not know this account ({refusal.code or refusal.status})",
        "Check TWILIO_ACCOUNT_SID; with a subaccount set the subaccount's SID and token.",
    )


def _type(account: AccountAnswer) -> Finding:
    subject = "account type"
    if account.type == "Full":
        return right(subject, "Full")
    if account.type == "Trial":
        return wrong(
            subject,
            "Trial: Twilio takes the parties out of <Dial>, replaces names of conferences and"
            " calls only verified numbers, so no call can work",
            "Upgrade the account in Twilio's Console (Billing).",
        )
    return unknown(subject, f"Twilio says '{account.type}'", "It should be Full.")


def _status(account: AccountAnswer) -> Finding:
    if account.status == "active":
        return right("account status", "active")
    return _inactive(account.status or "not told")


def _inactive(status: str) -> Finding:
    return wrong(
        "account status",
        f"{status}: no calls are made or received",
        "See Twilio's Console, or ask Twilio's support why.",
    )


def _token(account: AccountAnswer, wanted: Wanted) -> list[Finding]:
    """Twilio signs with the primary token; the response may leave it out."""
    if not account.auth_token:
        return []
    subject = "auth token"
    actual = account.auth_token.encode()
    if any(compare_digest(actual, token.encode()) for token in wanted.auth_tokens):
        return [right(subject, "the account's primary token, with which webhooks are signed")]
    return [
        wrong(
            subject,
            "opens the account, but is not its primary token, so webhooks will be refused",
            "Set TWILIO_AUTH_TOKEN to the primary token, or TWILIO_AUTH_TOKEN_SECONDARY while"
            " tokens are rotated.",
        )
    ]
