"""The bare Flask app: the same REST calls, or the same commit, and no other work at all."""

import os
import secrets
from contextlib import AbstractContextManager, nullcontext
from threading import Lock

from flask import Flask, Response, request
from sqlalchemy import Column, MetaData, String, Table, insert

from evovoice.carrier.twilio_http import twilio_client
from evovoice.storage.database.engine import engine_for

PAUSE = '<?xml version="1.0" encoding="UTF-8"?><Response><Pause length="14000"/></Response>'
_CONNECTIONS = 160  # as many as the service has
_LEG_EVENTS = ["initiated", "ringing", "answered", "completed"]
_ROOM_EVENTS = ["start", "end", "join", "leave", "mute", "hold", "modify"]

app = Flask(__name__, static_folder=None)
_callback = os.environ["PUBLIC_BASE_URL"] + "/bare/told"
_from = os.environ["BENCH_FROM"]
_client = twilio_client(
    account_sid=os.environ["TWILIO_ACCOUNT_SID"],
    auth_token=os.environ["TWILIO_AUTH_TOKEN"],
    api_base_url=os.environ["TWILIO_API_BASE_URL"],
    pool_size=_CONNECTIONS,
)
_engine = engine_for(os.environ["DATABASE_URL"])
_told = Table("bench_told", MetaData(), Column("key", String(64), primary_key=True))
_INSERT = insert(_told)
# one writer at a time, in line, as in the service: SQLite's own waiting is slow and unfair
_on_sqlite = _engine.dialect.name == "sqlite"
_turn: AbstractContextManager[object] = Lock() if _on_sqlite else nullcontext()
_told.metadata.create_all(_engine)
_engine.dispose()


@app.get("/healthz")
def health() -> Response:
    """Whether it is up."""
    return Response("ok")


@app.post("/bare/pause")
def pause() -> Response:
    """What a call to the bare app's number hears: nothing, for hours."""
    return Response(PAUSE, content_type="text/xml")


@app.post("/bare/add/<conference_sid>")
def add(conference_sid: str) -> Response:
    """One REST call."""
    return Response(_dial(conference_sid))


@app.post("/bare/first/<call_sid>/<conference_sid>")
def first(call_sid: str, conference_sid: str) -> Response:
    """Two REST calls."""
    _client.calls(call_sid).update(twiml=PAUSE)
    return Response(_dial(conference_sid))


@app.post("/bare/commit")
def commit() -> Response:
    """A form and one commit, as a status callback has."""
    _store(request.form["CallSid"])
    return Response(status=204)


@app.post("/bare/voice")
def voice() -> Response:
    """A form, one commit and a document, as a voice request has."""
    _store(request.form["CallSid"])
    return Response(PAUSE, content_type="text/xml; charset=utf-8")


def _store(text: str) -> None:
    with _turn, _engine.begin() as connection:
        connection.execute(_INSERT, {"key": f"{text[:20]}-{secrets.token_hex(12)}"})


def _dial(conference_sid: str) -> str:
    """A participant with every field that the service sends."""
    label = secrets.token_hex(14)
    answer = _client.conferences(conference_sid).participants.create(
        to="+12025550123", from_=_from, label=label, timeout=30, beep="false", early_media=True,
        start_conference_on_enter=True, end_conference_on_exit=False, wait_url="",
        status_callback=f"{_callback}/{label}#rc=3&rp=all", status_callback_event=_LEG_EVENTS,
        conference_status_callback=_callback, conference_status_callback_event=_ROOM_EVENTS,
    )  # fmt: skip
    return str(answer.call_sid)
