"""Who is asking and from where, for the audit trail: set once where a request or command begins.

It is kept for the thread's present request, so that no function in between has to hand it on.
"""

from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from evovoice.domain.audit import AuditEntry
from evovoice.domain.values import User
from evovoice.storage.unit_of_work import EndedSession, UnitOfWork

COMMAND_LINE, STRANGER, SERVICE = "command line", "stranger", "service"


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Source:
    """Who asks, from where and with what kind of credential; `clock` tells when."""

    actor_name: str = SERVICE
    actor_id: str | None = None
    actor_role: str = ""
    account_id: str | None = None
    credential: str = ""
    origin: str = ""
    request_id: str | None = None
    clock: Callable[[], datetime] = _now


_source: ContextVar[Source] = ContextVar("audit_source", default=Source())  # noqa: B039 (frozen)


def begin(source: Source) -> None:
    """From now on, what this thread does is done for that source."""
    _source.set(source)


def end() -> None:
    """The request or command is over: what follows in this thread is of the service itself."""
    _source.set(Source())


def shown(credential: str) -> None:
    """Who asks has shown a credential of that kind, right or wrong."""
    _source.set(replace(_source.get(), credential=credential))


def authenticated(user: User) -> None:
    """Who asks has proved to be that user."""
    _source.set(_of_user(_source.get(), user))


def record(
    work: UnitOfWork, action: str, subject: str = "", account_id: str | None = None, *,
    outcome: str = "done", details: Mapping[str, object] | None = None,
    evidence: Mapping[str, object] | None = None, by: User | None = None,
    origin: str | None = None, now: datetime | None = None,
) -> None:  # fmt: skip
    """Add an entry to the audit trail with what `work` commits: what was done to `subject`, of that
    account, by whoever asks at present or by `by`. Without an account it is the actor's.
    """
    asking = _source.get()
    if by is not None:
        asking = _of_user(asking, by)
    work.audit.add(
        AuditEntry(
            at=now or asking.clock(),
            action=action,
            actor_id=asking.actor_id,
            actor_name=asking.actor_name,
            account_id=account_id or asking.account_id,
            subject=subject,
            origin=asking.origin if origin is None else origin,
            request_id=asking.request_id,
            outcome=outcome,
            details=dict(details or {}),
            actor_role=asking.actor_role,
            credential=asking.credential,
            evidence=dict(evidence or {}),
        )
    )


def record_of_service(
    work: UnitOfWork, action: str, subject: str, account_id: str, details: Mapping[str, object],
    now: datetime,
) -> None:  # fmt: skip
    """Add an entry on what nobody has asked for just now, whoever's request has led here."""
    work.audit.add(
        AuditEntry(
            at=now, action=action, actor_id=None, actor_name=SERVICE, account_id=account_id,
            subject=subject, origin="", request_id=_source.get().request_id, details=dict(details),
        )
    )  # fmt: skip


def evidence_of(sessions: Iterable[EndedSession]) -> dict[str, object]:
    """What proves later how the logs of those sessions were: their last links."""
    return {one.session_id: [one.account_id, one.log_chained, one.log_chain] for one in sessions}


def _of_user(asking: Source, user: User) -> Source:
    return replace(
        asking, actor_id=user.id, actor_name=user.name, actor_role=user.role.value,
        account_id=user.account_id,
    )  # fmt: skip
