"""Who takes part: an account with an agent and a number, made by the command line."""

from dataclasses import dataclass
from typing import Any

from evovoice.demo.json_http import JsonHttp
from evovoice.demo.processes import Processes

OUR_NUMBER = "+14155550100"
CUSTOMER = "+12025550123"
COLLEAGUE = "+13125550142"
AGENT_EMAIL, AGENT_PASSWORD = "ann@acme.test", "correct horse"
_LIBRARY = 'src="/console/sdk/'  # of the page, where it has been fetched
COLLEAGUE_EMAIL = "bob@acme.test"  # the same password


@dataclass(frozen=True, slots=True)
class Cast:
    """The agent's device and key, and the two servers as the agent and the stage hand see them."""

    agent_name: str
    agent_device: str
    key: str
    api: JsonHttp
    stage: JsonHttp
    other_url: str  # of the service, where Bob signs in

    @property
    def has_sound(self) -> bool:
        """Whether a browser can be a phone: by its library and at this emulator."""
        return _LIBRARY in self.api.page("/phone") and self._state().get("noSound") == ""

    @property
    def is_at_page(self) -> bool:
        """Whether a page of the agent's takes calls."""
        identity = self.agent_device.removeprefix("client:")
        devices = self._state().get("devices", [])
        return any((one["identity"], one["kind"]) == (identity, "page") for one in devices)

    def phone(self, address: str, answer_after: float) -> None:
        """Have that phone answer so many seconds after it begins to ring."""
        character = {"outcome": "answer", "answerAfter": answer_after}
        self.stage.put(f"/_emulator/phones/{address}", character)

    def call_in(self) -> str:
        """The customer calls our number; the SID of their call."""
        call = self.stage.post("/_emulator/calls", {"from": CUSTOMER, "to": OUR_NUMBER})
        sid: str = call["callSid"]
        return sid

    def _state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.stage.get("/_emulator/state")
        return state

    def hang_up(self, call_sid: str) -> None:
        """Whoever is on that call puts the phone down."""
        self.stage.post(f"/_emulator/calls/{call_sid}/hangup", {})


def assemble(processes: Processes) -> Cast:
    """Make database, account, agent, number and key, and start both servers."""
    processes.command("db", "upgrade")
    account = processes.command("account", "add", "Acme", "--country", "US")
    agent = _user(processes, account["id"], "Ann", AGENT_EMAIL)
    _user(processes, account["id"], "Bob", COLLEAGUE_EMAIL)
    number = ("number", "add", OUR_NUMBER, "--account", account["id"])
    processes.command(*number, "--agent", agent["id"])
    key = processes.command("key", "add", "--user", agent["id"])
    processes.start_emulator([OUR_NUMBER])
    processes.start_app()
    return Cast(
        agent_name="Ann",
        agent_device=f"client:{agent['identity']}",
        key=key["key"],
        api=JsonHttp(processes.app_url, key["key"]),
        stage=JsonHttp(processes.emulator_url),
        other_url=processes.other_url,
    )


def _user(processes: Processes, account_id: str, name: str, email: str) -> dict[str, Any]:
    words = ("user", "add", name, "--account", account_id, "--email", email)
    return processes.command(*words, "--password", AGENT_PASSWORD, "--role", "User")
