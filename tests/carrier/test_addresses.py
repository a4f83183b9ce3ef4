"""The callback addresses, as URLs and as routes."""

import pytest

from evovoice.carrier import addresses
from evovoice.carrier.addresses import CallbackAddresses
from evovoice.carrier.port import SessionRef

REF = SessionRef("acc-1", "ses-1")


def test_addresses_and_routes_are_the_same_paths() -> None:
    """What we hand out is what the web listens to, with the repeats asked for (4.4)."""
    built = CallbackAddresses("https://x.test/voice/")
    session = {"<account_id>": "acc-1", "<session_id>": "ses-1", "<leg_id>": "leg-1"}
    pairs = {
        addresses.DIAL_ACTION_ROUTE: built.dial_action(REF),
        addresses.LEG_ROUTE: built.leg(REF, "leg-1"),
        addresses.ANSWER_ROUTE: built.answered(REF, "leg-1"),
        addresses.RECORDING_ROUTE: built.recording(REF, "leg-1"),
        addresses.DETECTION_ROUTE: built.detection(REF, "leg-1"),
        addresses.CONFERENCE_ROUTE: built.conference(REF),
    }
    for route, url in pairs.items():
        path = "/".join(session.get(part, part) for part in route.split("/"))
        assert f"https://x.test/voice{path}#rc=3&rp=all" == url


@pytest.mark.parametrize(
    "base",
    [
        "",
        "x.test",
        "ftp://x.test",
        "https://",
        "https://user:pw@x.test",
        "https://x.test?a=1",
        "https://x.test#a",
        "https://x.test:99999",
        "https://[::1",
        "https://my_host.test",
    ],
)
def test_a_base_that_cannot_carry_callbacks_is_refused(base: str) -> None:
    """At the start, with a sentence, instead of with every call."""
    with pytest.raises(ValueError, match=r"."):
        CallbackAddresses(base)
