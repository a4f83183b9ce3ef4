"""A customer's application in a dictionary: path -> TwiML, an Answer, or a function."""

from collections.abc import Callable
from urllib.parse import urlsplit

from evovoice.emulator.state.messages import Delivery, NoResponse, WebhookResponse

BASE = "https://app.test"
Reaction = (
    str | WebhookResponse | NoResponse | Callable[[Delivery], "str | WebhookResponse | NoResponse"]
)


class ScriptedApp:
    """Remembers every delivery; an unknown path is acknowledged with 204."""

    def __init__(self) -> None:
        self.reactions: dict[str, Reaction] = {}
        self.received: list[Delivery] = []

    def on(self, path: str, reaction: Reaction) -> None:
        """From now on answer that path so; a string is the inside of <Response>."""
        self.reactions[path] = reaction

    def __call__(self, delivery: Delivery) -> WebhookResponse | NoResponse:
        self.received.append(delivery)
        reaction = self.reactions.get(urlsplit(delivery.url).path, WebhookResponse(204, "", ""))
        outcome = reaction(delivery) if callable(reaction) else reaction
        if isinstance(outcome, str):
            return WebhookResponse(body=f"<Response>{outcome}</Response>")
        return outcome

    def at(self, path: str) -> list[dict[str, str]]:
        """The forms that arrived at that path."""
        return [one.form for one in self.received if urlsplit(one.url).path == path]

    def kinds(self) -> list[str]:
        """What kinds of deliveries arrived, in order."""
        return [one.kind for one in self.received]

    def call_events(self, path: str) -> list[str]:
        """CallStatus of the callbacks at that path."""
        return [form["CallStatus"] for form in self.at(path)]

    def room_events(self, path: str = "/conf") -> list[str]:
        """StatusCallbackEvent of the callbacks at that path."""
        return [form["StatusCallbackEvent"] for form in self.at(path)]
