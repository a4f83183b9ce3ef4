"""The worker with deadlines that a test can wait for, and one that no test can overlook."""

from evovoice.gunicorn_worker import PatientWorker


class HastyWorker(PatientWorker):
    """As in production, but sooner; a thread that waits for a client waits for long."""

    head_seconds, body_seconds = 4.0, 8.0
    write_seconds = 30.0
