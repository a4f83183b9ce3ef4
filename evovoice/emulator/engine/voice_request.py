"""The parameters of a voice request (section 4.1), which every call webhook starts with."""

from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.messages import Params

API_VERSION = "2010-04-01"
# A browser may choose its own parameters, and `To`, but never who it is or which call this is.
_OURS = frozenset(
    {"CallSid", "AccountSid", "From", "Caller", "CallStatus", "ApiVersion", "Direction"}
    | {"ParentCallSid"}
)


def voice_params(network: VoiceNetwork, leg: Leg) -> Params:
    """R17: ParentCallSid only on child legs."""
    parent = (("ParentCallSid", leg.parent_sid),) if leg.parent_sid else ()
    return (
        ("CallSid", leg.sid),
        ("AccountSid", network.account.sid),
        ("From", leg.from_),
        ("To", leg.to),
        ("CallStatus", leg.webhook_status),
        ("ApiVersion", API_VERSION),
        ("Direction", leg.direction),
        *parent,
        ("Caller", leg.from_),
        ("Called", leg.to),
        *_geography("From", leg.from_),
        *_geography("Caller", leg.from_),
        *_geography("To", leg.to),
        *_geography("Called", leg.to),
    )


def first_params(network: VoiceNetwork, leg: Leg) -> Params:
    """R18: the first request of a browser call carries what the page passed to connect()."""
    params = dict(voice_params(network, leg))
    if leg.application_sid and network.choices.application_sid_in_browser_calls:
        params["ApplicationSid"] = leg.application_sid
    if leg.answered_by:
        params["AnsweredBy"] = leg.answered_by
    params.update({name: text for name, text in leg.first_params.items() if name not in _OURS})
    return tuple(params.items())


def _geography(role: str, address: str) -> Params:
    """City, state, zip and country exist for telephone numbers only, often empty."""
    if not address.startswith("+"):
        return ()
    country = "US" if address.startswith("+1") else ""
    return (
        (f"{role}City", ""),
        (f"{role}State", ""),
        (f"{role}Zip", ""),
        (f"{role}Country", country),
    )
