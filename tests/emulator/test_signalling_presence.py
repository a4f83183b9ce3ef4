"""A page is there from `register` on, and gone with its socket."""

import pytest

from evovoice.emulator.console import view
from evovoice.emulator.inprocess import InProcessTwilio

from .stories import Line, dial
from .voice_client import KEY, SECRET, VoiceClient, page, with_media


def registered(twilio: InProcessTwilio) -> list[tuple[str, str]]:
    """Identity and name of the devices that ring."""
    return [(identity, name) for identity, name, _ in twilio.exchange.network.devices]


def test_a_page_that_registers_is_ready_and_seen(line: Line) -> None:
    with_media(line.twilio)
    client = page(line.twilio)
    assert ["connected", "ready"] == client.types()
    assert [("ann", client.socket.name)] == registered(line.twilio)


def test_registering_again_as_presence_changes_nothing(line: Line) -> None:
    with_media(line.twilio)
    client = page(line.twilio).register().register()
    assert 1 == len(registered(line.twilio))
    assert {} == client.last("ready")


def test_a_page_that_unregisters_is_offline(line: Line) -> None:
    with_media(line.twilio)
    client = page(line.twilio)
    client.say("register", media={"audio": False})
    assert ["connected", "ready", "offline"] == client.types()
    assert [] == registered(line.twilio)


def test_a_socket_that_is_lost_takes_the_device_with_it(line: Line) -> None:
    with_media(line.twilio)
    page(line.twilio).lose_socket()
    assert [] == registered(line.twilio)


def test_without_sound_a_page_is_told_what_to_install_and_a_script_answers_instead(
    line: Line,
) -> None:
    client = page(line.twilio)
    error = client.last("error")["error"]
    assert (31000, True) == (error["code"], "evovoice[audio]" in error["message"])
    line.call_in(dial("<Client>ann</Client>"))
    line.twilio.advance(5)
    assert line.twilio.leg_at("client:ann").live


def test_what_is_no_message_is_told_and_harmless(line: Line) -> None:
    with_media(line.twilio)
    client = VoiceClient(line.twilio).listen()
    for text in ("{", "[]", '{"payload":{}}', '{"type":"dance","payload":[]}'):
        client.socket.send(text)
    client.socket.send("\n")
    assert [31100] * 4 == [one["error"]["code"] for one in client.told("error")]
    assert "ready" in client.register().types()


def test_the_same_seed_and_the_same_acts_tell_the_same_to_pages() -> None:
    """Sids and reconnect tokens included: a story with pages can be told again."""

    def story() -> list[object]:
        twilio = InProcessTwilio(api_keys={KEY: SECRET}, seed=7)
        with_media(twilio)
        twilio.add_application("https://app.test/out")
        pages = [page(twilio), page(twilio), page(twilio, "bob")]
        for one in pages:
            one.connect(To="bob")
        twilio.advance(1)
        for one in pages:
            one.lose_socket()
        twilio.advance(20)
        return [one.frames for one in pages] + [leg.status for leg in twilio.living_calls()]

    assert story() == story()


@pytest.mark.parametrize(
    "type_", ["listen", "register", "invite", "answer", "hangup", "reject", "dtmf", "message"]
)
@pytest.mark.parametrize("value", [None, 1, [], {}, "CA1"], ids=repr)
def test_fields_of_another_kind_break_nothing(line: Line, type_: str, value: object) -> None:
    with_media(line.twilio)
    client = page(line.twilio)
    names = ("callsid", "sdp", "reconnect", "twilio", "dtmf", "media", "token", "content")
    client.say(type_, **dict.fromkeys(names, value))
    client.listen().register()
    assert "ready" == client.types()[-1]


def test_the_log_of_frames_has_no_secret(line: Line) -> None:
    """Tokens open calls: whoever reads the log must not be able to use them."""
    with_media(line.twilio)
    page(line.twilio)
    entry = line.twilio.exchange.gateway.log[0]
    assert ("listen", True, {"token": "..."}) == (entry.type, entry.from_page, entry.payload)


def test_devices_and_messages_are_seen_at_the_control_address(line: Line) -> None:
    """Without the secrets that open calls, and SDPs by their length."""
    with_media(line.twilio)
    client = page(line.twilio)
    line.twilio.browser("bob", "desk")
    line.call_in(dial("<Client>ann</Client>"))
    line.twilio.advance(1)
    state = line.twilio.state()
    assert [
        {"identity": "ann", "name": client.socket.name, "kind": "page"},
        {"identity": "bob", "name": "desk", "kind": "by hand"},
    ] == state["devices"]
    assert "" == state["noSound"]
    shown = view(line.twilio.exchange, 0)
    assert state["devices"] == shown["devices"]
    invite = shown["signalling"][0]  # type: ignore[index]
    assert ("invite", False, "...") == (
        invite["type"],
        invite["fromPage"],
        invite["payload"]["reconnect"],
    )
    assert "characters" in invite["payload"]["sdp"]
