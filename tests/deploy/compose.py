"""Reads compose.yaml with a file of settings, as `docker compose` does: as much of it as we use."""

import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import yaml
from dotenv import dotenv_values

ROOT = Path(__file__).parents[2]
FILE = ROOT / "compose.yaml"
EXAMPLE = ROOT / "deploy" / "env.example"
WRITTEN = {  # what an operator writes into .env
    "PUBLIC_BASE_URL": "https://voice.example.com",
    "SECRET_KEY": "0" * 64,
    "POSTGRES_PASSWORD": "1" * 64,
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "2" * 32,
    "TWILIO_API_KEY_SID": "SK" + "0" * 32,
    "TWILIO_API_KEY_SECRET": "3" * 32,
    "TWILIO_TWIML_APP_SID": "AP" + "0" * 32,
}
_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")


class Compose:
    """The services, filled in with settings. Errors: `KeyError` for one that must be there."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings
        document = yaml.safe_load(_filled_in(FILE.read_text(), settings))
        self.services: dict[str, dict[str, Any]] = document["services"]

    def environment(self, name: str) -> dict[str, str]:
        """What a container of ours is given: .env, and above it what compose.yaml says."""
        service = self.services[name]
        assert [".env"] == service["env_file"]
        return dict(self._settings) | {
            key: str(text) for key, text in service["environment"].items()
        }

    def command(self, name: str) -> list[str]:
        """What follows the entry point."""
        return [str(word) for word in self.services[name]["command"]]


def example() -> dict[str, str]:
    """The settings that an operator begins with; those that are to be written are empty."""
    values = dotenv_values(stream=StringIO(EXAMPLE.read_text()), interpolate=False)
    return {name: value or "" for name, value in values.items()}


def _filled_in(text: str, settings: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name, kind, rest = found.groups()
        if settings.get(name):
            return settings[name]
        if kind != "-":
            raise KeyError(f"{name}: {rest}")
        return str(rest)

    return _VARIABLE.sub(value, text)
