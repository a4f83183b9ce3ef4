"""gunicorn's door: `gunicorn app:app` builds the service from the environment."""

import sys

from evovoice.factory import create_app_from_env
from evovoice.settings import SettingsError

try:
    app = create_app_from_env()
except SettingsError as error:  # one sentence, not a trace, for whoever reads the log
    sys.exit(f"evovoice: {error}")
