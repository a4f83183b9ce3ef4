"""What goes wrong between the service and the carrier, and how often it did."""

from collections import Counter
from typing import Any

from tests.chaos.line import Line

# Of all webhooks; events (`*-status`) can be lost for good, documents only late, slow or repeated.
WEBHOOKS: tuple[dict[str, Any], ...] = (
    {"do": "delay", "rate": 0.25, "seconds": 0, "seconds_to": 3},
    {"do": "delay", "kind": "*-status", "rate": 0.05, "seconds": 5, "seconds_to": 12},
    {"do": "slow", "rate": 0.08, "seconds": 0, "seconds_to": 2},
    {"do": "duplicate", "rate": 0.1, "seconds": 0, "seconds_to": 4},
    {"do": "reorder", "kind": "*-status", "rate": 0.1, "seconds": 4},
    {"do": "refuse", "rate": 0.05},
)
LOST: tuple[dict[str, Any], ...] = ({"do": "lose", "kind": "*-status", "rate": 0.04},)
# Of all REST requests: 429, 5xx and broken before and after the effect, late.
REQUESTS: tuple[dict[str, Any], ...] = (
    {"kind": "too-many-requests", "rate": 0.03},
    {"kind": "error-before", "rate": 0.03},
    {"kind": "error-after", "rate": 0.02},
    {"kind": "timeout-before", "rate": 0.02},
    {"kind": "timeout-after", "rate": 0.02},
    {"kind": "reset-before", "rate": 0.01},
    {"kind": "reset-after", "rate": 0.02},
    {"kind": "connect-refused", "rate": 0.01},
    {"kind": "hang", "rate": 0.04, "seconds": 3},
)

# A refusal that says nothing about the call that it names.
STRAY: tuple[dict[str, Any], ...] = (
    {"kind": "not-found", "rate": 0.02},
    {"kind": "error-before", "rate": 0.02, "status": 400},
)


class Faults:
    """Turns them on and off at the emulator, and counts them."""

    def __init__(self, control: Line, is_worst: bool) -> None:
        """`is_worst`: webhooks are lost for good too, and requests refused without a reason."""
        self._control = control
        self._webhooks = WEBHOOKS + (LOST if is_worst else ())
        self._requests = REQUESTS + (STRAY if is_worst else ())
        self.counts: Counter[str] = Counter()

    async def begin(self, seed: int) -> None:
        """From now on it is rough."""
        await self._must("POST", "/chaos", {"seed": seed})
        for rule in self._webhooks:
            await self._must("POST", "/chaos", rule)
        for fault in self._requests:
            await self._must("POST", "/faults", fault)

    async def end(self) -> None:
        """Everything works again; what was on its way late is late all the same."""
        for rule in (await self._must("GET", "/chaos"))["rules"]:
            self.counts[f"webhook {rule['do']}"] += rule["hits"]
        for fault in (await self._must("GET", "/faults"))["faults"]:
            self.counts[f"request {fault['kind']}"] += fault["hits"]
        await self._must("DELETE", "/chaos")
        await self._must("DELETE", "/faults")

    async def _must(self, method: str, path: str, wish: Any = None) -> Any:
        answer = await self._control.ask(method, f"/_emulator{path}", wish)
        if not answer.is_good:
            raise RuntimeError(f"The emulator does not take {path} {wish}: {answer}")
        return answer.body
