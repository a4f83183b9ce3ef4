"""The threads of one process beside its requests, begun in whichever process it is that serves."""

import atexit
import os
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from evovoice.services.app_context import AppContext
from evovoice.services.worker import Worker
from evovoice.telemetry import NO_TELEMETRY, Telemetry

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Background:
    """The worker, and who reads the feed.

    `at_start` is done once, in a thread of its own that nothing waits for. `leaves_shared`: a
    process of its own does what any can do.
    """

    def __init__(
        self,
        context: AppContext,
        at_start: Callable[[], None] | None = None,
        *,
        leaves_shared: bool = False,
        telemetry: Telemetry = NO_TELEMETRY,
    ) -> None:
        self.context = context
        self._worker = Worker(context, leaves_shared=leaves_shared)
        self.at_start = at_start
        self._process: int | None = None  # the id of the process that has begun
        self._beginning = threading.Lock()
        self._telemetry = telemetry

    def is_running(self) -> bool:
        """Whether all of it goes on in this process."""
        return self._worker.is_running and self.context.live_feed.is_running

    def ensure_started(self) -> None:
        """Begin, unless that was done in this process; after the fork, not before."""
        if self._process == os.getpid():
            return
        with self._beginning:
            if self._process != os.getpid():
                self.start()
                atexit.register(self.stop)
                self._process = os.getpid()

    def start(self) -> None:
        """Begin; once in each process, after the fork."""
        self._telemetry.begin()
        self._worker.start()
        self.context.live_feed.start()
        if self.at_start is not None:
            threading.Thread(target=self.at_start, name="evovoice-start", daemon=True).start()

    def close_streams(self) -> None:
        """Let those who listen go, so that the process can end; from a signal's handler too."""
        self.context.live_feed.close()

    def stop(self) -> None:
        """Finish the present round and let go of the database; a second time is harmless."""
        self.context.live_feed.stop()
        self._worker.stop()
        self._telemetry.end()
        self.context.database.dispose()


class StartsBackground:
    """Begins the background with the first request of a process.

    Only who is asked knows that it serves: a server may load the application in one process and
    fork others, or load it in each, and not everything that is forked or loaded will serve.
    """

    def __init__(self, application: "WSGIApplication", background: Background) -> None:
        self._application, self._background = application, background

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Serve a request."""
        self._background.ensure_started()
        return self._application(environ, start_response)
