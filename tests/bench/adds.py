"""The figures of the dial button: the first add to a call, and every later one."""

from collections.abc import Iterator

from evovoice.domain.call_session import CallSession
from tests.bench import supplies
from tests.bench.figures import Figure
from tests.bench.load import Requests, Target
from tests.bench.parts import BenchProblem
from tests.bench.plan import WARMUP, Plan
from tests.bench.world import AGENTS, World

LATER, FIRST = "add to a conference (1 REST call)", "first add (2 REST calls)"
_FASTEST, _FASTEST_BARE = 450.0, 1200.0  # more adds a second than anybody has seen here
_IN_ONE_ROOM = 100  # parties that the bare app adds to one conference; the carrier takes 250


class Adds:
    """Prepares calls and conferences for one carrier and gives out the figures."""

    def __init__(self, world: World, plan: Plan, carrier_ms: int) -> None:
        self._world, self._plan, self._carrier_ms = world, plan, carrier_ms
        self._calls = {clients: self._bridged(clients) for clients in self._plan.clients}
        self._bare_calls = world.bare_calls(AGENTS)
        self._template: CallSession | None = None

    def figures(self) -> Iterator[Figure]:
        """All of them; each is measured before the next is prepared."""
        parts = self._world.parts
        ours = Target(parts.service_port, parts.pid("service"), contains='"members":')
        bare = Target(parts.bare_port, parts.pid("bare"), contains="CA")
        for clients in self._plan.clients:
            yield Figure(
                LATER, clients, self._carrier_ms,
                lambda n=clients: self._later(n), lambda n=clients: self._bare_later(n),
                ours, bare, self._world.dials,
            )  # fmt: skip
        for clients in self._plan.clients:
            yield Figure(
                FIRST, clients, self._carrier_ms,
                lambda n=clients: self._first(n), lambda n=clients: self._bare_first(n),
                ours, bare, self._world.dials,
            )  # fmt: skip

    def take_template(self, template: CallSession) -> None:
        """The conference that is copied for later adds."""
        if template.converted_at is None or len(template.live()) != len(template.members):
            raise BenchProblem("The template is no live conference")
        self._template = template

    def _bridged(self, clients: int) -> list[list[CallSession]]:
        """Real calls for the first adds of all rounds; for each agent."""
        each = self._plan.in_a_round(clients, self._carrier_ms, 2, _FASTEST)
        each = min(each, self._plan.first_adds // clients + WARMUP)
        wanted = [each * self._plan.rounds if place < clients else 0 for place in range(AGENTS)]
        return self._world.bridge(wanted)

    def _later(self, clients: int) -> Requests:
        if self._template is None:
            raise BenchProblem("There is no conference to copy yet")
        each = self._plan.in_a_round(clients, self._carrier_ms, 1, _FASTEST)
        sessions = -(-each // supplies.ADDS_PER_SESSION)
        wanted = [sessions if place < clients else 0 for place in range(AGENTS)]
        self._world.quiet()
        copies = self._world.conferences(self._template, wanted)
        return supplies.adds(self._world, copies, supplies.ADDS_PER_SESSION)

    def _first(self, clients: int) -> Requests:
        """A share of the prepared calls: each becomes a conference once."""
        self._world.quiet()
        pool = self._calls[clients]
        share = len(pool[0]) // self._plan.rounds or 1
        taken = [[own.pop() for _ in range(min(share, len(own)))] for own in pool]
        return supplies.adds(self._world, taken, 1)

    def _bare_later(self, clients: int) -> Requests:
        each = self._plan.in_a_round(clients, self._carrier_ms, 1, _FASTEST_BARE)
        rooms = self._world.rooms(clients * each // _IN_ONE_ROOM + 1)
        return supplies.bare_adds(rooms, clients, each)

    def _bare_first(self, clients: int) -> Requests:
        each = self._plan.in_a_round(clients, self._carrier_ms, 2, _FASTEST_BARE)
        rooms = self._world.rooms(clients * each // _IN_ONE_ROOM + 1)
        return supplies.bare_firsts(self._bare_calls, rooms, clients, each)
