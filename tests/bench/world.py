"""Who takes part, and the calls that are prepared: real ones, and copies of a real conference."""

import copy
import json
import secrets
import urllib.request
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from sqlalchemy import text

from evovoice.domain.call_session import CallSession
from evovoice.domain.values import Role, User
from evovoice.services import administration
from evovoice.storage.database.engine import engine_for
from evovoice.storage.unit_of_work import Database
from tests.bench.parts import BenchProblem, Parts

AGENTS = 32
BARE_NUMBER = "+14155559999"
_CUSTOMER = "+13125550142"
_AT_ONCE = 16  # requests of the preparation in parallel
_DIALS = "SELECT count(*) FROM orders WHERE kind = 'DialLeg' AND result = 'done'"
_BATCH = 50  # copies stored in one commit


@dataclass(frozen=True, slots=True)
class Agent:
    """A user with an API key and a number of their own."""

    user: User
    key: str
    number: str


class World:
    """One account with 32 agents; client number i acts as agent i."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.database = Database(parts.database_url)
        self.account = administration.add_account(self.database, "Acme", "US")
        self.agents = [self._agent(place) for place in range(AGENTS)]
        self._used: set[str] = set()

    def numbers(self) -> list[str]:
        """Our numbers, for the emulator."""
        return [agent.number for agent in self.agents]

    def close(self) -> None:
        """Let go of the database."""
        self.database.dispose()

    def bridge(self, wanted: list[int]) -> list[list[CallSession]]:
        """Real calls, answered: `wanted[i]` of them for agent i."""
        calls = [
            agent for agent, count in zip(self.agents, wanted, strict=True) for _ in range(count)
        ]
        for begin in range(0, len(calls), AGENTS):
            for agent in calls[begin : begin + AGENTS]:
                self.stage("/calls", {"from": _CUSTOMER, "to": agent.number})
            self.stage("/time", {"advance": 2})
        return [self._fresh(agent, count) for agent, count in zip(self.agents, wanted, strict=True)]

    def conferences(self, template: CallSession, wanted: list[int]) -> list[list[CallSession]]:
        """Copies of a conference: `wanted[i]` for agent i, each with a room in the emulator."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            sids = list(pool.map(self._room, range(sum(wanted))))
        return self.copies(template, wanted, sids)

    def copies(
        self, template: CallSession, wanted: list[int], sids: list[str]
    ) -> list[list[CallSession]]:
        """Copies in the database alone, of those conferences."""
        made: list[list[CallSession]] = []
        left = iter(sids)
        for agent, count in zip(self.agents, wanted, strict=True):
            made.append([_copy(template, agent, next(left)) for _ in range(count)])
        every = [session for sessions in made for session in sessions]
        for begin in range(0, len(every), _BATCH):
            with self.database.writing() as work:
                for session in every[begin : begin + _BATCH]:
                    work.sessions.save(session)
        return made

    def quiet(self) -> None:
        """Nobody is to look for what became of the calls of a figure that is done."""
        engine = engine_for(self.parts.database_url)
        with engine.begin() as connection:
            connection.execute(text("UPDATE call_sessions SET next_check = NULL"))
        engine.dispose()

    def dials(self) -> int:
        """How many parties the carrier was told to dial, by the service, and has accepted."""
        engine = engine_for(self.parts.database_url)
        with engine.begin() as connection:
            count: int = connection.execute(text(_DIALS)).scalar_one()
        engine.dispose()
        return count

    def stage(self, path: str, wish: dict[str, Any], method: str = "POST") -> Any:
        """A word to the emulator's control address."""
        address = f"{self.parts.emulator_url}/_emulator{path}"
        return _json(address, json.dumps(wish).encode(), method, {})

    def rest_requests(self) -> int:
        """How many REST requests the emulator has answered (of the last thousand)."""
        address = f"{self.parts.emulator_url}/_emulator/log"
        return len(_json(address, None, "GET", {})["rest"])

    def session(self, session_id: str) -> CallSession:
        """A session as it is stored."""
        with self.database.reading() as work:
            found = work.sessions.get(session_id, self.account.id)
        if found is None:
            raise BenchProblem(f"There is no session {session_id}")
        return found

    def bare_calls(self, count: int) -> list[str]:
        """Calls that hear a pause from the bare app."""
        wish = {"from": _CUSTOMER, "to": BARE_NUMBER}
        sids = [str(self.stage("/calls", wish)["callSid"]) for _ in range(count)]
        self.stage("/time", {"advance": 0})
        return sids

    def rooms(self, count: int) -> list[str]:
        """Conferences that nobody of ours is in."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(self._room, range(count)))

    def _agent(self, place: int) -> Agent:
        identity = f"agent_{place}"
        user = User(
            f"u-{identity}", self.account.id, f"Agent {place}", f"{identity}@acme.test",
            Role.USER, identity,
        )  # fmt: skip
        with self.database.writing() as work:
            work.directory.add_user(user, "no password")
        number = f"+1415555{100 + place:04d}"
        administration.add_number(self.database, self.account.id, number, [user.id])
        key = administration.add_key(self.database, user.id, datetime.now(UTC)).key
        return Agent(user, key, number)

    def _fresh(self, agent: Agent, count: int) -> list[CallSession]:
        if not count:
            return []
        with self.database.reading() as work:
            found = work.sessions.active_of(agent.user)
        new = [s for s in found if s.id not in self._used and len(s.connected()) > 1]
        if len(new) < count:
            raise BenchProblem(f"Only {len(new)} of {count} calls of {agent.number} are bridged")
        self._used.update(session.id for session in new)
        return new[:count]

    def _room(self, _place: int) -> str:
        """A conference in the emulator, with one party that is being called."""
        sid, token = self.parts.account_sid, self.parts.auth_token
        path = f"/2010-04-01/Accounts/{sid}/Conferences/{secrets.token_hex(8)}/Participants.json"
        form = urlencode({"From": self.agents[0].number, "To": _CUSTOMER}).encode()
        basic = b64encode(f"{sid}:{token}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}"}
        response = _json(self.parts.emulator_url + path, form, "POST", headers)
        return str(response["conference_sid"])


def _copy(template: CallSession, agent: Agent, conference_sid: str) -> CallSession:
    """The same conference under other ids, of that agent."""
    made = copy.deepcopy(template)
    made.id, made.created_at = f"s-{secrets.token_hex(12)}", datetime.now(UTC)
    (room,) = made.conferences.values()
    room.conference_sid = conference_sid
    made.conferences = {conference_sid: room}
    for member in made.members:
        old, new = member.leg.call_sid, "CA" + secrets.token_hex(16)
        member.id, member.leg.id = f"m-{secrets.token_hex(12)}", f"leg-{secrets.token_hex(12)}"
        member.leg.call_sid = new
        if old is not None and old in room.states:
            room.states[new] = room.states.pop(old)
        if member.is_our_user:
            member.user_id, member.address = agent.user.id, agent.user.address
    made.call_sid = str(made.calling().leg.call_sid)
    made.moving_leg_id = made.dialled()[0].leg.id
    made.next_check = None
    return made


def _json(url: str, data: bytes | None, method: str, headers: dict[str, str]) -> Any:
    request = urllib.request.Request(quote(url, safe=":/+"), data, headers, method=method)
    with urllib.request.urlopen(request, timeout=120) as response:
        return json.loads(response.read() or b"null")
