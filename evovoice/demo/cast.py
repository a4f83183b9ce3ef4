"""Who takes part: an account with an agent and a number, made by the command line."""

from dataclasses import dataclass

from evovoice.demo.json_http import JsonHttp
from evovoice.demo.processes import Processes

OUR_NUMBER = "+14155550100"
CUSTOMER = "+12025550123"
COLLEAGUE = "+13125550142"
AGENT_EMAIL, AGENT_PASSWORD = "ann@acme.test", "correct horse"


@dataclass(frozen=True, slots=True)
class Cast:
    """The agent's device and key, and the two servers as the agent and the stage hand see them."""

    agent_name: str
    agent_device: str
    key: str
    api: JsonHttp
    stage: JsonHttp

    def phone(self, address: str, answer_after: float) -> None:
        """Have that phone answer so many seconds after it begins to ring."""
        character = {"outcome": "answer", "answerAfter": answer_after}
        self.stage.put(f"/_emulator/phones/{address}", character)

    def call_in(self) -> str:
        """The customer calls our number; the SID of their call."""
        call = self.stage.post("/_emulator/calls", {"from": CUSTOMER, "to": OUR_NUMBER})
        sid: str = call["callSid"]
        return sid

    def hang_up(self, call_sid: str) -> None:
        """Whoever is on that call puts the phone down."""
        self.stage.post(f"/_emulator/calls/{call_sid}/hangup", {})


def assemble(processes: Processes) -> Cast:
    """Make database, account, agent, number and key, and start both servers."""
    processes.command("db", "upgrade")
    account = processes.command("account", "add", "Acme", "--country", "US")
    words = ("user", "add", "Ann", "--account", account["id"], "--email", AGENT_EMAIL)
    agent = processes.command(*words, "--password", AGENT_PASSWORD, "--role", "User")
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
    )
