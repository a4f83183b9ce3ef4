"""Managers add, change and delete users by the API: who may, and what follows at once."""

from collections.abc import Iterator
from typing import Any

import pytest

from evovoice.domain.values import User
from evovoice.services import administration
from evovoice.services.administration import UserChanges
from evovoice.services.auth.credentials import NO_PASSWORD
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.domain.builders import bridged
from tests.web.doubles import refused
from tests.web.site import ANN, EVE, MAX, ROOT, Site, basic, fast_passwords
from tests.web.test_users import ask, disable, doors, ids, listed

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

ANNS = f"/admin/users/{ANN.id}"


@pytest.fixture
def site(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    fast_passwords(monkeypatch)
    site = Site(database_url)
    site.furnish()
    yield site
    site.database.dispose()


def done(site: Site, verb: str, path: str, by: User = MAX, **more: Any) -> Any:
    response = ask(site, verb, path, by, **more)
    assert 200 == response.status_code, response.text
    return response.json


def change(site: Site, user: User, by: User = MAX, **fields: str) -> Any:
    return done(site, "PATCH", f"/admin/users/{user.id}", by, json=fields)


# --- adding and changing -----------------------------------------------------------------------


def test_added_user_is_there_with_a_password_that_is_told_once_c92(site: Site) -> None:
    wanted = {"name": "Bo", "emailAddress": "bo@acme.test", "initialPassword": True}
    added = done(site, "POST", "/admin/users", json=wanted)
    user, password = added["user"], added["initialPassword"]
    assert ("Bo", "a-1", ["User"]) == (user["name"], user["accountId"], user["roles"])
    assert len(password) >= 12
    with site.database.reading() as work:
        found = work.directory.credentials("BO@acme.test")
    assert found is not None
    assert (user["id"], user["identity"]) == (found.user.id, found.user.identity)
    assert found.password_hash.startswith("$argon2id$")
    shown = done(site, "GET", f"/admin/users/{user['id']}")
    assert user == shown
    assert password not in str(shown)


def test_user_without_a_password_signs_in_by_none_c92(site: Site) -> None:
    wanted = {"name": "Bo", "emailAddress": "bo@acme.test"}
    added = done(site, "POST", "/admin/users", json=wanted)
    assert "initialPassword" not in added
    with site.database.reading() as work:
        found = work.directory.credentials("bo@acme.test")
    assert found is not None
    assert NO_PASSWORD == found.password_hash


def test_changes_are_stored_and_the_rest_stays_c92(site: Site) -> None:
    """The device's identity too; the same again changes nothing."""
    fields = {"name": "Ann Lee", "emailAddress": "Lee@acme.test"}
    for _ in range(2):
        shown = change(site, ANN, **fields)
        assert ("Ann Lee", "Lee@acme.test", ANN.identity, ["User"]) == (
            shown["name"], shown["emailAddress"], shown["identity"], shown["roles"]
        )  # fmt: skip
    headers = basic(
        User(**{**{n: getattr(ANN, n) for n in ANN.__slots__}, "email": "lee@ACME.test"})
    )
    assert ANN.id == site.who(site.plain(), headers=headers)
    assert site.who(site.plain(), headers=basic(ANN)) is None


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"emailAddress": "MAX@acme.test"}, 409, "AlreadyTaken"),
        ({"emailAddress": "nobody"}, 400, "InvalidValue"),
        ({"name": " "}, 400, "InvalidValue"),
        ({"role": "King"}, 400, "InvalidValue"),
    ],
)
def test_what_cannot_be_changes_nothing_c92(
    site: Site, fields: dict[str, str], status: int, code: str
) -> None:
    before = done(site, "GET", ANNS)
    refused(ask(site, "PATCH", ANNS, json={"name": "Other", **fields}), status, code)
    assert before == done(site, "GET", ANNS)


# --- who may -------------------------------------------------------------------------------------


def test_nobody_gives_a_greater_role_than_their_own_c92(site: Site) -> None:
    """A manager makes managers, an administrator administrators."""
    greater = {"role": "SystemAdministrator"}
    refused(ask(site, "PATCH", ANNS, json=greater), 403, "Forbidden")
    new = {"name": "Bo", "emailAddress": "bo@acme.test", **greater}
    refused(ask(site, "POST", "/admin/users", json=new), 403, "Forbidden")
    assert ["Manager"] == change(site, ANN, role="manager")["roles"]
    assert ["SystemAdministrator"] == change(site, ANN, ROOT, **greater)["roles"]


