"""What is kept of one outside party is exported and erased, by managers for their account."""

import json
from collections.abc import Set
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from evovoice.domain.values import Role, User
from evovoice.services import administration
from evovoice.services.log_verification import Verified, verify_all
from evovoice.storage.tables import Base
from evovoice.storage.unit_of_work import AuditFilter
from tests.journeys.calls import refusal
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, FOURTH, THIRD, Stage

EXPORT, ERASE = "/admin/personal-data/export", "/admin/personal-data/erase"
LONG_AGO = timedelta(minutes=11)
SPELLINGS = [CUSTOMER, "(202) 555-0123", "tel:202.555.0123", "\u202a+1\u00a0202\u2011555\u20110123"]
OTHERS = "+442071838750"


@pytest.fixture
def stage(new_stage: NewStage) -> Stage:
    return new_stage()


def _key(stage: Stage, role: Role = Role.MANAGER, account_id: str = "") -> str:
    """Of somebody with that role, in that account."""
    name = f"{role.value}{account_id}"
    user = User(
        f"u-{name}", account_id or stage.account.id, name, f"{name}@acme.test", role, f"{name}_1"
    )
    with stage.context.database.writing() as work:
        work.directory.add_user(user, "no password")
    return administration.add_key(stage.context.database, user.id, stage.now()).key


def _ask(stage: Stage, path: str, key: str, number: str = CUSTOMER, **body: Any) -> Any:
    answer = stage.request("POST", path, {"number": number, **body}, key)
    assert 200 == answer.status_code, answer.text
    return answer.json


def _conference(stage: Stage, *, ends: bool = True) -> str:
    """Customer, Ann and a third party talk; the session's id."""
    stage.bridge_in()
    stage.twilio.phone(THIRD).answers_after(1)
    stage.add()
    stage.pass_time(5)
    session_id: str = stage.session()["id"]
    stage.request("POST", f"/sessions/{session_id}/log", {"message": "Wants a refund"})
    if ends:
        stage.end()
        stage.pass_time(3)
    return session_id


def _call(stage: Stage, caller: str, *, ends: bool = True) -> str:
    """One more call to our number; the SID of the caller's leg."""
    sid: str = stage.twilio.place_call(caller, "+14155550100")
    stage.pass_time(3)
    if ends:
        stage.twilio.hang_up(sid)
        stage.pass_time(2)
    return sid


def _sessions(stage: Stage) -> dict[str, str]:
    """The label of each session, by id."""
    items = stage.get("/sessions?searchArchive=true")["items"]
    return {item["id"]: item["displayName"] for item in items}


def _rows(stage: Stage) -> str:
    """All that is stored but the account's own numbers."""
    return _text_of(stage, Base.metadata.tables.keys() - {"numbers"})


def _of_sessions(stage: Stage) -> str:
    """What an erasure may change."""
    return _text_of(stage, {"call_sessions", "members", "session_events", "orders"})


def _text_of(stage: Stage, names: Set[str]) -> str:
    tables = [one for one in Base.metadata.sorted_tables if one.name in names]
    with stage.context.database.reading() as work:
        rows = [row._asdict() for one in tables for row in work.connection.execute(select(one))]
    return json.dumps(rows, default=str)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_party_is_erased_by_any_spelling_and_others_calls_stay_c91(
    stage: Stage, spelling: str
) -> None:
    session_id = _conference(stage)
    _call(stage, FOURTH)
    key = _key(stage)
    stage.ahead += LONG_AGO
    done = _ask(stage, ERASE, key, spelling)
    expected = {
        "dryRun": False, "foundSessions": 1, "erasedSessions": 1, "leftSessionIds": [],
        "hasMore": False,
    }  # fmt: skip
    assert expected == done
    assert CUSTOMER not in _rows(stage)
    assert {"(erased)", FOURTH} == set(_sessions(stage).values())
    line = stage.get(f"/sessions/{session_id}/events?count=200")["events"][-1]
    assert ("PersonalDataErased", "u-Manager") == (line["type"], line["userId"])


def test_again_nothing_is_found_c91(stage: Stage) -> None:
    _conference(stage)
    key = _key(stage)
    stage.ahead += LONG_AGO
    _ask(stage, ERASE, key)
    before = _of_sessions(stage)
    assert 0 == _ask(stage, ERASE, key)["foundSessions"]
    assert before == _of_sessions(stage)


