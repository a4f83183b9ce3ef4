"""`python -m tests.bench.formats`: what formats cost beside `json.dumps` of the same dictionary.

The whole service in process, on SQLite. Both sides run the same requests in turns, request by
request; the plain side neither rewrites addresses nor chooses a format. The add is the cheapest
there is: a party that has been added already, so nothing is dialled and the share is the largest.
"""

import gc
import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from flask import Response
from werkzeug.test import EnvironBuilder

from evovoice.settings import Limits
from evovoice.storage.migrations.upgrade import upgrade
from evovoice.web import serving
from tests.journeys.stage import THIRD, Stage

_BAR = 1.15
_ROUNDS = 400
_KINDS = {
    "json": "application/json",
    "csv": "text/csv",
    "jsv": "application/jsv",
    "xml": "application/xml",
}
_Ask = Callable[[], None]


def main() -> int:
    """Print a line for each route and format; 1 where the bar is missed."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/evovoice.db"
        upgrade(url)
        stage = Stage(url, limits=Limits(adds_per_minute=1_000_000, calls_at_once=1_000_000))
        stage.bridge_in()
        path = f"/sessions/{stage.session()['id']}"
        answered = stage.request("POST", f"{path}/conference/members", {"destination": THIRD})
        assert answered.status_code == 200, answered.text
        ratios = [
            _measure(stage, verb, route, kind)
            for verb, route in (("GET", path), ("POST", f"{path}/conference/members"))
            for kind in _KINDS
        ]
        stage.close()
    return int(max(ratios) > _BAR)


def _measure(stage: Stage, verb: str, path: str, kind: str) -> float:
    ours = _asking(stage.app.wsgi_app, stage.key, verb, path, _KINDS[kind])
    bare = _plain(_asking(_inner(stage.app.wsgi_app), stage.key, verb, path, _KINDS[kind]))
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(20):
        ours(), bare()
    gc.disable()
    for _ in range(_ROUNDS):
        times["bare"].append(_timed(bare))
        times["ours"].append(_timed(ours))
    gc.enable()
    slow, fast = statistics.median(times["ours"]), statistics.median(times["bare"])
    line = {"route": verb, "format": kind, "plain_us": round(fast), "us": round(slow)}
    print(json.dumps({**line, "ratio": round(slow / fast, 3), "bar": _BAR}))
    return slow / fast


def _asking(app: Any, key: str, verb: str, path: str, accept: str) -> _Ask:
    headers = {"Authorization": f"Bearer {key}", "Accept": accept}
    body = {"destination": THIRD} if verb == "POST" else None
    environ = EnvironBuilder(method=verb, path=path, headers=headers, json=body).get_environ()
    raw = environ["wsgi.input"].read()

    def ask() -> None:
        statuses: list[str] = []
        b"".join(
            app(
                {**environ, "wsgi.input": io.BytesIO(raw)},
                lambda status, *_: statuses.append(status),
            )
        )
        assert statuses[0].startswith("200"), statuses

    return ask


def _inner(addressing: Any) -> Any:
    return addressing._app


def _plain(ask: _Ask) -> _Ask:
    def plain() -> None:
        ours, serving.response_of = serving.response_of, _dumped
        try:
            ask()
        finally:
            serving.response_of = ours

    return plain


def _dumped(_operation: str, schema: Any, value: object) -> Response:
    return Response(json.dumps(schema.dump(value)), content_type="application/json")


def _timed(ask: _Ask) -> float:
    started = time.perf_counter()
    ask()
    return (time.perf_counter() - started) * 1e6


if __name__ == "__main__":
    sys.exit(main())
