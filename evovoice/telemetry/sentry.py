"""Errors for Sentry: where each happened and of which kind, and nothing of whom it happened to.

The text of an exception or of a log line may hold a number, a name or a secret, so none is sent:
the line in our own log has it, masked, under the same request id.
"""

import logging
import os
import re
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import sentry_sdk
from flask import Flask, got_request_exception, has_request_context, request
from sentry_sdk.integrations.logging import LoggingIntegration, ignore_logger
from sentry_sdk.types import Event, Hint
from sentry_sdk.utils import BadDsn, Dsn

from evovoice import __version__
from evovoice.web.request_log import request_id

_log = logging.getLogger(__name__)
_LAST_SENDING = 2.0  # seconds
_OWN_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
_KEPT = (
    "event_id", "timestamp", "level", "platform", "logger", "release", "environment", "server_name",
    "sdk",
)  # fmt: skip
_OF_FRAME = (
    "filename", "abs_path", "function", "module", "lineno", "pre_context", "context_line",
    "post_context", "in_app",
)  # fmt: skip


class Sentry:
    """Tells Sentry of errors that nobody has foreseen, in requests and in the background."""

    @classmethod
    def made(cls) -> "Sentry | None":
        """None, and a line in the log, where SENTRY_DSN is no address of a project."""
        try:
            Dsn(os.environ["SENTRY_DSN"].strip())
        except BadDsn:
            _log.warning("SENTRY_DSN is not the address of a project, so nothing is sent there")
            return None
        return cls()

    def prepare(self, app: Flask) -> None:
        """Have the errors of requests told, once somebody sends that."""
        got_request_exception.connect(_tell, app)

    def begin(self) -> None:
        """Send from here on. No integration is chosen by which packages happen to be there."""
        ignore_logger("evovoice.web.errors")  # its lines are about the errors told by `_tell`
        sentry_sdk.init(
            dsn=os.environ["SENTRY_DSN"].strip(),
            release=os.environ.get("SENTRY_RELEASE") or f"evovoice@{__version__}",
            default_integrations=False,
            auto_enabling_integrations=False,
            integrations=[
                LoggingIntegration(level=None, event_level=logging.ERROR, sentry_logs_level=None)
            ],
            include_local_variables=False,
            send_default_pii=False,
            max_request_body_size="never",
            max_breadcrumbs=0,
            auto_session_tracking=False,
            traces_sample_rate=None,
            profiles_sample_rate=None,
            enable_metrics=False,
            propagate_traces=False,
            before_send=reduced,
            before_send_transaction=lambda _event, _hint: None,
        )

    def end(self) -> None:
        """Send what is left."""
        sentry_sdk.flush(_LAST_SENDING)

    def around_carrier(self, operation: str) -> AbstractContextManager[object]:
        """Nothing: Sentry is told of errors only."""
        return nullcontext(operation)

    def around_statement(self, sql: str) -> AbstractContextManager[object]:
        """Nothing, as of the carrier."""
        return nullcontext(sql)


def reduced(event: Event, hint: Hint) -> Event:
    """That event with what may leave."""
    told: dict[str, Any] = {name: event[name] for name in _KEPT if name in event}  # type: ignore[literal-required]
    exceptions: Any = (event.get("exception") or {}).get("values")
    if exceptions:
        told["exception"] = {"values": [_exception(one) for one in exceptions]}
    record = hint.get("log_record")
    if record is not None:
        told["logentry"] = {"message": f"{record.module}.{record.funcName}, line {record.lineno}"}
    if has_request_context():
        told["transaction"] = request.url_rule.rule if request.url_rule else "no such address"
        told["tags"] = {"request_id": request_id()} if _OWN_ID.fullmatch(request_id()) else {}
    return told  # type: ignore[return-value]


def _exception(one: dict[str, Any]) -> dict[str, Any]:
    frames = (one.get("stacktrace") or {}).get("frames") or []
    kept = [{name: frame[name] for name in _OF_FRAME if name in frame} for frame in frames]
    mechanism = one.get("mechanism") or {}
    return {
        "type": one.get("type"),
        "module": one.get("module"),
        "mechanism": {name: mechanism[name] for name in ("type", "handled") if name in mechanism},
        "stacktrace": {"frames": kept},
    }


def _tell(_app: Flask, exception: BaseException) -> None:
    sentry_sdk.capture_exception(exception)
