"""How a process writes its log, as the environment says it: begun before anything else is read."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from evovoice import logs
from evovoice.setting_values import choice
from evovoice.settings import database_url

# By their names, so that a setting to come is masked too.
_SECRETS = re.compile(r"SECRET_KEY|(?:TWILIO|EVOVOICE)_\w*(?:TOKEN|SECRET|PASSWORD|KEY|DSN)\w*")


def begin_log(environ: Mapping[str, str]) -> None:
    """Write the lines of this process to standard error, as EVOVOICE_LOG says. A second time
    changes nothing. Errors: `SettingsError`.
    """
    as_json = choice(environ, "EVOVOICE_LOG", ("text", "json")) == "json"
    logs.set_up(as_json=as_json, secrets=_secrets(environ))


def _secrets(environ: Mapping[str, str]) -> Iterator[str]:
    for name, value in environ.items():
        if _SECRETS.fullmatch(name) and value.strip():
            yield value.strip()
    try:
        password = urlsplit(database_url(environ)).password
    except ValueError:  # an address that is none is refused by who opens the database
        return
    if password:
        yield from {password, unquote(password)}
