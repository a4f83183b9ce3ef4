"""The application of the soak: bridges, converts, adds two, and starts again when it is over."""

from collections.abc import Callable, Mapping
from random import Random
from urllib.parse import parse_qs, urlsplit

from evovoice.emulator.engine import remote_party
from evovoice.emulator.inprocess import InProcessTwilio
from evovoice.emulator.state.messages import Delivery, WebhookResponse

OURS = "+15550001111"
_BASE = "https://soak.test"
VOICE_URL = f"{_BASE}/voice"
_NOTHING = WebhookResponse(204, "", "")
_HUNG_UP = "participant_hung_up"


class SoakApp:
    """Knows a story by its number, which is part of every address and name."""

    def __init__(self, twilio: InProcessTwilio, dice: Random, stories: int) -> None:
        self._twilio = twilio
        self._dice = dice
        self._stories = stories
        self._last = 0
        self._open = False
        self.calls_placed = 0
        self.webhooks = 0
        self.rest_requests = 0
        twilio.deliver = self._respond
        self._reactions: dict[str, Callable[[str, dict[str, str]], WebhookResponse]] = {
            "/voice": self._voice,
            "/leg": self._leg,
            "/action": self._action,
            "/conference": self._conference,
        }

    def open(self) -> None:
        """Begin all stories, a little apart."""
        self._open = True
        for place in range(self._stories):
            self._twilio.exchange.network.clock.after(place * 0.1, self._begin)

    def close(self) -> None:
        """No new stories; those that go on end by themselves."""
        self._open = False

    def _begin(self) -> None:
        if not self._open:
            return
        self._last += 1
        self.calls_placed += 4
        length = 120 + self._dice.random() * 120
        # A clock event: the emulator's lock is held, so the engine is called directly.
        remote_party.place_call(
            self._twilio.exchange.network, f"+1444{self._last:07}", OURS, length
        )

    def _respond(self, delivery: Delivery) -> WebhookResponse:
        self.webhooks += 1
        address = urlsplit(delivery.url)
        story = parse_qs(address.query).get("story", [""])[0]
        return self._reactions[address.path](story, delivery.form)

    def _voice(self, _: str, form: dict[str, str]) -> WebhookResponse:
        story = form["From"].removeprefix("+1444")
        number = (
            f'<Number statusCallback="{_BASE}/leg?story={story}"'
            f' statusCallbackEvent="initiated ringing answered completed">+1666{story}</Number>'
        )
        dial = f'<Dial callerId="{OURS}" action="{_BASE}/action?story={story}">{number}</Dial>'
        return WebhookResponse(body=f"<Response>{dial}</Response>")

    def _leg(self, story: str, form: dict[str, str]) -> WebhookResponse:
        """The agent is on the line: make it a conference by moving the child."""
        if form["CallStatus"] == "in-progress":
            self._post(f"Calls/{form['CallSid']}", {"Twiml": _into_conference(story)})
        return _NOTHING

    def _action(self, story: str, form: dict[str, str]) -> WebhookResponse:
        if form["DialCallStatus"] == "answered":
            return WebhookResponse(body="<Response><Hangup/></Response>")
        return WebhookResponse(body=_into_conference(story))

    def _conference(self, story: str, form: dict[str, str]) -> WebhookResponse:
        conference, event = form["ConferenceSid"], form["StatusCallbackEvent"]
        if event == "conference-start":
            for place in "77", "88":
                guest = {"From": OURS, "To": f"+1{place}0{story}", "Label": place}
                self._post(f"Conferences/{conference}/Participants", guest)
        elif event == "participant-leave" and form.get("ReasonParticipantLeft") == _HUNG_UP:
            self._post(f"Conferences/{conference}", {"Status": "completed"})
        elif event == "conference-end":
            self._twilio.exchange.network.clock.after(1, self._begin)
        return _NOTHING

    def _post(self, path: str, form: Mapping[str, str]) -> None:
        self.rest_requests += 1
        account = self._twilio.account_sid
        address = f"https://api.twilio.com/2010-04-01/Accounts/{account}/{path}.json"
        auth = (account, self._twilio.auth_token)
        self._twilio.http_client.request("POST", address, data=dict(form), auth=auth)


def _into_conference(story: str) -> str:
    events = "start end join leave mute hold modify"
    return (
        '<Response><Dial><Conference waitUrl="" beep="false"'
        f' statusCallback="{_BASE}/conference?story={story}" statusCallbackEvent="{events}">'
        f"soak-{story}</Conference></Dial></Response>"
    )
