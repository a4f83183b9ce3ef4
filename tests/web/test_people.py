"""The directory: colleagues with presence, caller IDs, recent and favorite destinations (C101)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from evovoice.domain import opening
from evovoice.domain.opening import NewLeg
from evovoice.domain.values import PhoneNumber, Role, User
from evovoice.services import administration
from evovoice.services.personal_data.erasing import erase_number
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.domain.builders import CUSTOMER, outgoing
from tests.web.doubles import refused
from tests.web.site import ACME, ANN, MAX, ROOT, Site

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

NUMBERS = ["+14155550100", "+14155550101"]
ZOE = User("u-zoe", "a-1", "Zoë O_Hara", "zoe@acme.test", Role.USER, "zoe_1")


@pytest.fixture
def site(database_url: str) -> Iterator[Site]:
    """With Zoë as another colleague, extension 203, and two numbers of the account."""
    site = Site(database_url)
    site.furnish()
    with site.database.writing() as work:
        work.directory.add_user(ZOE, "a hash")
    for number in NUMBERS:
        administration.add_number(site.database, ACME.id, number)
    site.boss = administration.add_key(site.database, MAX.id, site.now).key  # type: ignore[attr-defined]
    assert "203" == _set_extension(site, ZOE, "203").json["extension"]
    yield site
    site.database.dispose()


def _ask(site: Site, verb: str, path: str, key: str | None = None, **options: Any) -> Any:
    headers = {"Authorization": f"Bearer {key or site.key}"}
    return site.ask(site.plain(), verb, path, headers=headers, **options)


def _set_extension(site: Site, user: User, extension: str) -> Any:
    body = {"extension": extension}
    return _ask(site, "PATCH", f"/admin/users/{user.id}", site.boss, json=body)  # type: ignore[attr-defined]


def _found(site: Site, search: str = "", key: str | None = None) -> dict[str, Any]:
    answer = _ask(site, "GET", "/directory", key, query_string={"search": search} if search else {})
    assert 200 == answer.status_code, answer.text
    found: dict[str, Any] = answer.json
    return found


def _names(site: Site, search: str) -> list[str]:
    return [one["name"] for one in _found(site, search)["users"]]


def _call(site: Site, session_id: str, number: str, minute: int) -> None:
    """Ann's device has called that number."""
    now = site.now + timedelta(minutes=minute)
    session = opening.outgoing(
        ACME, session_id=session_id, call_sid=f"CA-{session_id}", agent=ANN,
        agent_ids=NewLeg(f"m-{session_id}", f"leg-{session_id}"), destination=number,
        caller_id=PhoneNumber(NUMBERS[0]), now=now,
    )  # fmt: skip
    ids = NewLeg(f"m2-{session_id}", f"leg2-{session_id}")
    opening.dial_first(session, ids, PhoneNumber(number), number, None)
    with site.database.writing() as work:
        work.sessions.save(session)


def test_everybody_else_is_told_by_name_with_presence_and_the_numbers_c101(site: Site) -> None:
    body = {"agentState": "NotReady"}
    _ask(site, "PATCH", "/app/presence", site.boss, json=body)  # type: ignore[attr-defined]
    found = _found(site)
    assert [MAX.name, ROOT.name, ZOE.name] == [one["name"] for one in found["users"]]
    assert {
        "id": MAX.id, "name": MAX.name, "emailAddress": MAX.email, "agentState": "NotReady",
        "agentStateReason": "SetByUser", "onCall": False,
    } == found["users"][0]  # fmt: skip
    assert ("203", "Ready") == (found["users"][2]["extension"], found["users"][2]["agentState"])
    assert [(NUMBERS[0], True), (NUMBERS[1], False)] == [
        (one["number"], one["isDefault"]) for one in found["callerIds"]
    ]
    assert (False, [], []) == (found["hasMore"], found["recent"], found["favorites"])


def test_colleague_who_talks_is_on_call_c101(site: Site) -> None:
    session = outgoing()
    with site.database.writing() as work:
        work.sessions.save(session)
    (ann,) = [one for one in _found(site, "ann", site.boss)["users"] if one["id"] == ANN.id]  # type: ignore[attr-defined]
    assert ann["onCall"]


