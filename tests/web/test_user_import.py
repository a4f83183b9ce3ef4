"""Many users are added from a list: all of it, or nothing and every flaw."""

from collections.abc import Iterator
from typing import Any

import pytest

from evovoice.domain.values import User
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.web.doubles import refused
from tests.web.site import ANN, MAX, ROOT, Site, basic, fast_passwords
from tests.web.test_managed_users import done
from tests.web.test_users import ask, listed

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

PATH = "/admin/users/import"
LIST = """account,name,email,role
acme,Bo,bo@acme.test,
a-1,Cy,cy@acme.test,manager
,Di,di@acme.test,
"""


@pytest.fixture
def site(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    fast_passwords(monkeypatch)
    site = Site(database_url)
    site.furnish()
    yield site
    site.database.dispose()


def imported(site: Site, content: str = LIST, by: User = MAX, **more: Any) -> Any:
    return done(site, "POST", PATH, by, json={"content": content, **more})


def flaws(site: Site, content: str, by: User = MAX, **more: Any) -> list[tuple[str, str]]:
    """Of a list of which nothing is taken."""
    before = listed(site, by=ROOT)
    response = ask(site, "POST", PATH, by, json={"content": content, **more})
    refused(response, 400, "InvalidLines")
    assert before == listed(site, by=ROOT)
    status: Any = (response.json or {})["responseStatus"]
    assert status["message"].startswith("Nothing is imported.\nline ")
    assert {"InvalidLine"} == {one["errorCode"] for one in status["errors"]}
    return [(one["fieldName"], one["message"]) for one in status["errors"]]


def test_list_is_taken_as_a_whole_and_a_second_time_nothing_changes_c93(site: Site) -> None:
    """Accounts by id and name; lines without one are of the account of who asks."""
    first = imported(site)
    assert (3, 0, False) == (first["added"], first["unchanged"], first["dryRun"])
    users = [one["user"] for one in first["users"]]
    assert [("Bo", "User"), ("Cy", "Manager"), ("Di", "User")] == [
        (one["name"], one["roles"][0]) for one in users
    ]
    assert {"a-1"} == {one["accountId"] for one in users}
    assert not any("initialPassword" in one for one in first["users"])
    second = imported(site)
    assert (0, 3, []) == (second["added"], second["unchanged"], second["users"])
    assert 6 == listed(site)["totalCount"]


def test_dry_run_stores_nothing_c93(site: Site) -> None:
    found = imported(site, dryRun=True, initialPasswords=True)
    assert (3, True, []) == (found["added"], found["dryRun"], found["users"])
    assert 3 == listed(site)["totalCount"]


def test_made_passwords_are_told_once_c93(site: Site) -> None:
    """Each has another one, and it is theirs."""
    found = imported(site, initialPasswords=True)["users"]
    assert 3 == len({one["initialPassword"] for one in found})
    assert "initialPassword" not in str(imported(site, initialPasswords=True))
    with site.database.reading() as work:
        for one in found:
            stored = work.directory.credentials(one["user"]["emailAddress"])
            assert stored is not None
            assert stored.password_hash.startswith("$argon2id$")


def test_passwords_of_one_request_are_few_c93(site: Site) -> None:
    """To hash them takes time. Without them there is no such limit."""
    content = "name,email\n" + "".join(f"A,a{number}@b\n" for number in range(51))
    response = ask(site, "POST", PATH, json={"content": content, "initialPasswords": True})
    refused(response, 400, "InvalidValue")
    assert 51 == imported(site, content)["added"]


def test_every_flaw_of_every_line_is_told_c93(site: Site) -> None:
    content = (
        "account,name,email,role\n"
        "a-1,Bo,bo@acme.test,User\n"
        "a-9,,no address,King\n"
        "a-1,Cy,BO@acme.test,\n"
        "a-1,Di,di@acme.test,SystemAdministrator\n"
        f"a-1,Other,{ANN.email},User\n"
    )
    found = flaws(site, content)
    assert ["line 3"] * 4 + ["line 4", "line 5", "line 6"] == [line for line, _ in found]
    words = ["no account 'a-9'", "A name is", "'no address' is no e-mail", "'King' is no role",
             "stands on line 2 too", "greater role", "already"]  # fmt: skip
    for word, (_, message) in zip(words, found, strict=True):
        assert word in message
    assert found == flaws(site, content, dryRun=True)


def test_manager_adds_nobody_to_another_account_c93(site: Site) -> None:
    """It looks as if it were not there; an administrator does."""
    content = "account,name,email\nZeta,Bo,bo@zeta.test\n"
    assert [("line 2", "There is no account 'Zeta'.")] == flaws(site, content)
    other = flaws(site, "name,email\nBo,bo@zeta.test\n", accountId="a-2")
    assert [("line 2", "There is no account 'a-2'.")] == other
    (added,) = imported(site, content, ROOT)["users"]
    assert "a-2" == added["user"]["accountId"]


def test_name_of_two_accounts_names_none_c93(site: Site) -> None:
    with site.database.writing() as work:
        work.connection.driver.execute(
            "INSERT INTO accounts (id, name, country) VALUES ('a-3', 'ACME', 'US')"
        )
    found = flaws(site, "account,name,email\nAcme,Bo,bo@acme.test\n", ROOT)
    assert [("line 2", "Several accounts have the name 'Acme'; give the id.")] == found


def test_what_is_exported_is_imported_c93(site: Site) -> None:
    """The same list changes nothing, and who is new on it is added."""
    content = done(site, "GET", "/admin/users/export")["content"]
    assert content.startswith(
        f"account,name,email,role,extension\r\na-1,{ANN.name},{ANN.email},User,\r\n"
    )
    found = imported(site, content)
    assert (0, 3) == (found["added"], found["unchanged"])
    assert 1 == imported(site, content + "a-1,Bo,bo@acme.test,User,\r\n")["added"]
    everybody = done(site, "GET", "/admin/users/export", ROOT)["content"]
    assert 6 == len(everybody.splitlines())
    theirs = done(site, "GET", "/admin/users/export?accountIds=a-2", ROOT)["content"]
    assert 2 == len(theirs.splitlines())
    assert (
        "account,name,email,role,extension\r\n"
        == (done(site, "GET", "/admin/users/export?accountIds=a-2")["content"])
    )


def test_extension_of_a_list_is_one_users_of_the_account_c93_c101(site: Site) -> None:
    """It is exported too; twice on a list or taken by a colleague, it is a flaw of its line."""
    head = "account,name,email,extension\n"
    assert 1 == imported(site, f"{head}a-1,Bo,bo@acme.test,21\n")["added"]
    assert "a-1,Bo,bo@acme.test,User,21" in done(site, "GET", "/admin/users/export")["content"]
    assert 1 == imported(site, f"{head}a-1,Bo,bo@acme.test,21\n")["unchanged"]
    people = ("Cy", "21"), ("Di", "2"), ("Ed", "22"), ("Fa", "22")
    text = head + "".join(f"a-1,{name},{name}@acme.test,{digits}\n" for name, digits in people)
    assert [
        ("line 2", "Bo has the extension 21 already."),
        ("line 3", "'2' is no extension: it has two to six digits."),
        ("line 5", "Ed on the list has the extension 22 too."),
    ] == flaws(site, text)


def test_lists_are_of_managers_and_taken_from_no_token_c93(site: Site) -> None:
    assert "403 Invalid Role" == ask(site, "POST", PATH, ANN, json={"content": LIST}).status
    token = done(site, "GET", f"/auth/token?userId={MAX.id}", ROOT)["authToken"]
    headers = {"Authorization": f"Bearer {token}"}
    refused(
        site.ask(site.plain(), "POST", PATH, headers=headers, json={"content": LIST}),
        403, "Forbidden",
    )  # fmt: skip
    assert MAX.id == site.who(site.plain(), headers=basic(MAX))


def test_formulas_are_exported_as_texts_and_come_back_as_they_were_c93(site: Site) -> None:
    names = ["=HYPERLINK(1)", "+1", "-1", "@x", "'=1", "''=1", "'s Gravenhage", "\uff1d1"]
    for number, name in enumerate(names):
        new = {"name": name, "emailAddress": f"=f{number}@acme.test"}
        done(site, "POST", "/admin/users", MAX, json=new)
    content = done(site, "GET", "/admin/users/export", MAX)["content"]
    assert "'=HYPERLINK(1),'=f0@acme.test" in content
    assert ",'s Gravenhage," in content
    again = imported(site, content)
    assert (0, 3 + len(names)) == (again["added"], again["unchanged"])
