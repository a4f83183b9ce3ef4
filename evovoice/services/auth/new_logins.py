"""Makes logins: what a client keeps of one, and what is stored of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from evovoice.domain.values import User
from evovoice.services import audit
from evovoice.services.auth import access
from evovoice.services.auth.credentials import digest, new_login_id, new_login_secret
from evovoice.storage.unit_of_work import LoginKind, UnitOfWork

LIFETIMES = {LoginKind.SESSION: timedelta(weeks=2), LoginKind.PERMANENT: timedelta(weeks=4)}


@dataclass(frozen=True, slots=True, repr=False)
class NewLogin:
    """A login that was made. A client keeps two new secrets; `kind` says which is the login.

    `device_cookie` makes its device known, and lets nobody in.
    """

    user: User
    id: str
    kind: LoginKind
    session_secret: str
    permanent_secret: str
    device_cookie: str

    @property
    def secret(self) -> str:
        """The secret of the two that authenticates its holder."""
        is_permanent = self.kind is LoginKind.PERMANENT
        return self.permanent_secret if is_permanent else self.session_secret


def add_login(
    work: UnitOfWork, user: User, kind: LoginKind, device_cookie: str, now: datetime
) -> NewLogin:
    """A new login of that user, from now on."""
    login = NewLogin(
        user, new_login_id(), kind, new_login_secret(), new_login_secret(), device_cookie
    )
    work.logins.add(user, login.id, digest(login.secret), kind, now, LIFETIMES[kind])
    return login


def note_signed_in(work: UnitOfWork, login: NewLogin, way: str, now: datetime) -> None:
    """Tell the audit trail of it; `way`: `password`, or by whom else they were let in."""
    details: dict[str, object] = {"login": login.id, "kind": login.kind.value, "way": way}
    audit.record(work, "user.signed_in", login.user.id, details=details, by=login.user, now=now)


def end_other_logins(
    work: UnitOfWork, user: User, kept: str | None, device_cookie: str, now: datetime
) -> NewLogin | None:
    """End every login of the user, as `access.end_logins` does. Who holds the secret `kept` of one
    gets another: whoever else may know that secret is out.
    """
    found = work.logins.find(digest(kept), now) if kept else None
    access.end_logins(work, user, now)
    if found is None or found.user.id != user.id or found.kind not in LIFETIMES:
        return None
    return add_login(work, user, found.kind, device_cookie, now)
