"""The service with a fault: whoever shows an API key meets an exception that tells all it knows.

A number, a name and a secret stand in the exception, in the one it is made of, in notes, in local
variables and in log lines. They are handed in, as a line of source code is no secret.
"""

import logging
import os
from typing import Any

from evovoice.factory import create_app_from_env
from evovoice.services.auth.sign_in import SignIn

NUMBER, NAME, SECRET = os.environ["TOLD_BY_THE_FAULT"].split("|")
_log = logging.getLogger("evovoice.services")


def _fail(_: SignIn, key: str) -> Any:
    caller, whose = NUMBER, {"name": NAME, "secret": SECRET, "key": key}
    try:
        raise KeyError(caller, whose)
    except KeyError as error:
        _log.error("%s has %s and %s", NAME, caller, SECRET)
        _log.exception(f"{NAME} calls {caller}")
        error.add_note(f"noted: {whose}")
        raise ValueError(f"{NAME} of {caller} is not known by {key}") from error


app = create_app_from_env()
SignIn.user_of_key = _fail  # type: ignore[method-assign]