def test_who_asked_stands_in_the_audit_trail_and_logs_verify_c90_c91(stage: Stage) -> None:
    """Of the number only its end; the lines that were erased keep their place in the chain."""
    session_id = _conference(stage)
    key = _key(stage)
    stage.ahead += LONG_AGO
    _ask(stage, EXPORT, key)
    _ask(stage, ERASE, key)
    database = stage.context.database
    with database.reading() as work:
        entries = work.audit.page(AuditFilter(), 0, 10)
    told = [one.entry for one in entries if "personal" in one.entry.action]
    assert [
        ("personal_data.erased", session_id),
        ("personal_data.erasure_asked", ""),
        ("personal_data.exported", ""),
    ] == [(one.action, one.subject) for one in told]
    assert {("u-Manager", stage.account.id)} == {(one.actor_id, one.account_id) for one in told}
    assert CUSTOMER not in str(entries)
    assert [] == list(verify_all(database, Verified()))


def test_party_that_was_added_is_found_as_well_c91(stage: Stage) -> None:
    """The whole session is erased: what others say in it cannot be told apart."""
    _conference(stage)
    key = _key(stage)
    stage.ahead += LONG_AGO
    assert 1 == _ask(stage, ERASE, key, THIRD)["erasedSessions"]
    assert CUSTOMER not in _rows(stage)


def test_live_and_recent_calls_are_left_and_said_and_erased_later_c91(stage: Stage) -> None:
    """Nobody loses a call by it."""
    over = _conference(stage)
    stage.ahead += LONG_AGO
    _call(stage, CUSTOMER)
    sid = _call(stage, CUSTOMER, ends=False)
    key = _key(stage)
    left = set(_sessions(stage)) - {over}
    assert 2 == len(left)
    done = _ask(stage, ERASE, key)
    assert (3, 1, left) == (
        done["foundSessions"], done["erasedSessions"], set(done["leftSessionIds"]),
    )  # fmt: skip
    assert 2 == len(stage.living())
    stage.twilio.hang_up(sid)
    stage.pass_time(3)
    stage.ahead += LONG_AGO
    assert 2 == _ask(stage, ERASE, key)["erasedSessions"]
    assert CUSTOMER not in _rows(stage)


def test_dry_run_changes_nothing_c91(stage: Stage) -> None:
    _conference(stage)
    key = _key(stage)
    stage.ahead += LONG_AGO
    before = _of_sessions(stage)
    done = _ask(stage, ERASE, key, dryRun=True)
    assert (True, 1, 1) == (done["dryRun"], done["foundSessions"], done["erasedSessions"])
    assert before == _of_sessions(stage)


def test_call_that_was_refused_is_found_by_what_was_typed_c91(stage: Stage) -> None:
    stage.twilio.connect_device(stage.ann.identity, {"To": "1 (900) 555 0142"})
    stage.pass_time(5)
    key = _key(stage)
    stage.ahead += LONG_AGO
    (session,) = _ask(stage, EXPORT, key, "+19005550142")["sessions"]
    assert "1 (900) 555 0142" == session["destination"]
    assert 1 == _ask(stage, ERASE, key, "+19005550142")["erasedSessions"]
    assert "555 0142" not in _rows(stage)


def test_export_has_the_party_and_its_lines_and_nobody_elses_c91(stage: Stage) -> None:
    session_id = _conference(stage)
    key = _key(stage)
    found = _ask(stage, EXPORT, key, THIRD)
    assert found["hasMore"] is False
    (session,) = found["sessions"]
    assert (session_id, "Acme", "Incoming", "Completed") == (
        session["id"], session["accountName"], session["direction"], session["outcome"],
    )  # fmt: skip
    assert [THIRD] == [member["identity"] for member in session["members"]]
    kinds = [line["type"] for line in session["events"]]
    assert {"MemberQueued", "MemberAnswered", "Note"} <= set(kinds)
    own = session["members"][0]["applicationData"]["memberId"]
    assert {own} == {line["memberId"] for line in session["events"] if "memberId" in line}
    (of_customer,) = _ask(stage, EXPORT, key)["sessions"]
    assert [CUSTOMER] == [member["identity"] for member in of_customer["members"]]


