"""Guesses at passwords and codes: taken before they are judged."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from math import ceil

from evovoice import metrics
from evovoice.services.auth.sign_in_trail import note_refused
from evovoice.services.errors import TooManyLogins
from evovoice.storage.unit_of_work import Allowance, Database, RefusedSignIn

_log = logging.getLogger(__name__)


class Guesses:
    """Takes them of what the database has left of each allowance."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def take(self, allowances: Sequence[Allowance], kind: int, refused: RefusedSignIn) -> None:
        """Take a guess of each; what was taken and refused is kept, so that it costs.

        `kind`: as of `LoginAttempts.take`. `refused`: who it is then. Errors: `TooManyLogins`.
        """
        now, wait = self._clock(), 0.0
        with self._database.writing() as work:
            for one in allowances:
                wait = work.login_attempts.take(one, now, kind)
                if wait:
                    note_refused(work, refused, "too many guesses", now)
                    break
        if wait:
            metrics.REFUSED_SIGN_INS.labels("too_many").inc()
            _log.info("too many failed sign-ins for %s", refused.whose)
            raise TooManyLogins(ceil(wait))
