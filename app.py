"""gunicorn's door: `gunicorn app:app` builds the service from the environment."""

import sys

from evovoice.factory import create_app_from_env
from evovoice.settings import SettingsError
from evovoice.storage.unit_of_work import DatabaseUnavailable

NOT_USABLE = 3  # as for `evovoice serve`; gunicorn takes a worker that ends so for no use to repeat

try:
    app = create_app_from_env()
except (SettingsError, DatabaseUnavailable) as error:  # one sentence, not a trace
    sys.stderr.write(f"evovoice: {error}\n")
    sys.exit(NOT_USABLE)
