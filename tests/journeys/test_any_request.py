"""schemathesis over our own description: whatever is asked, the answer is one that it describes.

FUZZ_EXAMPLES says how many requests are made up for each operation beside the systematic ones.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    negative_data_rejection,
    positive_data_acceptance,
)

from evovoice.settings import Limits
from evovoice.web.operations import TABLE
from evovoice.web.servicestack.documents.openapi import openapi
from tests.journeys.stage import THIRD, Stage

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
CROWD = 6  # parties; with more the call is ended and a new one made
LIVE, ENDED, UNKNOWN = "s-live", "s-ended", "s-unknown"
AGENT, GUEST, STRANGER = "CA" + "1" * 32, "CA" + "2" * 32, "CA" + "3" * 32
SESSIONS, CALLS = [LIVE, ENDED, UNKNOWN], [AGENT, GUEST, STRANGER]
Node = dict[str, Any]


class Signpost:
    """The service as WSGI, with fixed names for what is there: a conference is always live."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self.key = stage, stage.key
        self._ended = self._conference()["id"]
        stage.request("DELETE", f"/sessions/{self._ended}")
        stage.pass_time(1)

    def __call__(self, environ: Node, start_response: Callable[..., Any]) -> Iterable[bytes]:
        names = self._names(self._conference())
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        body = _translated(body, names)
        environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        for part in ("PATH_INFO", "QUERY_STRING"):
            text = environ[part].encode("latin-1")
            environ[part] = _translated(text, names).decode("latin-1")
        answer = list(self._stage.app(environ, start_response))
        self._stage._drain()
        return answer

    def _conference(self) -> Node:
        """The live call, whatever the last request has done to it."""
        sessions: list[Node] = self._stage.get("/sessions/active")["sessions"]
        for one in sessions:
            if one["callState"] in {"Connected", "Hold"} and len(one["members"]) <= CROWD:
                return one
            self._stage.request("DELETE", f"/sessions/{one['id']}")
            self._stage.pass_time(1)
        self._stage.bridge_in()
        (session,) = self._stage.get("/sessions/active")["sessions"]
        body = {"destination": THIRD}
        self._stage.request("POST", f"/sessions/{session['id']}/conference/members", body)
        self._stage.pass_time(2)
        return dict(self._stage.get(f"/sessions/{session['id']}"))

    def _names(self, session: Node) -> dict[bytes, bytes]:
        calls = {one["role"]: one.get("callSid", STRANGER) for one in session["members"]}
        names = {
            LIVE: session["id"],
            ENDED: self._ended,
            AGENT: calls.get("Agent", STRANGER),
            GUEST: calls.get("Transfer", STRANGER),
        }
        return {name.encode(): real.encode() for name, real in names.items()}


class Door:
    """What schemathesis keeps for the whole run; it leads to the service of the present test."""

    service: Signpost

    def __call__(self, environ: Node, start_response: Callable[..., Any]) -> Iterable[bytes]:
        return self.service(environ, start_response)


def _translated(text: bytes, names: dict[bytes, bytes]) -> bytes:
    for name, real in names.items():
        text = text.replace(name, real)
    return text


def aimed(description: Node) -> Node:
    """Ids that lead somewhere, and answers that have no field but the described ones.

    Signed in by key alone: guessed passwords are slow, and limited.
    """
    description["security"] = [{"bearer": []}]
    for path in description["paths"].values():
        for operation in path.values():
            for one in operation["parameters"]:
                _aim(one["name"], one["schema"])
            for content in operation.get("requestBody", {"content": {}})["content"].values():
                # a name in another case is that name (C10), and no unknown one
                content["schema"]["additionalProperties"] = False
                for name, schema in content["schema"]["properties"].items():
                    _aim(name, schema)
    for schema in description["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return description


def _aim(name: str, schema: Node) -> None:
    known = {"sessionId": SESSIONS, "callSid": CALLS, "coaching": CALLS}.get(name)
    if known is not None:
        schema["enum"] = known


@pytest.fixture
def service(migrated_file: Path, tmp_path: Path) -> Iterator[Signpost]:
    """One for each operation."""
    file = shutil.copy(migrated_file, tmp_path / "evovoice.db")
    stage = Stage(f"sqlite:///{file}", limits=Limits(adds_per_minute=10**6, calls_at_once=10**6))
    keys = {"api_key_sid": "SK" + "4" * 32, "api_key_secret": "k" * 32}
    stage.settings = replace(stage.settings, twiml_app_sid="AP" + "4" * 32, **keys)
    stage.crash()  # and up again, with the settings that devices need
    DOOR.service = Signpost(stage)
    yield DOOR.service
    stage.close()


def what_fits_is_understood(_ctx: Any, response: Any, case: Any) -> None:
    """In place of schemathesis's own two checks.

    A destination may be a text, and still lead nowhere; and by the contract we understand more
    than we describe: flags as numbers (C12), lists as texts (C44), names in any case (C10).
    """
    if case.meta.generation.mode.is_positive and response.status_code == 400:
        code = response.json()["responseStatus"]["errorCode"]
        assert code != "SerializationException", response.text


DOOR = Door()
ENDING = [row for row in TABLE if not row.is_stream]  # for the end of a stream one waits in vain
schema = schemathesis.openapi.from_dict(aimed(openapi(ENDING)))
schema.app = DOOR


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_asked_the_answer_is_as_described(case: Any, service: Signpost) -> None:
    case.call_and_validate(
        headers={"Authorization": f"Bearer {service.key}"},
        excluded_checks=[positive_data_acceptance, negative_data_rejection],
        additional_checks=[what_fits_is_understood],
    )