def test_favorites_are_exported_and_erased_with_the_number_c91_c101(stage: Stage) -> None:
    """Also of a party who stands in no session."""
    number, key = "+12025550167", _key(stage)
    stage.request("POST", "/directory/favorites", {"destination": number, "name": "Gold"})
    (found,) = _ask(stage, EXPORT, key, number)["favorites"]
    assert (number, "Gold") == (found["destination"], found["name"])
    _ask(stage, ERASE, key, number)
    assert [] == _ask(stage, EXPORT, key, number)["favorites"]
    assert not stage.request("GET", "/directory").json.get("favorites")


def test_export_of_a_live_call_is_there_and_of_an_erased_one_not_c91(stage: Stage) -> None:
    _conference(stage, ends=False)
    key = _key(stage)
    assert 1 == len(_ask(stage, EXPORT, key)["sessions"])
    stage.end()
    stage.pass_time(3)
    stage.ahead += LONG_AGO
    _ask(stage, ERASE, key)
    assert [] == _ask(stage, EXPORT, key)["sessions"]


def test_manager_of_another_account_finds_and_erases_nothing_c91(stage: Stage) -> None:
    _conference(stage)
    other = administration.add_account(stage.context.database, "Zeta", "GB")
    key = _key(stage, account_id=other.id)
    stage.ahead += LONG_AGO
    before = _sessions(stage)
    assert 0 == _ask(stage, ERASE, key)["foundSessions"]
    assert [] == _ask(stage, EXPORT, key)["sessions"]
    for path in (EXPORT, ERASE):
        body = {"number": CUSTOMER, "accountId": stage.account.id}
        assert (404, "NotFound") == refusal(stage.request("POST", path, body, key))
    assert before == _sessions(stage)


def test_administrator_erases_in_all_accounts_by_the_whole_number_c91(stage: Stage) -> None:
    _conference(stage)
    other = administration.add_account(stage.context.database, "Zeta", "GB")
    key = _key(stage, Role.SYSTEM_ADMINISTRATOR, other.id)
    stage.ahead += LONG_AGO
    answer = stage.request("POST", ERASE, {"number": "202 555 0123"}, key)
    assert (400, "InvalidDestination") == refusal(answer)
    assert "name the account" in answer.json["responseStatus"]["message"]
    named = _ask(stage, ERASE, key, "202 555 0123", accountId=stage.account.id, dryRun=True)
    assert 1 == named["foundSessions"]
    assert 1 == _ask(stage, ERASE, key)["erasedSessions"]


@pytest.mark.parametrize("number", ["", "nobody", "12", "sip:nobody", "+1 202 555 0123 ext 4"])
def test_what_is_no_number_is_refused_and_changes_nothing_c91(stage: Stage, number: str) -> None:
    _conference(stage)
    key = _key(stage)
    stage.ahead += LONG_AGO
    before = _of_sessions(stage)
    for path in (EXPORT, ERASE):
        assert 400 == stage.request("POST", path, {"number": number}, key).status_code
    assert before == _of_sessions(stage)


def test_agents_neither_export_nor_erase_c91(stage: Stage) -> None:
    for path in (EXPORT, ERASE):
        assert (403, "Forbidden") == refusal(stage.request("POST", path, {"number": CUSTOMER}))


def test_party_at_a_sip_address_is_found_however_it_is_reached_c91(new_stage: NewStage) -> None:
    stage = new_stage(sip_hosts=frozenset({"pbx.example"}))
    stage.bridge_in()
    stage.add("sip:desk@pbx.example;transport=tls")
    stage.pass_time(5)
    stage.end()
    stage.pass_time(3)
    key = _key(stage)
    stage.ahead += LONG_AGO
    assert 1 == _ask(stage, ERASE, key, "SIP:desk@PBX.example")["erasedSessions"]
    assert "desk@" not in _rows(stage)


def test_one_request_is_bounded_and_says_that_there_is_more_c91(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evovoice.web.operations.personal_data._MOST_ERASED", 1)
    monkeypatch.setattr("evovoice.web.operations.personal_data._ON_A_PAGE", 1)
    _call(stage, OTHERS)
    _call(stage, OTHERS)
    key = _key(stage)
    stage.ahead += LONG_AGO
    pages = [_ask(stage, EXPORT, key, OTHERS, page=page) for page in (0, 1, 2)]
    assert [(1, True), (1, False), (0, False)] == [
        (len(page["sessions"]), page["hasMore"]) for page in pages
    ]
    rounds = [_ask(stage, ERASE, key, OTHERS) for _ in range(3)]
    assert [(1, True), (1, False), (0, False)] == [
        (one["erasedSessions"], one["hasMore"]) for one in rounds
    ]
