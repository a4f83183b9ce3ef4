"""schemathesis at the server door: no 5xx, no answer outside Twilio's description."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from evovoice.emulator.rest.without_effect import MISSING

from .openapi_judge import tightened
from .outside_emulator import ACCOUNT, TOKEN, ask, emulator, sdk, wait_for
from .stories import CUSTOMER, OURS, THIRD

pytest.importorskip("schemathesis")

SECONDS = 20
REFUSED = {name for missing in MISSING.values() for name, one in missing.items() if one.is_refused}
CHECKS = (
    "not_a_server_error,response_schema_conformance,status_code_conformance,"
    "content_type_conformance"
)


def aimed(known: dict[str, str]) -> dict[str, Any]:
    """The description, with paths that often lead to something that is there.

    Its lists call their page addresses `uri`, yet Twilio's own examples have relative ones.
    """
    text = json.dumps(tightened()).replace('"format": "uri"', '"format": "uri-reference"')
    spec: dict[str, Any] = json.loads(text)
    for path in spec["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                _aim(operation.get("parameters", ()), known)
                _leave_out_refused(operation)
    return spec


def _leave_out_refused(operation: dict[str, Any]) -> None:
    """Parameters that are answered 501: that is no fault of the server."""
    for body in operation.get("requestBody", {}).get("content", {}).values():
        for name in REFUSED & set(body["schema"].get("properties", ())):
            del body["schema"]["properties"][name]


def _aim(parameters: list[dict[str, Any]], known: dict[str, str]) -> None:
    for one in parameters:
        if one["in"] == "path" and one["name"] == "AccountSid":
            one["schema"] = {"type": "string", "enum": [ACCOUNT]}
        elif one["in"] == "path":
            prefix = one["schema"].get("pattern", "^CF")[1:3]
            unknown = prefix + "0" * 32
            one["schema"] = {"type": "string", "enum": [known.get(prefix, unknown), unknown]}


def something_there(base: str) -> dict[str, str]:
    """A call, a conference with somebody in it, a number and an application."""
    client = sdk(base)
    application = "AP" + "d" * 32
    ask("PUT", f"{base}/_emulator/applications/{application}", {"voiceUrl": "http://127.0.0.1:9/"})
    client.conferences("fuzz").participants.create(to=THIRD, from_=OURS)
    wait_for(client.conferences.list)
    (call,) = client.calls.list(to=THIRD)
    found = {
        "CA": call.sid,
        "CF": client.conferences.list()[0].sid,
        "PN": client.incoming_phone_numbers.list()[0].sid,
        "AP": application,
    }
    client.http_client.session.close()
    return {prefix: str(sid) for prefix, sid in found.items()}


def test_fuzzing_finds_no_server_error_and_no_breach(tmp_path: Path) -> None:
    with emulator("--number", OURS, "--number", CUSTOMER, "--hold-phones", judged=False) as base:
        description = tmp_path / "description.json"
        description.write_text(json.dumps(aimed(something_there(base))))
        # verbs that the description leaves out may be Twilio's all the same: those are answered 501
        (tmp_path / "schemathesis.toml").write_text("[phases.coverage]\nunexpected-methods = []\n")
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "run", str(description)),
                *("--url", base, "--auth", f"{ACCOUNT}:{TOKEN}", "--checks", CHECKS),
                *("--max-time", str(SECONDS), "--max-examples", "30", "--generation-deterministic"),
                *("--phases", "examples,coverage,fuzzing", "--continue-on-failure"),
                *("--suppress-health-check", "all", "--warnings", "off", "--no-color"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=3 * SECONDS,
            check=False,
        )
        alive = ask("GET", f"{base}/healthz")
    assert 0 == done.returncode, done.stdout[-9000:]
    assert {"status": "ok"} == alive