def test_colleagues_are_found_by_part_of_name_address_or_extension_c101(site: Site) -> None:
    for search in ("zoË", "O_h", "oe@acme", "203", "03"):
        assert [ZOE.name] == _names(site, search)
    for search in ("%", "o%h", "/", "eve"):  # letters like any other; no other account's users
        assert [] == _names(site, search)


def test_disabled_colleague_is_not_there_c101(site: Site) -> None:
    administration.disable_user(site.database, ZOE.id, site.now)
    assert [] == _names(site, "zo")


def test_extension_is_one_users_and_has_two_to_six_digits_c101(site: Site) -> None:
    refused(_set_extension(site, ROOT, "203"), 403, "Forbidden")
    refused(_set_extension(site, ANN, "203"), 409, "AlreadyTaken")
    refused(_set_extension(site, ANN, "2"), 400, "InvalidValue")
    with site.database.reading() as work:
        assert work.directory.find_user("a-1", "203") == work.directory.user(ZOE.id)
    assert "extension" not in _set_extension(site, ZOE, "").json
    assert "203" == _set_extension(site, ANN, "203").json["extension"]


def test_recent_destinations_come_once_the_last_first_and_go_with_their_number_c101(
    site: Site,
) -> None:
    for minute, number in enumerate((CUSTOMER, "+13125550142", CUSTOMER)):
        _call(site, f"s-{minute}", number, minute)
    recent = _found(site)["recent"]
    assert [CUSTOMER, "+13125550142"] == [one["destination"] for one in recent]
    assert "2026-11-22T10:02:00.000Z" == recent[0]["dateLastCalled"]
    assert [] == _found(site, key=site.boss)["recent"]  # type: ignore[attr-defined]
    assert [CUSTOMER] == [one["destination"] for one in _found(site, "(202) 555")["recent"]]
    site.later(days=91)
    assert [] == _found(site)["recent"]


def test_favorites_are_kept_renamed_removed_and_each_users_own_c101(site: Site) -> None:
    for name in ("Jo", "Jo Brown"):
        body = {"destination": "202 555 0123", "name": name}
        answer = _ask(site, "POST", "/directory/favorites", json=body)
        assert {"destination": CUSTOMER, "name": name} == answer.json
    _ask(site, "POST", "/directory/favorites", json={"destination": "203"})
    shown = [(one["destination"], one["name"]) for one in _found(site)["favorites"]]
    assert [(CUSTOMER, "Jo Brown"), (str(ZOE.address), ZOE.name)] == shown
    assert ["Jo Brown"] == [one["name"] for one in _found(site, "brow")["favorites"]]
    assert [] == _found(site, key=site.boss)["favorites"]  # type: ignore[attr-defined]
    for destination in (str(ZOE.address), "+1 202 555 0123", CUSTOMER):
        gone = _ask(site, "DELETE", "/directory/favorites",
                    query_string={"destination": destination})  # fmt: skip
        assert 204 == gone.status_code
    assert [] == _found(site)["favorites"]


def test_what_cannot_be_called_becomes_no_favorite_c101(site: Site) -> None:
    for body, expected in (
        ({"destination": ""}, (400, "NotEmpty")),
        ({"destination": "911"}, (403, "EmergencyNotAllowed")),
        ({"destination": CUSTOMER, "name": "x" * 101}, (400, "InvalidValue")),
    ):
        refused(_ask(site, "POST", "/directory/favorites", json=body), *expected)
    assert [] == _found(site)["favorites"]


def test_number_that_is_erased_is_nobodys_favorite_c101_c91(site: Site) -> None:
    _ask(site, "POST", "/directory/favorites", json={"destination": CUSTOMER})
    erase_number(site.context, CUSTOMER, "a-1", is_tried=True)
    assert 1 == len(_found(site)["favorites"])
    erase_number(site.context, CUSTOMER, "a-1")
    assert [] == _found(site)["favorites"]