def test_nobody_changes_their_own_role_or_deletes_themselves_c92(site: Site) -> None:
    """Their name they may, and a role that they have already says nothing new."""
    for actor in (MAX, ROOT):
        path = f"/admin/users/{actor.id}"
        response = ask(site, "PATCH", path, actor, json={"role": "User"})
        refused(response, 403, "Forbidden")
        assert "Nobody changes their own role" in response.text
        refused(ask(site, "DELETE", path, actor), 403, "Forbidden")
        own = {"name": "New", "role": actor.role.value}
        assert "New" == done(site, "PATCH", path, actor, json=own)["name"]


ABOUT_A_USER = pytest.mark.parametrize(
    ("verb", "more"),
    [("PATCH", ""), ("DELETE", ""), ("POST", "/disable"), ("POST", "/enable"), ("GET", "/keys"),
     ("POST", "/keys")],
)  # fmt: skip


@ABOUT_A_USER
def test_users_of_other_accounts_look_like_nobody_c92(site: Site, verb: str, more: str) -> None:
    """An e-mail address is no id."""
    for user_id in (EVE.id, "u-none", ANN.email):
        response = ask(site, verb, f"/admin/users/{user_id}{more}")
        refused(response, 404, "NotFound")
        assert f"User '{user_id}' was not found" in response.text
    refused(ask(site, "GET", f"/admin/users/{EVE.id}"), 404, "NotFound")


@ABOUT_A_USER
def test_nobody_acts_on_who_has_a_greater_role_c92(site: Site, verb: str, more: str) -> None:
    """They are shown."""
    refused(ask(site, verb, f"/admin/users/{ROOT.id}{more}"), 403, "Forbidden")
    assert ROOT.name == done(site, "GET", f"/admin/users/{ROOT.id}")["name"]


def test_nobody_is_added_to_another_account_c92(site: Site) -> None:
    new = {"name": "Bo", "emailAddress": "bo@acme.test", "accountId": "a-2"}
    refused(ask(site, "POST", "/admin/users", json=new), 404, "NotFound")
    assert "a-2" == done(site, "POST", "/admin/users", ROOT, json=new)["user"]["accountId"]


def test_token_adds_nobody_c92(site: Site) -> None:
    """Whoever was let in for a day stays no longer."""
    token = done(site, "GET", f"/auth/token?userId={MAX.id}", ROOT)["authToken"]
    headers = {"Authorization": f"Bearer {token}"}
    new = {"name": "Bo", "emailAddress": "bo@acme.test"}
    for path, body in (("/admin/users", new), (f"{ANNS}/keys", {})):
        response = site.ask(site.plain(), "POST", path, headers=headers, json=body)
        refused(response, 403, "Forbidden")
        assert "A token makes no" in response.text


def test_token_changes_nothing_that_lets_somebody_in_for_longer_c92(site: Site) -> None:
    """An identity provider may let in who has the address; a role stays when the token is over."""
    token = done(site, "GET", f"/auth/token?userId={MAX.id}", ROOT)["authToken"]
    headers = {"Authorization": f"Bearer {token}"}
    for body in ({"role": "Manager"}, {"emailAddress": "bo@acme.test"}):
        refused(
            site.ask(site.plain(), "PATCH", ANNS, headers=headers, json=body), 403, "Forbidden"
        )  # fmt: skip
    renamed = site.ask(site.plain(), "PATCH", ANNS, headers=headers, json={"name": "Anna"})
    assert 200 == renamed.status_code
    known = done(site, "GET", ANNS)
    assert ("Anna", ANN.email, ["User"]) == (known["name"], known["emailAddress"], known["roles"])


# --- another role --------------------------------------------------------------------------------


def test_role_counts_at_once_in_every_process_c92(site: Site, database_url: str) -> None:
    """Also where the password is in the cache as verified, and in an open login."""
    other, browser = Site(database_url), site.client()
    site.sign_in(browser, MAX)
    assert 200 == ask(other, "GET", "/admin/users").status_code
    change(site, MAX, ROOT, role="User")
    assert 403 == ask(other, "GET", "/admin/users").status_code
    assert 403 == site.ask(browser, "GET", "/admin/users").status_code
    other.database.dispose()


