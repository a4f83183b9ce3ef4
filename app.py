"""gunicorn's door: `gunicorn app:app` builds the service from the environment."""

from evovoice.factory import create_app_from_env

app = create_app_from_env()
