"""The address as the carrier signed it, under every server that may stand in front."""

from typing import Any

import pytest
from flask import Flask

from evovoice.web.raw_path import raw_path, raw_path_and_query

RAW = "/a%2Fb/c+d%20e?x=%C3%A9&y=1+2&x=3"


def _read(environ: dict[str, Any]) -> tuple[str, str]:
    with Flask("test").test_request_context("/other", environ_overrides=environ):
        return raw_path_and_query(), raw_path()


@pytest.mark.parametrize("name", ["RAW_URI", "REQUEST_URI"])
def test_server_hands_over_what_came_in(name: str) -> None:
    """gunicorn calls it RAW_URI, others REQUEST_URI."""
    assert (RAW, "/a%2Fb/c+d%20e") == _read({"RAW_URI": "", "REQUEST_URI": "", name: RAW})


@pytest.mark.parametrize("raw", ["", "https://voice.example.com/x?y=1", "*"])
def test_without_it_the_decoded_path_is_quoted_again(raw: str) -> None:
    environ = {
        "RAW_URI": raw,
        "REQUEST_URI": "",
        "PATH_INFO": "/é/a b".encode().decode("latin-1"),
        "QUERY_STRING": "x=%C3%A9&y=1+2",
    }
    assert ("/%C3%A9/a%20b?x=%C3%A9&y=1+2", "/%C3%A9/a%20b") == _read(environ)
    assert "/%C3%A9/a%20b" == _read({**environ, "QUERY_STRING": ""})[0]
