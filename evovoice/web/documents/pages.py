"""Where the documents are read; nobody has to sign in for them."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from flask import Response

from evovoice.web.answers import json_answer
from evovoice.web.auth import GuardedBlueprint, Policy
from evovoice.web.documents.openapi import openapi
from evovoice.web.operation import Operation
from evovoice.web.operations import TABLE

Table = Iterable[Operation[Any]]


def documents_blueprint(table: Table = TABLE) -> GuardedBlueprint:
    """Everything that is derived from the table to be read."""
    documents = GuardedBlueprint("documents", Policy.OPEN, None, "templates")
    description = cache(lambda: openapi(table))

    def get_openapi() -> Response:
        return json_answer(description())

    _open(documents, "/openapi.json", "GetOpenApi", get_openapi)
    return documents


def _open(documents: GuardedBlueprint, path: str, name: str, view: Any) -> None:  # noqa: ANN401
    documents.add_url_rule(path, name, view, methods=["GET"], provide_automatic_options=False)
