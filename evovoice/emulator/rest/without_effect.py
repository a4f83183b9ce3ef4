"""Parameters that Twilio knows and nothing here depends on: refused aloud, or noted in an alert.

Refused is what would make it another call. Noted is what could only be heard, timed to the second
or billed: there are no sounds and no prices. A value under which nothing is missing, such as
`Beep=false`, is neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from evovoice.emulator.rest.errors import NotImitated
from evovoice.emulator.rest.messages import Form


@dataclass(frozen=True, slots=True)
class Missing:
    """What is not imitated of a parameter. `served`: values under which nothing is missing."""

    reason: str
    is_refused: bool = False
    served: frozenset[str] = frozenset({""})


def _refused(reason: str, served: str = "") -> Missing:
    return Missing(reason, is_refused=True, served=frozenset({"", *served.split()}))


def _noted(reason: str, served: str = "") -> Missing:
    return Missing(reason, served=frozenset({"", *served.split()}))


_SOUND = "there are no sounds"
_TRIM = "recordings are silent, and nothing is cut off"
_ADDRESSES = "addresses, bundles and emergency calling are not imitated"
_DIALLED = {
    "Byoc": _refused("trunks of your own are not imitated"),
    "CallToken": _refused("a call's token does not let its caller's number be shown"),
    "ClientNotificationUrl": _refused("notifications of devices are not imitated"),
    "SipAuthUsername": _noted("no SIP address asks who is calling"),
    "SipAuthPassword": _noted("no SIP address asks who is calling"),
    "Trim": _noted(_TRIM, "do-not-trim"),
}
_DELETED = {"IncludeSoftDeleted": _noted("what is deleted is gone at once", "false")}
_LOOKUP = {"VoiceCallerIdLookup": _noted("callers are not looked up", "false")}
_NO_MESSAGES = _noted("there are no messages, and it is not kept")
_MESSAGES = dict.fromkeys(
    ("SmsUrl", "SmsMethod", "SmsFallbackUrl", "SmsFallbackMethod"), _NO_MESSAGES
)
_API = {"ApiVersion": _refused("there is one version", "2010-04-01")}
_REPEATED = {"IdempotencyKey": _noted("a request that comes twice is served twice")}
MISSING: Mapping[tuple[str, str], Mapping[str, Missing]] = {
    ("POST", "Calls"): _DIALLED,
    ("POST", "Calls/*/UserDefinedMessages"): _REPEATED,
    ("POST", "Calls/*/UserDefinedMessageSubscriptions"): _REPEATED,
    ("POST", "Conferences/*/Participants"): {
        **_DIALLED,
        "Beep": _noted(_SOUND, "false"),
        "EarlyMedia": _noted(_SOUND, "true"),
        "JitterBufferSize": _noted(_SOUND),
        "CallerDisplayName": _noted("no display shows it"),
        "ConferenceTrim": _noted(_TRIM, "do-not-trim"),
    },
    ("POST", "Conferences/*/Participants/*"): {"BeepOnExit": _noted(_SOUND, "false")},
    ("POST", "Calls/*/Recordings"): {
        "Trim": _noted(_TRIM, "do-not-trim"),
    },
    ("GET", "Recordings"): _DELETED,
    ("GET", "Recordings/*"): _DELETED,
    ("GET", "IncomingPhoneNumbers"): {
        "Beta": _noted("no number is a beta number", "true"),
        "Origin": _noted("every number is one of Twilio's", "twilio"),
    },
    ("POST", "IncomingPhoneNumbers/*"): {
        **_LOOKUP,
        **_MESSAGES,
        **_API,
        "SmsApplicationSid": _NO_MESSAGES,
        "AccountSid": _refused("there is one account, and no number moves to another"),
        "VoiceReceiveMode": _refused("there are no faxes", "voice"),
        **dict.fromkeys(
            ("AddressSid", "BundleSid", "EmergencyAddressSid", "EmergencyStatus", "IdentitySid"),
            _refused(_ADDRESSES),
        ),
    },
    ("POST", "Applications/*"): {
        **_LOOKUP,
        **_MESSAGES,
        **_API,
        "SmsStatusCallback": _NO_MESSAGES,
        "MessageStatusCallback": _NO_MESSAGES,
        "PublicApplicationConnectEnabled": _refused("no other account is here", "false"),
    },
    ("POST", "v2/PhoneNumbers/*"): {"FriendlyName": _noted("a number keeps its name")},
}


def notes_on(method: str, shape: str, form: Form) -> list[str]:
    """What is accepted and has no effect here, a sentence each. Errors: `NotImitated`."""
    notes, given = [], form.names
    for name, missing in MISSING.get((method, shape), {}).items():
        if name not in given or form.text(name) in missing.served:
            continue
        if missing.is_refused:
            raise NotImitated(f"The emulator does not imitate {name}: {missing.reason}")
        notes.append(f"{name} has no effect here: {missing.reason}")
    return notes
