"""Tells the audit trail from where a request comes; who sends it is told once they are known."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, request

from evovoice.services import audit
from evovoice.web.request_log import request_id


def install_audit_source(app: Flask, clock: Callable[[], datetime]) -> None:
    """Have whatever a request does told as done by whoever sends it.

    The address is the one behind the proxies that are trusted (EVOVOICE_PROXIES).
    """

    def begin() -> None:
        audit.begin(
            audit.Source(
                actor_name=audit.STRANGER,
                origin=request.remote_addr or "",
                request_id=request_id(),
                clock=clock,
            )
        )

    def end(_error: BaseException | None) -> None:
        audit.end()

    app.before_request(begin)
    app.teardown_request(end)
