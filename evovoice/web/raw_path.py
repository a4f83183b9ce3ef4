"""The path as it came over the wire, before anything was decoded for reading."""

from urllib.parse import quote

from flask import request


def raw_path_and_query() -> str:
    """Path and query, percent signs and all: what the carrier has signed."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or ""
    if raw.startswith("/"):
        return str(raw)
    return _requoted()


def raw_path() -> str:
    """The same without the query, which may hold what no log should."""
    return raw_path_and_query().partition("?")[0]


def _requoted() -> str:
    """For a server that hands over only the decoded path, or a whole address."""
    path = quote(request.environ.get("PATH_INFO", "").encode("latin-1"), safe="/~!$&'()*+,;=:@")
    query = request.environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path
