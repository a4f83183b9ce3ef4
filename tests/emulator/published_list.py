"""Writes the list of published operations: `python -m tests.emulator.published_list FOLDER DAY`.

FOLDER holds the OpenAPI descriptions of Twilio's public repository `twilio/twilio-oai`, as in its
`spec/json`. Of each operation only its host, path, verb and the names of its parameters are kept.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LIST = Path(__file__).parents[2] / "evovoice" / "emulator" / "published" / "operations.txt"
_VERBS = ("get", "post", "put", "patch", "delete")
_FORM = "application/x-www-form-urlencoded"
_HEADING = """\
# Twilio's REST operations: a host, its paths, and below each path its verbs with their parameters.
# `(json)`: the body is JSON. From twilio/twilio-oai, edition of {edition}, MIT (see LICENSE).
# Written by: python -m tests.emulator.published_list FOLDER {edition}
"""


def lines_of(descriptions: list[dict[str, Any]]) -> Iterator[str]:
    """The list, host by host and path by path."""
    paths = sorted(_paths(descriptions), key=lambda one: one[:2])
    before = ""
    for host, path, verbs in paths:
        if host != before:
            yield host
        before = host
        yield f" {path}"
        for verb in _VERBS:
            if verb in verbs:
                names = _parameters(verbs.get("parameters", []), verbs[verb])
                yield "  " + " ".join([verb.upper(), *names])


def _paths(descriptions: list[dict[str, Any]]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for description in descriptions:
        for path, verbs in description.get("paths", {}).items():
            servers = verbs.get("servers") or description["servers"]
            yield servers[0]["url"].removeprefix("https://"), path, _resolved(description, verbs)


def _resolved(description: dict[str, Any], verbs: dict[str, Any]) -> dict[str, Any]:
    """The operations of a path with the parameters that they only refer to."""
    for given in (verbs, *(verbs[verb] for verb in _VERBS if verb in verbs)):
        for place, one in enumerate(given.get("parameters", [])):
            if "$ref" in one:
                known = description["components"]["parameters"]
                given["parameters"][place] = known[one["$ref"].rpartition("/")[2]]
    return verbs


def _parameters(of_path: list[dict[str, Any]], operation: dict[str, Any]) -> list[str]:
    given = [*of_path, *operation.get("parameters", [])]
    names = [one["name"] for one in given if one["in"] == "query"]
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        names += body["schema"].get("properties", {}) if kind == _FORM else ["(json)"]
    return list(dict.fromkeys(names))


def main(folder: str, edition: str) -> None:
    """Write the list of the descriptions in that folder; `edition`: their day."""
    files = sorted(Path(folder).glob("*.json"))
    descriptions = [json.loads(path.read_text()) for path in files]
    LIST.write_text(_HEADING.format(edition=edition) + "\n".join(lines_of(descriptions)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
