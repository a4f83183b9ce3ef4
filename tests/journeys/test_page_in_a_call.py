"""An agent's device is a page with Twilio's SDK: what it hears and is told in a call."""

from evovoice.carrier.device_token import TwilioDeviceTokens
from evovoice.emulator.state.media import Hear
from tests.emulator.voice_client import KEY, SECRET, FakeMedia, VoiceClient, with_media
from tests.journeys.calls import sid_of
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, OURS, THIRD, Stage


def _page(stage: Stage) -> VoiceClient:
    """Ann's page, with a token that the service's own code has made."""
    network = stage.twilio.exchange.network
    network.account.api_keys = {KEY: SECRET}
    application = next(iter(network.account.applications))
    tokens = TwilioDeviceTokens(stage.twilio.account_sid, KEY, SECRET, application)
    client = VoiceClient(stage.twilio, stage.ann.identity)
    client.listen(tokens.token_for(stage.ann.identity, None, stage.now()))
    return client.register()


def _heard(stage: Stage, media: FakeMedia) -> set[str]:
    """The roles of those whom Ann's page hears."""
    last = media.of(Hear)[-1]
    return {
        one["role"] for one in stage.session()["members"] if one.get("callSid") in set(last.voices)
    }


def test_agent_answers_in_a_page_adds_a_third_party_and_hears_exactly_the_others(
    new_stage: NewStage,
) -> None:
    """The page's call stays the same in the conference, and its hang-up is a leave."""
    stage = new_stage()
    media, client = with_media(stage.twilio), _page(stage)
    stage.twilio.place_call(CUSTOMER, OURS)
    stage.pass_time(2)
    sid = client.accept()
    stage.pass_time(2)
    assert (sid, {"Caller"}) == (sid_of(stage, "Agent"), _heard(stage, media))
    stage.twilio.phone(THIRD).answers_after(1)
    stage.add()
    stage.pass_time(5)
    assert {"Caller", "Transfer"} == _heard(stage, media)
    client.say("hangup", callsid=sid)
    stage.pass_time(5)
    assert [] == client.told("hangup")
    assert 2 == len(stage.living())


def test_agent_whose_page_lost_its_socket_in_a_conference_is_back_in_it(
    new_stage: NewStage,
) -> None:
    """The service notices nothing: the call was never over."""
    stage = new_stage()
    with_media(stage.twilio)
    client = _page(stage)
    stage.twilio.place_call(CUSTOMER, OURS)
    stage.pass_time(2)
    invite, sid = client.last("invite"), client.accept()
    stage.twilio.phone(THIRD).answers_after(1)
    stage.pass_time(2)
    stage.add()
    stage.pass_time(5)
    client.lose_socket()
    stage.pass_time(5)
    client.reopen()
    client.say("invite", callsid=sid, sdp="same", reconnect=invite["reconnect"], twilio={})
    stage.pass_time(30)
    assert sid == client.last("answer")["callsid"]
    assert 3 == len(stage.living())
    assert "MemberLeft" not in stage.events()
