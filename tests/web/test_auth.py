"""Who is let in: keys and passwords, roles, and that no route forgets to ask."""

import base64
from dataclasses import replace

import pytest

from evovoice.domain.values import Role
from evovoice.web.auth import GuardedBlueprint, Policy, require_role
from evovoice.web.operations import TABLE
from evovoice.web.refusals import WrongRole
from tests.domain.builders import ANN
from tests.web.doubles import KEY, PASSWORD, WebApp, refused

CREDENTIALS = 'credentials realm="/auth/credentials"'


def _basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


GOOD = [f"Bearer {KEY}", f"bearer {KEY}", f"Bearer  {KEY} ", _basic(f"{ANN.email}:{PASSWORD}")]
BAD = [
    "", "Bearer", "Bearer ", "Bearer wrong", f"Bearer {KEY} x", f"Bearer {KEY}\x7f", KEY,
    f"Token {KEY}", f"Digest {KEY}", "Bearer " + "x" * 5000,
    "Bearer ключ".encode().decode("latin-1"),
    "Basic", "Basic ", "Basic ???", "Basic YQ", "Basic " + "A" * 9000, _basic(""), _basic(":"),
    _basic("ann@acme.test"), _basic("ann@acme.test:"), _basic(f":{PASSWORD}"),
    _basic("ann@acme.test:wrong"), _basic(f"ann@acme.test\0:{PASSWORD}"),
    _basic(f"{KEY}:"), "Basic /////w==", "Basic " + base64.b64encode(b"a:\xff").decode(),
]  # fmt: skip


@pytest.mark.parametrize("header", GOOD)
def test_good_credentials_let_their_user_in_c31_c35(web: WebApp, header: str) -> None:
    response = web.client.get("/sessions/s-1", headers={"Authorization": header})
    assert 200 == response.status_code
    assert [("get_session", (ANN, "s-1"))] == web.calls.calls
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("header", BAD)
def test_bad_credentials_are_401_c28(web: WebApp, header: str) -> None:
    response = web.client.get("/sessions/s-1", headers={"Authorization": header})
    assert "Not authenticated" == refused(response, 401, "Unauthorized")
    offered = response.headers.getlist("WWW-Authenticate")
    basic = ['Basic realm="/auth/basic"'] if header.startswith("Basic") else []
    assert [CREDENTIALS, *basic] == offered
    assert [] == web.changes


def test_no_credentials_are_401_without_a_browsers_question_c28(web: WebApp) -> None:
    response = web.client.get("/sessions/s-1", headers={"X-ss-id": KEY, "Cookie": f"ss-id={KEY}"})
    refused(response, 401, "Unauthorized")
    assert [CREDENTIALS] == response.headers.getlist("WWW-Authenticate")


def test_session_id_is_never_a_credential_c36(web: WebApp) -> None:
    refused(web.client.get(f"/sessions/s-1?sessionId={KEY}"), 401, "Unauthorized")


@pytest.mark.parametrize(
    ("role", "passes"),
    [
        (Role.USER, [Role.USER]),
        (Role.MANAGER, [Role.USER, Role.MANAGER]),
        (Role.SYSTEM_ADMINISTRATOR, list(Role)),
    ],
)
def test_each_role_passes_the_checks_of_those_before_it(role: Role, passes: list[Role]) -> None:
    user = replace(ANN, role=role)
    for asked in Role:
        if asked in passes:
            require_role(user, asked)
        else:
            with pytest.raises(WrongRole):
                require_role(user, asked)


def test_wrong_role_has_its_own_reason_phrase_c29(web: WebApp) -> None:
    web.calls.error = WrongRole()
    response = web.api("GET", "/sessions/s-1")
    assert "403 Invalid Role" == response.status
    assert "Invalid Role" == refused(response, 403, "Forbidden")


def test_every_route_belongs_to_a_blueprint_that_names_its_policy(web: WebApp) -> None:
    for rule in web.app.url_map.iter_rules():
        owner = web.app.blueprints[rule.endpoint.partition(".")[0]]
        assert isinstance(owner, GuardedBlueprint), rule


def test_every_route_that_is_not_open_turns_strangers_away(web: WebApp) -> None:
    expected = {Policy.SIGNED_IN: 401, Policy.SIGNED_BY_CARRIER: 403}
    for rule in web.app.url_map.iter_rules():
        owner = web.app.blueprints[rule.endpoint.partition(".")[0]]
        assert isinstance(owner, GuardedBlueprint)
        if owner.policy is Policy.OPEN:
            continue
        for verb in (rule.methods or set()) - {"HEAD"}:
            path = rule.rule.replace("<", "").replace(">", "")
            response = web.client.open(path, method=verb)
            assert expected[owner.policy] == response.status_code, rule
    assert [] == web.changes


def test_only_health_pages_and_the_open_operations_are_open(web: WebApp) -> None:
    open_blueprints = [
        name
        for name, owner in web.app.blueprints.items()
        if isinstance(owner, GuardedBlueprint) and owner.policy is Policy.OPEN
    ]
    assert ["health", "open_api", "documents", "icon", "console"] == open_blueprints
    assert {"Authenticate", "GetAuthStatus"} == {row.name for row in TABLE if row.is_open}


def test_blueprint_cannot_name_a_policy_that_it_does_not_check() -> None:
    with pytest.raises(ValueError, match="does not check its own policy"):
        GuardedBlueprint("x", Policy.SIGNED_IN, None)
