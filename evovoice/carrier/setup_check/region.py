"""Regions: credentials, numbers and conferences of one do not exist in another (twilio-voice 10.1).

Twilio tells it in two places: credentials of another region are refused like wrong ones, and
each number has the region in which its calls are processed.
"""

from collections.abc import Callable, Sequence

from evovoice.carrier.setup_check.findings import Finding, right, unknown, wrong
from evovoice.carrier.setup_check.questions import NumberAnswer
from evovoice.carrier.setup_check.wanted import Wanted

_SUBJECT = "region"


def credentials_cure(names: str, region: str) -> str:
    """What to do when credentials are refused; another region's look like wrong ones."""
    return (
        f"Copy {names} from Twilio's Console, API keys & tokens, with the region"
        f" {region.upper()} chosen there, as those of other regions are refused; or set"
        " TWILIO_REGION to theirs."
    )


def check(
    voice_region: Callable[[str], str | None], owned: Sequence[NumberAnswer], wanted: Wanted
) -> list[Finding]:
    """Whether calls to our numbers are processed where the service gives its orders."""
    ours = [one.number for one in owned if one.number in wanted.numbers]
    regions = {number: voice_region(number) for number in ours}
    found = [
        _elsewhere(number, region, wanted.region)
        for number, region in regions.items()
        if region is not None and region != wanted.region
    ]
    silent = [number for number, region in regions.items() if region is None]
    found += [_not_told(number, wanted.region) for number in silent]
    if found or not ours:
        return found
    return [right(_SUBJECT, f"calls to all our numbers are processed in {wanted.region.upper()}")]


def _elsewhere(number: str, actual: str, needed: str) -> Finding:
    return wrong(
        f"{_SUBJECT} of {number}",
        f"its calls are processed in {actual.upper()}, orders go to {needed.upper()}",
        f"Change the number's routing region at Twilio to {needed.upper()}, or set TWILIO_REGION"
        " and credentials of that region.",
    )


def _not_told(number: str, needed: str) -> Finding:
    return unknown(
        f"{_SUBJECT} of {number}",
        "Twilio does not say where its calls are processed",
        f"Look at the number's routing region in Twilio's Console; it should be {needed.upper()}.",
    )
