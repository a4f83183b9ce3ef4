"""The worker of a machine so busy that a moment passes between its last look and the close."""

import socket
import time

from evovoice.gunicorn_worker import PatientWorker


class SlowToClose(PatientWorker):
    """As in production, but for that moment."""

    def _accept(self, listener: socket.socket) -> bool:
        somebody_came = super()._accept(listener)
        if not somebody_came and not self.alive:
            time.sleep(0.2)
        return somebody_came
