"""How users give themselves a new password: with the one they have, whatever else lets them in."""

from collections.abc import Callable
from datetime import datetime

from evovoice.domain.values import User
from evovoice.services import audit
from evovoice.services.auth.credentials import hash_password
from evovoice.services.auth.guess_limits import Client
from evovoice.services.auth.new_logins import NewLogin, end_other_logins
from evovoice.services.auth.password_check import PasswordCheck
from evovoice.services.auth.password_rules import checked_password
from evovoice.services.errors import WrongPresentPassword
from evovoice.storage.unit_of_work import Database


class OwnPassword:
    """Changes passwords; `passwords` checks the present one."""

    def __init__(
        self, database: Database, passwords: PasswordCheck, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._clock = clock

    def change(
        self, user: User, current: str, new: str, client: Client, kept: str | None
    ) -> NewLogin | None:
        """Set the password, and end what let the user in before; API keys stay. In the place of
        the login with the secret `kept` there is a new one.

        Errors: `BadPassword`, and those of `PasswordCheck.present`.
        """
        checked_password(new, user.name, user.email)
        verified = self._passwords.present(user, current, client)
        hashed, now = hash_password(new), self._clock()
        device_cookie = self._passwords.device_cookie(user.email, client)
        with self._database.writing() as work:
            if not work.directory.replace_password(user.id, verified.password_hash, hashed):
                raise WrongPresentPassword  # somebody has set another meanwhile
            login = end_other_logins(work, user, kept, device_cookie, now)
            audit.record(work, "password.set", user.id, by=user, now=now)
        return login
