"""GetPresence and SetPresence over HTTP, what consoles hear of them, and who is rung (C99)."""

from collections.abc import Iterator
from typing import Any

import pytest

from evovoice.domain.values import User
from evovoice.services import administration
from evovoice.services.presence import tell_who_is_gone
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.domain.builders import outgoing
from tests.web.doubles import refused
from tests.web.ear import Ear
from tests.web.site import ANN, MAX, Site

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

NUMBER = "+14155550100"
DETAIL = "/events?detail=members"
NEVER = {"endpointId": ANN.id, "agentState": "Ready", "agentStateReason": "Unknown"}


@pytest.fixture
def site(database_url: str) -> Iterator[Site]:
    """Ann and Max are rung when the number is called."""
    site = Site(database_url)
    site.furnish()
    administration.add_number(site.database, ANN.account_id, NUMBER, [ANN.id, MAX.id])
    yield site
    site.database.dispose()


def _ask(site: Site, verb: str = "GET", path: str = "/app/presence", **body: Any) -> Any:
    headers = {"Authorization": f"Bearer {site.key}"}
    return site.ask(site.plain(), verb, path, json=body or None, headers=headers)


def _set(site: Site, **body: Any) -> tuple[str, str]:
    answer = _ask(site, "PATCH", **body)
    assert 200 == answer.status_code, answer.text
    return answer.json["agentState"], answer.json["agentStateReason"]


def _state(site: Site) -> tuple[str, str]:
    found = _ask(site).json
    return found["agentState"], found["agentStateReason"]


def _rung(site: Site) -> list[User]:
    with site.database.reading() as work:
        return work.presences.ready_agents_of(NUMBER, site.now)


def _listen(site: Site, path: str = DETAIL, key: str | None = None) -> Ear:
    headers = {"Authorization": f"Bearer {key or site.key}"}
    return Ear(site.ask(site.plain(), "GET", path, headers=headers))


def _boss_listens(site: Site, path: str = DETAIL) -> Ear:
    return _listen(site, path, administration.add_key(site.database, MAX.id, site.now).key)


def _heard(site: Site, ear: Ear) -> list[tuple[str, str, str]]:
    """Of whom, what, and why; the rest of the next piece is left out."""
    site.context.live_feed.look()
    return [
        (one.data["endpointId"], one.data["agentState"], one.data["agentStateReason"])
        for one in ear.listen()
        if one.event == "AgentStateChanged"
    ]


def test_agent_who_never_set_a_state_is_ready_c99(site: Site) -> None:
    assert NEVER | {"onCall": False} == _ask(site).json
    assert [ANN, MAX] == _rung(site)
    assert "Ready" == _ask(site, path="/app/config").json["agentState"]


def test_state_that_is_set_is_shown_and_decides_who_is_rung_c99(site: Site) -> None:
    assert ("NotReady", "SetByUser") == _set(site, agentState="notready")
    assert [MAX] == _rung(site)
    assert "NotReady" == _ask(site, path="/app/config").json["agentState"]
    assert site.now.strftime("%Y-%m-%dT%H:%M:%S.000Z") == _ask(site).json["dateAgentStateSet"]
    assert ("Ready", "SetByUser") == _set(site, agentState="Ready")
    assert [ANN, MAX] == _rung(site)


@pytest.mark.parametrize("state", ["Unknown", "Other"])
def test_state_that_means_nothing_is_refused_c99(site: Site, state: str) -> None:
    refused(_ask(site, "PATCH", agentState=state), 400, "InvalidValue")
    assert "Unknown" == _ask(site).json["agentStateReason"]


def test_device_that_is_not_registered_takes_a_ready_agent_out_until_it_is_c99(
    site: Site,
) -> None:
    assert ("Ready", "Unknown") == _set(site, deviceRegistered=False)
    assert [ANN, MAX] == _rung(site)  # never set: the console's word alone takes nobody out
    assert ("NotReady", "SetBySystem") == _set(site, agentState="Ready")
    assert [MAX] == _rung(site)
    assert ("Ready", "SetByUser") == _set(site, deviceRegistered=True)
    assert [ANN, MAX] == _rung(site)


def test_console_that_was_ready_and_is_gone_for_a_minute_takes_its_agent_out_c99(
    site: Site,
) -> None:
    boss, ear = _boss_listens(site), _listen(site)
    _set(site, agentState="Ready")
    assert [(ANN.id, "Ready", "SetByUser")] == _heard(site, boss)
    ear.hang_up()
    site.later(seconds=59)
    assert [ANN, MAX] == _rung(site)
    site.later(seconds=1)
    assert [MAX] == _rung(site)
    assert ("LoggedOut", "SetBySystem") == _state(site)
    for _ in range(2):  # told once, however often it is looked for
        tell_who_is_gone(site.context)
    boss.listen()  # the ping that was due
    assert [(ANN.id, "LoggedOut", "SetBySystem")] == _heard(site, boss)
    _listen(site)
    assert [(ANN.id, "Ready", "SetByUser")] == _heard(site, boss)
    assert [ANN, MAX] == _rung(site)


def test_console_of_a_process_that_was_killed_counts_until_its_stream_would_have_ended_c99(
    site: Site,
) -> None:
    _listen(site)  # and nobody notes its end
    _set(site, agentState="Ready")
    site.later(minutes=9)
    assert [ANN, MAX] == _rung(site)
    site.later(minutes=7)
    assert [MAX] == _rung(site)


def test_program_that_sets_ready_without_a_console_stays_so_c99(site: Site) -> None:
    _listen(site).hang_up()
    _set(site, agentState="Ready")
    site.later(hours=9)
    assert [ANN, MAX] == _rung(site)


def test_consoles_of_the_account_hear_of_a_state_once_and_in_its_words_c99_c75(
    site: Site,
) -> None:
    boss = _boss_listens(site)
    for _ in range(2):
        _set(site, agentState="WrapUp")
    site.context.live_feed.look()
    (told,) = [one for one in boss.listen() if one.event]
    assert told.data == {
        "type": "AgentStateChanged", "endpointId": ANN.id, "endpointUserName": ANN.name,
        "title": "An agent's state has changed", "body": ANN.name, "agentState": "WrapUp",
        "agentStateReason": "SetByUser",
    }  # fmt: skip
    assert told.id is not None


def test_ready_agent_whose_device_calls_is_outgoing_and_consoles_hear_both_ends_c99(
    site: Site,
) -> None:
    boss = _boss_listens(site)
    _set(site, agentState="Ready")
    session = outgoing()
    session.modified_at = site.now
    with site.database.writing() as work:
        work.sessions.save(session)
    assert [(ANN.id, "Outgoing", "SetBySystem")] * 2 == _heard(site, boss)
    assert [MAX] == _rung(site)
    assert _ask(site).json["onCall"]


def test_stream_of_some_sessions_tells_of_no_agent_c99(site: Site) -> None:
    boss = _boss_listens(site, f"{DETAIL}&sessionIds=s-9")
    _set(site, agentState="NotReady")
    assert [] == _heard(site, boss)


def test_stream_without_the_detail_is_as_it_was_c99_c75(site: Site) -> None:
    boss = _boss_listens(site, "/events")
    _set(site, agentState="NotReady")
    assert [] == _heard(site, boss)
