"""What an administrator takes from how a user signs in, who is named by id or e-mail address."""

from datetime import datetime

from evovoice.domain.values import User
from evovoice.services.administration import OPERATOR, managed
from evovoice.services.audit import record
from evovoice.services.auth import access
from evovoice.services.auth.credentials import NO_PASSWORD
from evovoice.storage.unit_of_work import Database


def forget_identities(database: Database, wanted: str, now: datetime) -> User:
    """Let a user come by single sign-on as for the first time; their logins end, which whoever
    came in their name may have. Errors: `UserNotFound`.
    """
    with database.writing() as unit:
        user = managed(unit, OPERATOR, wanted).user
        unit.external_identities.forget_all_of(user)
        access.end_logins(unit, user, now)
        record(unit, "identities.forgotten", user.id, user.account_id, now=now)
    return user


def remove_password(database: Database, wanted: str, now: datetime) -> User:
    """Leave a user no password: single sign-on alone lets them in, and their API keys. Logins end.

    Errors: `UserNotFound`.
    """
    with database.writing() as unit:
        user = managed(unit, OPERATOR, wanted).user
        unit.directory.set_password(user.id, NO_PASSWORD)
        access.end_logins(unit, user, now)
        record(unit, "password.removed", user.id, user.account_id, now=now)
    return user
