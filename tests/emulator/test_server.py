"""Door 2 as an outside user sees it: a process, the real SDK, and a tiny HTTP application."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.parse import parse_qsl
from urllib.request import urlopen

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from . import outside_emulator
from .outside_emulator import ACCOUNT, PATIENCE, TOKEN, ask, sdk, wait_for
from .stories import AGENT, CUSTOMER, OURS, THIRD, response

__all__ = ["ACCOUNT", "PATIENCE", "TOKEN", "TinyApp", "app", "ask", "emulator", "sdk", "wait_for"]


class TinyApp:
    """Bridges, converts, and remembers who told it what."""

    def __init__(self) -> None:
        self.received: list[tuple[str, dict[str, str]]] = []
        self.forged: list[str] = []
        app = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = app.take(self.path, self.rfile.read(length), self.headers)
                self.send_response(200)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"

    def take(self, path: str, body: bytes, headers: object) -> bytes:
        """Check the seal, note the form, answer."""
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        seal = headers["X-Twilio-Signature"]  # type: ignore[index]
        if not RequestValidator(TOKEN).validate(self.base + path, form, seal):
            self.forged.append(path)
        self.received.append((path, form))
        return self.document(path).encode()

    def document(self, path: str) -> str:
        """What to do with whoever calls."""
        if path == "/voice":
            number = f'<Number statusCallback="{self.base}/leg">{AGENT}</Number>'
            return response(f'<Dial action="/action" callerId="{OURS}">{number}</Dial>')
        return self.room() if path == "/action" else "<Response/>"

    def room(self) -> str:
        """Into the conference."""
        target = f'statusCallback="{self.base}/conf" statusCallbackEvent="start end join leave"'
        return response(f'<Dial><Conference waitUrl="" {target}>room</Conference></Dial>')

    def events(self) -> list[str]:
        """The conference events so far."""
        return [form["StatusCallbackEvent"] for path, form in self.received if path == "/conf"]


@pytest.fixture
def app() -> Iterator[TinyApp]:
    """The application, listening."""
    tiny = TinyApp()
    thread = threading.Thread(target=tiny.server.serve_forever, args=(0.01,))
    thread.start()
    yield tiny
    tiny.server.shutdown()
    thread.join()
    tiny.server.server_close()


@contextmanager
def emulator(app: TinyApp, *options: str) -> Iterator[str]:
    """The emulator's process, with a number that the application answers."""
    with outside_emulator.emulator(
        "--number", f"{OURS}={app.base}/voice,{app.base}/number", *options
    ) as base:
        yield base


def convert(client: Client, app: TinyApp, base: str) -> str:
    """A call comes in, is bridged, becomes a conference; returns its sid."""
    parent = ask("POST", f"{base}/_emulator/calls", {"from": CUSTOMER, "to": OURS})["callSid"]
    wait_for(lambda: client.calls.list(parent_call_sid=parent, status="in-progress"))
    (child,) = client.calls.list(parent_call_sid=parent)
    client.calls(child.sid).update(twiml=app.room())
    wait_for(lambda: "conference-start" in app.events())
    return str(client.conferences.list(friendly_name="room")[0].sid)


def close(client: Client) -> None:
    """Warnings are errors: leave no socket behind."""
    client.http_client.session.close()


def test_bridged_call_becomes_a_conference_of_three_in_real_time(app: TinyApp) -> None:
    with emulator(app, "--speed", "20", "--latency", "0.01") as base:
        client = sdk(base)
        room = convert(client, app, base)
        client.conferences(room).participants.create(from_=OURS, to=THIRD, label="third")
        wait_for(lambda: app.events().count("participant-join") == 3)
        state = ask("GET", f"{base}/_emulator/state")
        client.conferences(room).update(status="completed")
        wait_for(lambda: "conference-end" in app.events())
        log = ask("GET", f"{base}/_emulator/log")
        close(client)
    conferences = state["conferences"]
    assert isinstance(conferences, list)
    assert [None, None, "third"] == sorted(
        (one["label"] for one in conferences[0]["participants"]), key=str
    )
    assert {"rest", "webhooks", "signalling"} == set(log)
    assert [] == app.forged


def test_stepped_time_tells_the_whole_story_at_once(app: TinyApp) -> None:
    with emulator(app, "--speed", "0", "--seed", "5", "--hold-phones") as base:
        client = sdk(base, ACCOUNT, TOKEN)
        ask("PUT", f"{base}/_emulator/phones/{AGENT}", {"outcome": "answer", "answerAfter": 600})
        parent = ask("POST", f"{base}/_emulator/calls", {"from": CUSTOMER, "to": OURS})["callSid"]
        ask("POST", f"{base}/_emulator/time", {"advance": 3.0})
        ringing = client.calls.list(parent_call_sid=parent)[0]
        ask("POST", f"{base}/_emulator/calls/{ringing.sid}/answer")
        ask("POST", f"{base}/_emulator/time", {"advance": 60})
        ask("POST", f"{base}/_emulator/calls/{parent}/hangup")
        ask("POST", f"{base}/_emulator/time", {"advance": 1})
        ended = client.calls(str(parent)).fetch()
        close(client)
    assert ("ringing", "completed", "63") == (ringing.status, ended.status, ended.duration)
    assert {"/number", "/action"} <= {path for path, _ in app.received}


def test_devices_numbers_applications_and_faults_by_the_control_address(app: TinyApp) -> None:
    with emulator(app, "--speed", "20") as base:
        client = sdk(base)
        control = f"{base}/_emulator"
        sid = "AP" + "d" * 32
        ask("PUT", f"{control}/applications/{sid}", {"voiceUrl": f"{app.base}/voice"})
        ask("PUT", f"{control}/numbers/+15550002222", {"voiceUrl": f"{app.base}/voice"})
        params = {"params": {"To": AGENT}, "application": sid}
        call = ask("POST", f"{control}/devices/alice/connect", params)["callSid"]
        wait_for(lambda: client.calls(str(call)).fetch().status == "in-progress")
        ask("POST", f"{control}/faults", {"kind": "too-many-requests", "path": "*/Calls/*"})
        with pytest.raises(TwilioRestException) as caught:
            client.calls(str(call)).fetch()
        ask("POST", f"{control}/faults", {"kind": "hang", "rate": 0.0})
        (fault,) = ask("GET", f"{control}/faults")["faults"]
        ask("DELETE", f"{control}/faults")
        assert [] == ask("GET", f"{control}/faults")["faults"]
        assert {"status": "ok"} == ask("GET", f"{base}/healthz")
        close(client)
    assert (429, 20429) == (caught.value.status, caught.value.code)
    assert ("hang", 0, None) == (fault["kind"], fault["hits"], fault["left"])  # type: ignore[index]
    assert "client:alice" == app.received[0][1]["From"]


def test_whatever_the_path_the_answer_is_twilios(app: TinyApp) -> None:
    """A line break in it, too. Its date is the emulator's, whatever time it is here."""
    with emulator(app, "--speed", "0") as base:
        ask("POST", f"{base}/_emulator/time", {"advance": 86_400})
        with pytest.raises(HTTPError) as caught:
            urlopen(f"{base}/2010-04-01/Accounts/a%0A/Calls/b%2Fc.json", timeout=PATIENCE)
        now = ask("GET", f"{base}/_emulator/state")["now"]
    with caught.value as answer:
        assert (401, "application/json") == (answer.code, answer.headers.get_content_type())
        date = parsedate_to_datetime(answer.headers["Date"])
    assert datetime.fromisoformat(str(now)).replace(microsecond=0) == date
