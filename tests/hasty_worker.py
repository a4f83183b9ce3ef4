"""The worker with deadlines that a test can wait for."""

from evovoice.gunicorn_worker import PatientWorker


class HastyWorker(PatientWorker):
    """As in production, but sooner."""

    head_seconds, body_seconds = 4.0, 8.0
