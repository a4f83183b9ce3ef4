"""Counts every request by its operation and the class of its status, with its duration."""

from time import perf_counter

from flask import Flask, Response, g, request

from evovoice import metrics


def install_request_metrics(app: Flask) -> None:
    """Have each request counted once its response begins."""
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.counted_from = perf_counter()


def _finish(response: Response) -> Response:
    """An address that nothing answers is no label: anybody can make up more of them."""
    took = perf_counter() - g.get("counted_from", perf_counter())
    operation = (request.endpoint or "none").rpartition(".")[2]
    status = f"{response.status_code // 100}xx"
    metrics.REQUESTS.labels(operation, status).observe(took)
    return response
