"""gunicorn's settings for the bare app: the service's own, without its background thread."""

from evovoice.gunicorn_conf import *  # noqa: F403 (gunicorn reads plain names)

del post_worker_init, worker_exit  # noqa: F821 (they start and stop what the bare app has not)
