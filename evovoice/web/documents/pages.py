"""Where the documents are read; nobody has to sign in for them."""

import secrets
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from flask import Response, abort, make_response, render_template, request

from evovoice.web.answers import json_answer
from evovoice.web.auth import GuardedBlueprint, Policy
from evovoice.web.documents.openapi import openapi
from evovoice.web.documents.python_types import python_classes, python_module
from evovoice.web.documents.samples import sample_answer, sample_request
from evovoice.web.documents.shapes import name_of, properties
from evovoice.web.formats.kinds import Format
from evovoice.web.operation import Operation
from evovoice.web.operations import TABLE

Table = Iterable[Operation[Any]]

_BY_PACKAGE = "# The package brings these types itself."
_POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)


def documents_blueprint(table: Table = TABLE) -> GuardedBlueprint:
    """Everything that is derived from the table to be read."""
    documents = GuardedBlueprint("documents", Policy.OPEN, None, "templates")
    rows = list(table)
    description = cache(lambda: openapi(rows))
    _open(documents, "/openapi.json", "GetOpenApi", lambda: json_answer(description()))
    _open(documents, "/types/python", "GetPythonTypes", lambda: _python(rows))
    _open(documents, "/metadata", "GetMetadata", lambda: _index(rows))
    for kind in Format:
        _open(documents, f"/{kind}/metadata", f"GetMetadata{kind.title()}", _pages(rows, kind))
    return documents


def _open(
    documents: GuardedBlueprint, path: str, name: str, view: Callable[[], Response]
) -> None:  # fmt: skip
    documents.add_url_rule(path, name, view, methods=["GET"], provide_automatic_options=False)


def _python(rows: list[Operation[Any]]) -> Response:
    names = {name.strip().removesuffix(".*") for name in _asked("includetypes").split(",")}
    text = python_module(rows, names - {""} or None)
    return Response(text, content_type="text/plain; charset=utf-8")


def _index(rows: list[Operation[Any]]) -> Response:
    return _page("metadata.html", rows=rows, formats=list(Format))


def _pages(rows: list[Operation[Any]], kind: Format) -> Callable[[], Response]:
    """The view of one format: of the operation asked for, or of all."""
    by_name = {row.name.lower(): row for row in rows}

    def page() -> Response:
        name = _asked("op").lower()
        if not name:
            return _index(rows)
        if name not in by_name:
            abort(404)
        return _operation(by_name[name], kind)

    return page


def _operation(row: Operation[Any], kind: Format) -> Response:
    return _page(
        "operation.html",
        row=row,
        kind=kind,
        formats=list(Format),
        routes=[*row.routes, f"/api/{row.name}", f"/{kind}/reply/{row.name}"],
        fields=properties(type(row.takes)),
        answer=_answered(row),
        types=_types(row) if _asked("lang").lower() == "python" else None,
        sample=sample_request(row, kind).text,
        sample_answer=sample_answer(row, kind),
    )


def _answered(row: Operation[Any]) -> str:
    if row.answers is None:
        return "nothing (204)"
    name = name_of(type(row.answers))
    return f"events, each a {name}" if row.is_stream else name


def _types(row: Operation[Any]) -> str:
    return "\n\n\n".join(python_classes([row])) or _BY_PACKAGE


def _page(template: str, **shown: object) -> Response:
    nonce = secrets.token_urlsafe(16)
    response = make_response(render_template(template, nonce=nonce, **shown))
    response.headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce)
    return response


def _asked(name: str) -> str:
    """A word of the query, its name in any case (C10)."""
    words = {key.lower(): value for key, value in request.args.items()}
    return words.get(name, "")
