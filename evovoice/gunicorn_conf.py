"""How gunicorn runs the service; every figure's reason is in the README's section on operation."""

import gc
import os

from flask import Flask
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

bind = f"{os.environ.get('HOST', '0.0.0.0')}:{os.environ.get('PORT', '8000')}"  # noqa: S104
worker_class = "evovoice.gunicorn_worker.PatientWorker"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("EVOVOICE_THREADS") or 128)
reuse_port = workers > 1
preload_app = True
timeout = 30
graceful_timeout = 20
keepalive = 5
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108
accesslog = None  # the service writes its own line, without queries and full numbers


def when_ready(server: Arbiter) -> None:
    """Before the first fork: what is loaded stays, so nobody need look through it for garbage."""
    del server
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Worker) -> None:
    """Start the background thread in the process that serves, after the fork."""
    _background(worker).start()


def worker_exit(server: Arbiter, worker: Worker) -> None:
    """Let the background thread finish its round."""
    del server
    _background(worker).stop()


def _background(worker: Worker) -> "Background":
    app: Flask = worker.app.wsgi()
    background: Background = app.extensions["evovoice"]
    return background


from evovoice.factory import Background  # noqa: E402 (after the settings that gunicorn reads)
