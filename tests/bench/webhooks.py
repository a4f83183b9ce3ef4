"""The figures of the carrier's letterbox: a leg's status callback, who speaks, and a new call."""

import secrets
from collections.abc import Iterator

from evovoice.domain.call_session import CallSession
from tests.bench import supplies
from tests.bench.figures import Figure
from tests.bench.load import Requests, Target
from tests.bench.plan import Plan
from tests.bench.world import AGENTS, World

STATUS, VOICE = "leg status callback", "inbound voice request"
SPEECH = "who speaks in a conference"
_FASTEST, _FASTEST_BARE = 900.0, 2500.0


class Webhooks:
    """Copies of a conference whose legs ring, and callers that come in."""

    def __init__(self, world: World, plan: Plan, template: CallSession) -> None:
        self._world, self._plan, self._template = world, plan, template
        self._stories = 3 * len(template.pending())  # callbacks of one copy

    def figures(self) -> Iterator[Figure]:
        """All of them."""
        parts = self._world.parts
        ours = parts.service_port, parts.pid("service")
        bare = parts.bare_port, parts.pid("bare")
        for n in self._plan.clients:
            yield Figure(
                STATUS, n, 0,
                lambda n=n: self._reports(n), lambda n=n: self._bare("/bare/commit", n),
                Target(*ours, "204"), Target(*bare, "204"),
            )  # fmt: skip
        for n in self._plan.clients:
            yield Figure(
                SPEECH, n, 0,
                lambda n=n: self._speech(n), lambda n=n: self._bare("/bare/commit", n),
                Target(*ours, "204"), Target(*bare, "204"),
            )  # fmt: skip
        for n in self._plan.clients:
            yield Figure(
                VOICE, n, 0,
                lambda n=n: self._voice(n), lambda n=n: self._bare("/bare/voice", n),
                Target(*ours, contains="<Dial"), Target(*bare, contains="<Pause"),
            )  # fmt: skip

    def _reports(self, clients: int) -> Requests:
        each = self._plan.in_a_round(clients, 0, 1, _FASTEST)
        sessions = -(-each // self._stories)
        wanted = [sessions if place < clients else 0 for place in range(AGENTS)]
        sids = ["CF" + secrets.token_hex(16) for _ in range(sum(wanted))]
        self._world.quiet()
        return supplies.reports(self._world, self._world.copies(self._template, wanted, sids))

    def _speech(self, clients: int) -> Requests:
        each = self._plan.in_a_round(clients, 0, 1, _FASTEST)
        wanted = [1 if place < clients else 0 for place in range(AGENTS)]
        sids = ["CF" + secrets.token_hex(16) for _ in range(sum(wanted))]
        self._world.quiet()
        copies = self._world.copies(self._template, wanted, sids)
        return supplies.speech(self._world, copies, each)

    def _voice(self, clients: int) -> Requests:
        self._world.quiet()
        each = self._plan.in_a_round(clients, 0, 1, _FASTEST)
        return supplies.voice_requests(self._world, clients, each)

    def _bare(self, path: str, clients: int) -> Requests:
        each = self._plan.in_a_round(clients, 0, 1, _FASTEST_BARE)
        return supplies.bare_forms(self._world, path, clients, each)
