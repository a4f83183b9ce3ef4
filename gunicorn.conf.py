"""`gunicorn app:app` finds the project's settings here; they live in the package."""

from evovoice.gunicorn_conf import *  # noqa: F403 (gunicorn reads plain names)
