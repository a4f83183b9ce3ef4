"""Identities of devices: letters, digits and `_`, at most 121; what happens with others.

https://www.twilio.com/docs/voice/twiml/client,
https://www.twilio.com/docs/api/errors/31105
"""

from typing import Literal

import pytest
from twilio.base.exceptions import TwilioRestException

from evovoice.emulator.engine.remote_party import Impossible
from evovoice.emulator.fields import Unclear
from evovoice.emulator.scenario import parse

from .scripted_app import BASE
from .stories import OURS, Line, dial
from .test_control import status_of
from .test_server import TinyApp, app, ask, emulator

__all__ = ["app"]

WRONG = ["ann-1", "ann.lee", "ann lee", "ann@acme.test", "jörg", "安", "a" * 122]
RIGHT = ["ann_1", "A1", "_", "a" * 121]
Switch = Literal["refused", "served"]


@pytest.mark.parametrize("identity", WRONG)
def test_a_client_of_another_form_does_not_ring_and_its_neighbour_does(
    line: Line, identity: str
) -> None:
    """The noun fails and the debugger says why; the code is our guess."""
    line.call_in(dial(f"<Client>{identity}</Client><Client>bob</Client>"))
    line.twilio.advance(1)
    assert ["client:bob"] == [leg.to for leg in line.twilio.living_calls() if leg.parent_sid]
    (alert,) = line.twilio.alerts
    assert (13224, True) == (alert.code, identity in alert.text)


def test_a_dial_of_such_clients_alone_fails(line: Line) -> None:
    line.call_in(dial("<Client><Identity>ann-1</Identity></Client>"))
    line.twilio.advance(1)
    assert "failed" == line.app.at("/action")[0]["DialCallStatus"]


@pytest.mark.parametrize("identity", RIGHT)
def test_a_client_of_the_right_form_rings_calls_and_is_dialled(line: Line, identity: str) -> None:
    line.twilio.add_application(f"{BASE}/out")
    browser = line.twilio.browser(identity, "laptop")
    line.call_in(dial(f"<Client>{identity}</Client>"))
    line.twilio.advance(1)
    assert browser.rings()
    line.add_third("room-1", to=f"client:{identity}?a=1")
    assert f"client:{identity}" == line.twilio.call(line.twilio.connect_device(identity, {})).from_
    assert [] == list(line.twilio.alerts)


@pytest.mark.parametrize("switch", ["refused", "served"])
@pytest.mark.parametrize("identity", ["ann-1", "user_290_3)", "a" * 122, "ann-1?a=1"])
def test_rest_refuses_to_dial_another_form(line: Line, identity: str, switch: Switch) -> None:
    """Seen by others with dashes and brackets: 21211, "Called is not valid"."""
    line.twilio.choose(other_identities=switch)
    with pytest.raises(TwilioRestException, match="Called is not valid") as caught:
        line.add_third("room-1", to=f"client:{identity}")
    assert (400, 21211) == (caught.value.status, caught.value.code)
    answer = line.post("Calls", From=OURS, To=f"client:{identity}", Url=f"{BASE}/voice")
    assert (400, 21211) == (answer[0], answer[1]["code"])
    assert [] == line.twilio.living_calls()


@pytest.mark.parametrize("identity", WRONG)
def test_no_device_registers_or_calls_under_another_form(line: Line, identity: str) -> None:
    line.twilio.add_application(f"{BASE}/out")
    with pytest.raises(Impossible, match="letters, digits and underscores, at most 121"):
        line.twilio.browser(identity, "laptop")
    with pytest.raises(Impossible, match="31105 Invalid client name"):
        line.twilio.connect_device(identity, {})
    assert [] == line.twilio.living_calls()


def test_the_switch_lets_devices_and_dials_have_any(line: Line) -> None:
    """As somebody has seen it with dashes; a blank or 257 characters stay impossible."""
    line.twilio.choose(other_identities="served")
    line.twilio.add_application(f"{BASE}/out")
    browser = line.twilio.browser("ann-1", "laptop")
    line.call_in(dial("<Client>ann-1</Client>"))
    line.twilio.advance(1)
    assert browser.rings()
    assert "client:ann-1" == line.twilio.call(line.twilio.connect_device("ann-1", {})).from_
    for identity in ("ann lee", "a" * 257, ""):
        with pytest.raises(Impossible):
            line.twilio.connect_device(identity, {})


def test_a_scenario_with_such_a_caller_is_refused_before_it_plays(line: Line) -> None:
    text = f"[[application]]\nvoice_url = '{BASE}/out'\n[[call]]\nfrom = 'client:ann-1'\n"
    with pytest.raises(Unclear, match="call 1: 'ann-1' is no identity of a device"):
        line.twilio.play(parse(text))


def test_the_control_address_refuses_such_devices(app: TinyApp) -> None:
    with emulator(app, "--speed", "stepped") as base:
        devices = f"{base}/_emulator/devices"
        for method, path in (("PUT", "ann-1/laptop"), ("POST", "ann-1/connect")):
            status, why = status_of(method, f"{devices}/{path}", {"params": {}})
            assert (409, True) == (status, "letters, digits and underscores" in why)
        ask("PUT", f"{devices}/ann_1/laptop")


def test_the_control_address_serves_them_where_the_switch_says_so(app: TinyApp) -> None:
    with emulator(app, "--choose", "other_identities=served") as base:
        ask("PUT", f"{base}/_emulator/devices/ann-1/laptop")
