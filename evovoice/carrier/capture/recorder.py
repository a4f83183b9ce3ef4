"""Writes each webhook and each response of the REST API to a folder, for the tests to play."""

import json
import logging
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from evovoice.carrier.capture.files import make_folder, put_new
from evovoice.carrier.capture.masking import Masking

MOST_FILES = 10_000
_LOG = logging.getLogger(__name__)
_EVENTS = ("StatusCallbackEvent", "RecordingStatus", "DialCallStatus", "CallStatus")


@dataclass(frozen=True, slots=True)
class Webhook:
    """One genuine request of Twilio: `kind` says what for, `path` includes a query."""

    kind: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class RestAnswer:
    """One request of ours and what came back, after that many seconds."""

    method: str
    address: str
    query: Mapping[str, object]
    form: Mapping[str, object]
    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float


class Recorder:
    """Never fails and never disturbs: what cannot be kept is lost, with one line in the log.

    File names begin with the time in milliseconds, the process and a running index, so that
    they are in order and no two processes choose the same one.
    """

    def __init__(
        self,
        folder: Path,
        masking: Masking,
        clock: Callable[[], datetime],
        most_files: int = MOST_FILES,
    ) -> None:
        self._folder, self._masking, self._clock = folder, masking, clock
        self._most = most_files
        self._indexes = count(1)
        self._warned: set[str] = set()

    def webhook(self, webhook: Webhook) -> None:
        """Keep the form as `.form`, and path and headers beside it as `.json`."""
        self._safely(lambda: self._keep_webhook(webhook))

    def rest_answer(self, response: RestAnswer) -> None:
        """Keep request and answer in one `.json`."""
        self._safely(lambda: self._keep_answer(response))

    def _keep_webhook(self, webhook: Webhook) -> None:
        form = self._masking.form(webhook.body)
        about = {
            "method": "POST",
            "path": self._masking.text(webhook.path),
            "headers": self._masking.headers(webhook.headers),
        }
        name = self._name(f"{webhook.kind}-{_event(form)}")
        self._put({f"{name}.form": form, f"{name}.json": _json(about)})

    def _keep_answer(self, response: RestAnswer) -> None:
        parts = urlsplit(response.address)
        kept = {
            "method": response.method,
            "path": self._masking.text(parts.path),
            "query": self._masking.fields({**dict(parse_qsl(parts.query)), **response.query}),
            "form": self._masking.fields(response.form),
            "status": response.status,
            "seconds": round(response.seconds, 3),
            "headers": self._masking.headers(response.headers),
            "body": self._masking.json(response.body),
        }
        what = f"rest-{response.method}-{_resource(parts.path)}-{response.status}"
        self._put({f"{self._name(what)}.json": _json(kept)})

    def _name(self, what: str) -> str:
        at = int(self._clock().timestamp() * 1000)
        return f"{at}-p{os.getpid()}-{next(self._indexes):05}-{_in_name(what)}"

    def _put(self, files: Mapping[str, str]) -> None:
        make_folder(self._folder)
        if sum(1 for _ in self._folder.iterdir()) + len(files) > self._most:
            self._warn(f"{self._folder} is full: nothing more is kept of what Twilio sends")
            return
        for name, text in files.items():
            put_new(self._folder / name, text)

    def _safely(self, keep: Callable[[], None]) -> None:
        try:
            keep()
        except Exception as error:  # a call matters more than its record
            reason = error.strerror if isinstance(error, OSError) else type(error).__name__
            self._warn(f"What Twilio sends could not be kept in {self._folder}: {reason}")

    def _warn(self, sentence: str) -> None:
        if sentence not in self._warned:
            self._warned.add(sentence)
            _LOG.warning("%s", sentence)


def _event(form: str) -> str:
    told = dict(parse_qsl(form))
    return next((told[name] for name in _EVENTS if name in told), "")


def _resource(path: str) -> str:
    """`participants` of `…/Conferences/CF…/Participants/CA….json`."""
    names = [name.removesuffix(".json") for name in path.split("/")]
    return next((name for name in reversed(names) if name.isalpha()), "unknown")


def _in_name(text: str) -> str:
    """In small letters and hyphens; `ConferenceStatus` in two words."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", text).lower()
    return re.sub("[^a-z0-9]+", "-", words).strip("-")[:80]


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
