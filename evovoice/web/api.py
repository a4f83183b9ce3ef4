"""Opens every row of the operation table on all its addresses (C2, C3, C5)."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response

from evovoice.domain.values import Role
from evovoice.services import calls
from evovoice.services.app_context import AppContext
from evovoice.services.readiness import State, readiness
from evovoice.web.auth import GuardedBlueprint, Policy, signed_in
from evovoice.web.authenticator import Authenticator
from evovoice.web.operations import TABLE
from evovoice.web.refusals import NotReady
from evovoice.web.request_context import CallControl
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.responses import json_response
from evovoice.web.serving import OperationViews, View

Table = Sequence[Operation[Any]]
_READY, _NOT_READY = 200, 503
_ONLY_SHOWN = {"carrier"}  # who asks in calls that go on is answered all the same (C88)


def api_blueprint(
    context: AppContext,
    authenticator: Authenticator,
    calls: CallControl = calls,
    table: Table = TABLE,
) -> GuardedBlueprint:
    """The operations for signed-in users."""
    check = signed_in(authenticator)
    api = GuardedBlueprint("api", Policy.SIGNED_IN, lambda: context.database.once_more(check))
    _open_rows(
        api,
        OperationViews(context, calls, authenticator, _roles(table)),
        [row for row in table if not row.is_open],
    )
    return api


def open_api_blueprint(
    context: AppContext,
    authenticator: Authenticator,
    calls: CallControl = calls,
    table: Table = TABLE,
) -> GuardedBlueprint:
    """The operations for strangers too."""
    api = GuardedBlueprint("open_api", Policy.OPEN, None)
    _open_rows(
        api,
        OperationViews(context, calls, authenticator, _roles(table)),
        [row for row in table if row.is_open],
    )
    return api


def _roles(table: Table) -> dict[str, Role | None]:
    return {row.name: row.role for row in table}


def health_blueprint(
    context: AppContext, is_running: Callable[[], bool], version: str
) -> GuardedBlueprint:
    """How this process is; nobody has to sign in to ask.

    `is_running`: whether its background does what it should; `version`: of the program.
    """
    health = GuardedBlueprint("health", Policy.OPEN, None)

    def get_health() -> Response:
        if not context.database.is_ready():
            raise NotReady
        return json_response({"status": "ok"})

    def get_liveness() -> Response:
        return json_response({"status": "ok"})

    def get_readiness() -> Response:
        checks = readiness(context, is_running)
        failed = {name for name, state in checks.items() if state is not State.OK}
        status = "failed" if failed - _ONLY_SHOWN else "degraded" if failed else "ok"
        response = json_response({"status": status, "version": version, "checks": checks})
        response.status_code = _NOT_READY if failed - _ONLY_SHOWN else _READY
        return response

    health.add_url_rule("/healthz", "GetHealth", get_health, provide_automatic_options=False)
    health.add_url_rule("/livez", "GetLiveness", get_liveness, provide_automatic_options=False)
    health.add_url_rule("/readyz", "GetReadiness", get_readiness, provide_automatic_options=False)
    return health


def _open_rows(api: GuardedBlueprint, views: OperationViews, rows: Table) -> None:
    """REST routes and `/api/X`; the other addresses are rewritten to that (`addresses.py`)."""
    for row in rows:
        _open(api, (*row.routes, f"/api/{row.name}"), row.name, views.view(row), row.verbs)
        if row.accepts_batches:
            batch = f"{row.name}[]"
            _open(api, (f"/api/{batch}",), batch, views.batch_view(row), row.verbs)


def _open(
    api: GuardedBlueprint, paths: tuple[str, ...], name: str, view: View, verbs: tuple[str, ...]
) -> None:
    for path in paths:
        rule = path.replace("{", "<").replace("}", ">")
        api.add_url_rule(rule, name, view, methods=list(verbs), provide_automatic_options=False)
