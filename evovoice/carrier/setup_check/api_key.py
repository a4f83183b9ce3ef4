"""The API key: does it work, and is it of a kind that may sign the access tokens of devices."""

from evovoice.carrier.port import AccountRejected, CarrierRefused
from evovoice.carrier.setup_check.findings import Finding, right, unknown, wrong
from evovoice.carrier.setup_check.questions import SetupQuestions
from evovoice.carrier.setup_check.region import credentials_cure
from evovoice.carrier.setup_check.wanted import Wanted

_SUBJECT, _KIND = "API key", "kind of API key"
_NAMES = "TWILIO_API_KEY_SID and TWILIO_API_KEY_SECRET"
_NEW_KEY = (
    f"Make a key of the kind Standard in Twilio's Console, API keys & tokens, and set {_NAMES}."
)


def check(questions: SetupQuestions, wanted: Wanted) -> list[Finding]:
    """Whether there is one, and Twilio takes it."""
    if wanted.api_key_sid is None:
        return [wrong(_SUBJECT, f"{_NAMES} are not set: no device gets an access token", _NEW_KEY)]
    try:
        questions.try_service_credentials()
    except AccountRejected as rejection:
        sentence = f"Twilio does not accept {_NAMES} ({rejection.code or rejection.status})"
        return [wrong(_SUBJECT, sentence, credentials_cure(_NAMES, wanted.region))]
    return [right(_SUBJECT, f"Twilio accepts {wanted.api_key_sid}")]


def check_kind(questions: SetupQuestions, wanted: Wanted) -> list[Finding]:
    """Tokens signed with a restricted key are refused (Twilio's page on restricted keys)."""
    if wanted.api_key_sid is None:
        return []
    try:
        restricted = questions.key_is_restricted(wanted.api_key_sid)
    except CarrierRefused:
        sentence = "Twilio does not find the key among those of this account and region"
        return [unknown(_KIND, sentence, "Look for it in the Console, API keys & tokens.")]
    if restricted:
        return [wrong(_KIND, "restricted: devices cannot connect with its tokens", _NEW_KEY)]
    return [right(_KIND, "not restricted, so it may sign access tokens")]
