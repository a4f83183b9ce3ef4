"""Where the documents are read; nobody has to sign in for them."""

import secrets
from collections.abc import Callable, Iterable
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, make_response, render_template, request

from evovoice.web.auth import GuardedBlueprint, Policy
from evovoice.web.servicestack.documents import VERSION
from evovoice.web.servicestack.documents.json_schema import (
    Kind,
    Property,
    name_of,
    needed_by,
    properties,
)
from evovoice.web.servicestack.documents.languages import Language, language_named
from evovoice.web.servicestack.documents.openapi import openapi
from evovoice.web.servicestack.documents.openapi_responses import Node
from evovoice.web.servicestack.documents.samples import sample_request, sample_response
from evovoice.web.servicestack.documents.try_it import groups, type_title, types
from evovoice.web.servicestack.formats.kinds import SENT_AS, Format
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.response_schema import ResponseSchema
from evovoice.web.servicestack.responses import json_response

Table = Iterable[Operation[Any]]

_TEMPLATES = Path(__file__).with_name("templates")
_BY_PACKAGE = "The package brings these types itself."
_POLICY = (
    "default-src 'none'; style-src 'nonce-{nonce}'; img-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)
_TO_TRY = "; script-src 'nonce-{nonce}'; connect-src 'self'"


def documents_blueprint(table: Table, base_url: str = "") -> GuardedBlueprint:
    """Everything that is derived from the table to be read; `base_url` is where we are found."""
    documents = GuardedBlueprint("documents", Policy.OPEN, None, str(_TEMPLATES))
    rows = list(table)
    host = urlsplit(base_url).netloc or "localhost"
    description = cache(lambda: openapi(rows))
    _open(documents, "/openapi.json", "GetOpenApi", lambda: json_response(description()))
    for one in Language:
        _open(documents, f"/types/{one}", f"GetTypes{one.title()}", _types_in(one, rows, base_url))
    _open(documents, "/metadata", "GetMetadata", lambda: _index(rows))
    _open(documents, "/docs", "GetDocs", lambda: _docs(rows, description()))
    _open(documents, "/docs/page.js", "GetDocsScript", _script)
    for kind in Format:
        _open(
            documents, f"/{kind}/metadata", f"GetMetadata{kind.title()}", _pages(rows, kind, host)
        )
    return documents


def _open(documents: GuardedBlueprint, path: str, name: str, view: Callable[[], Response]) -> None:
    documents.add_url_rule(path, name, view, methods=["GET"], provide_automatic_options=False)


def _types_in(
    language: Language, rows: list[Operation[Any]], base_url: str
) -> Callable[[], Response]:
    """The view of all types in that language, or of those asked for."""

    def types() -> Response:
        names = {name.strip().removesuffix(".*") for name in _asked("includetypes").split(",")}
        text = language.module(rows, base_url, names - {""} or None)
        return Response(text, content_type="text/plain; charset=utf-8")

    return types


def _index(rows: list[Operation[Any]]) -> Response:
    return _page("metadata.html", rows=rows, formats=list(Format), languages=list(Language))


def _pages(rows: list[Operation[Any]], kind: Format, host: str) -> Callable[[], Response]:
    """The view of one format: of the operation asked for, or of all."""
    by_name = {row.name.lower(): row for row in rows}

    def page() -> Response:
        name = _asked("op").lower()
        if not name:
            return _index(rows)
        if name not in by_name:
            abort(404)
        return _operation(by_name[name], kind, host)

    return page


def _operation(row: Operation[Any], kind: Format, host: str) -> Response:
    language = language_named(_asked("lang"))
    return _page(
        "operation.html",
        row=row,
        kind=kind,
        formats=list(Format),
        language=language,
        languages=list(Language),
        routes=[*row.routes, f"/api/{row.name}", f"/{kind}/reply/{row.name}"],
        fields=properties(type(row.request_schema)),
        response=None if row.response_schema is None else name_of(type(row.response_schema)),
        made_of=_made_of(row),
        types=_types(row, language),
        sample=sample_request(row, kind).text(host),
        sample_response=sample_response(row, kind),
    )


def _types(row: Operation[Any], language: Language | None) -> str | None:
    if language is None:
        return None
    return "\n\n".join(language.classes([row])) or _BY_PACKAGE


def _made_of(row: Operation[Any]) -> list[tuple[str, list[Property], list[str]]]:
    """The types of the response, the whole before its parts: name, fields, or an enum's names."""
    if row.response_schema is None:
        return []
    return [_shown(of) for of in reversed(needed_by([Kind(type(row.response_schema))]))]


def _shown(of: type[Enum] | type[ResponseSchema]) -> tuple[str, list[Property], list[str]]:
    if issubclass(of, ResponseSchema):
        return name_of(of), properties(of), []
    return name_of(of), [], [str(one.value) for one in of]


def _docs(rows: list[Operation[Any]], description: Node) -> Response:
    return _page(
        "docs.html",
        _POLICY + _TO_TRY,
        version=VERSION,
        about=description["info"]["description"],
        languages=list(Language),
        formats=[SENT_AS[kind].partition(";")[0] for kind in Format],
        groups=groups(description, rows),
        types=types(description),
        type_title=type_title,
    )


def _script() -> Response:
    text = (_TEMPLATES / "docs.js").read_bytes()
    return Response(text, content_type="text/javascript; charset=utf-8")


def _page(template: str, policy: str = _POLICY, **shown: object) -> Response:
    nonce = secrets.token_urlsafe(16)
    response = make_response(render_template(template, nonce=nonce, **shown))
    response.headers["Content-Security-Policy"] = policy.format(nonce=nonce)
    return response


def _asked(name: str) -> str:
    """A word of the query, its name in any case (C10)."""
    words = {key.lower(): value for key, value in request.args.items()}
    return words.get(name, "")
