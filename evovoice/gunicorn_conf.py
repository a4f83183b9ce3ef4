"""How gunicorn runs the service; the reasons are decisions 13, 25, 26, 46, 50 and 85."""

import gc
import os
import signal
import sys
from types import FrameType

from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from evovoice import shared_folder
from evovoice.environment import environment
from evovoice.log_setup import begin_log
from evovoice.settings import (
    SettingsError,
    listening_address,
    metrics_token,
    process_count,
    stream_count,
    thread_count,
)

try:
    _environ = environment()
    begin_log(_environ)
    bind = listening_address(_environ)
    workers = process_count(_environ)
    threads = thread_count(_environ)
    _streams = stream_count(_environ)
    if metrics_token(_environ):
        shared_folder.count_together()  # before anything imports prometheus-client
except SettingsError as error:  # one sentence, not a trace; gunicorn would print one
    sys.stderr.write(f"evovoice: {error}\n")
    sys.exit(3)  # as `evovoice serve`
logger_class = "evovoice.logs.gunicorn_log.GunicornLog"
worker_class = "evovoice.gunicorn_worker.PatientWorker"
preload_app = True
timeout = 30
graceful_timeout = 20
keepalive = 5
worker_connections = max(1000, 2 * _streams)  # half of them for requests
control_socket_disable = True
_LOOK_FOR_GARBAGE_AFTER = 50_000  # new objects; few of ours refer to each other in a circle
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108
forwarder_headers = ""  # no field of a request stands for the server's own SCRIPT_NAME or PATH_INFO
accesslog = None  # the service writes its own line, without queries and full numbers


def when_ready(server: Arbiter) -> None:
    """Before the first fork: what is loaded stays, so nobody need look through it for garbage."""
    del server
    gc.collect()
    gc.freeze()
    gc.set_threshold(_LOOK_FOR_GARBAGE_AFTER)


def post_worker_init(worker: Worker) -> None:
    """Start the background in the process that serves, without waiting for its first request.

    Told to end, gunicorn waits for every request; a stream would keep it waiting to the last
    second, so all streams end first.
    """
    background = _background(worker)
    if background is None:
        return
    if isinstance(worker, RequestThreads):  # whose threads do not wait with the consoles
        places = min(_streams, worker.worker_connections // 2)
        background.context.live_feed.capacity = places
    background.ensure_started()

    def end_streams_first(number: int, frame: FrameType | None) -> None:
        background.close_streams()
        worker.handle_exit(number, frame)

    signal.signal(signal.SIGTERM, end_streams_first)


def worker_exit(server: Arbiter, worker: Worker) -> None:
    """Let the background threads finish their round."""
    del server
    background = _background(worker)
    if background is not None:
        background.stop()


def child_exit(server: Arbiter, worker: Worker) -> None:
    """In the arbiter, once a process has ended, however that was."""
    del server
    shared_folder.forget_process(worker.pid)


def on_exit(server: Arbiter) -> None:
    """In the arbiter, at the very end."""
    del server
    shared_folder.remove()


def _background(worker: Worker) -> "Background | None":
    """None where an operator serves something else, or has put something around it."""
    background: Background | None = getattr(worker.app.wsgi(), "extensions", {}).get("evovoice")
    return background


# after the settings that gunicorn reads
from evovoice.background import Background  # noqa: E402
from evovoice.connections.request_threads import RequestThreads  # noqa: E402