def test_token_ends_where_its_maker_could_not_make_it_any_more_c92(site: Site) -> None:
    """The maker was lowered, or the user raised above them."""

    def token(user: User) -> dict[str, str]:
        made = done(site, "GET", f"/auth/token?userId={user.id}")["authToken"]
        return {"Authorization": f"Bearer {made}"}

    tokens = [token(ANN), token(ANN)]
    change(site, ANN, ROOT, role="SystemAdministrator")
    assert site.who(site.plain(), headers=tokens[0]) is None
    change(site, ANN, ROOT, role="User")
    assert ANN.id == site.who(site.plain(), headers=tokens[0])
    change(site, MAX, ROOT, role="User")
    assert site.who(site.plain(), headers=tokens[1]) is None


def test_open_streams_are_told_of_another_role_c92(site: Site) -> None:
    """They ask again who listens; a new name is no reason."""

    def told() -> list[str | None]:
        with site.database.writing() as work:
            work.feed.number()
            return [one.access_of for one in work.feed.after(0, 2**62, 100)]

    administration.set_user(site.database, ANN.id, UserChanges(name="New"), site.now)
    assert [] == told()
    change(site, ANN, role="Manager")
    assert [ANN.id] == told()


# --- deleting ------------------------------------------------------------------------------------


def test_deleted_user_is_gone_and_a_second_time_the_answer_is_the_same_c92(site: Site) -> None:
    first = done(site, "DELETE", ANNS)
    assert ("2026-11-22T10:00:00.000Z", "", ANN.name) == (
        first["user"]["dateDeleted"], first["user"]["emailAddress"], first["user"]["name"]
    )  # fmt: skip
    site.later(minutes=5)
    assert first == done(site, "DELETE", ANNS)
    assert [MAX.id, ROOT.id] == ids(listed(site))
    assert 2 == listed(site)["totalCount"]
    for verb, path in (("GET", ANNS), ("PATCH", ANNS), ("POST", f"{ANNS}/enable")):
        refused(ask(site, verb, path), 404, "NotFound")


def test_deleted_user_of_another_account_looks_like_nobody_c92(site: Site) -> None:
    done(site, "DELETE", f"/admin/users/{EVE.id}", ROOT)
    refused(ask(site, "DELETE", f"/admin/users/{EVE.id}"), 404, "NotFound")


def test_every_way_in_is_closed_by_deleting_c92(site: Site) -> None:
    ways = doors(site)
    assert dict.fromkeys(ways, 200) == {name: way(site) for name, way in ways.items()}
    done(site, "DELETE", ANNS)
    closed = dict.fromkeys(ways, 401) | {"token for them": 404}
    assert closed == {name: way(site) for name, way in ways.items()}


def test_address_of_a_deleted_user_is_free_and_numbers_ring_them_no_more_c92(site: Site) -> None:
    """Their device's identity is nobody else's, and their keys are ended for good."""
    administration.add_number(site.database, "a-1", "+12025550123", [ANN.id, MAX.id])
    done(site, "DELETE", ANNS)
    with site.database.reading() as work:
        assert [MAX] == work.presences.ready_agents_of("+12025550123", site.now)
        assert [site.now] == [key.revoked_at for key in work.api_keys.of_user(ANN.id)]
    new = {"name": ANN.name, "emailAddress": ANN.email}
    added = done(site, "POST", "/admin/users", json=new)["user"]
    assert ANN.identity != added["identity"]
    assert added["id"] == site.who(site.plain(), headers=basic(ANN))


def test_calls_and_keys_that_go_on_are_told_c92(site: Site) -> None:
    """Nobody is dropped; of the keys those that they had made for others, and that count."""
    with site.database.writing() as work:
        work.sessions.save(bridged())
    site.later(seconds=1)
    change(site, ANN, ROOT, role="Manager")
    made = [done(site, "POST", f"/admin/users/{who.id}/keys", ANN)["apiKey"]["id"]
            for who in (MAX, MAX, ANN)]  # fmt: skip
    done(site, "DELETE", f"/admin/keys/{made[1]}", ROOT)
    told = disable(site, by=ROOT)
    assert (["s-1"], made[:1]) == (told["activeSessionIds"], told["apiKeyIds"])
    told = done(site, "DELETE", ANNS, ROOT)
    assert (["s-1"], made[:1]) == (told["activeSessionIds"], told["apiKeyIds"])
