"""The service for gunicorn, with a clock that is off by EVOVOICE_CHAOS_CLOCK seconds.

Two machines never agree about the time. Production has no such setting: only this module reads it.
"""

import logging
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from evovoice.externals import real_externals
from evovoice.factory import create_app
from evovoice.settings import from_env

_AHEAD = timedelta(seconds=float(os.environ.get("EVOVOICE_CHAOS_CLOCK", "0")))


def _shifted() -> datetime:
    return datetime.now(UTC) + _AHEAD


logging.basicConfig(
    level=logging.INFO, format="%(asctime)s %(process)d %(levelname)s %(name)s %(message)s"
)
logging.getLogger("alembic").setLevel(logging.WARNING)
app = create_app(from_env(os.environ), replace(real_externals(), clock=_shifted))
