"""compose.yaml holds what it promises; `python -m tests.deploy` runs its commands."""

import re

import pytest
import yaml

from evovoice.cli import commands
from evovoice.settings import from_env
from tests.deploy.compose import EXAMPLE, FILE, ROOT, WRITTEN, Compose, example

FILLED_IN = Compose(example() | WRITTEN)
OURS = ("release", "web", "worker")


def test_only_this_machine_reaches_what_is_published_without_a_profile() -> None:
    ports = {name: one.get("ports", []) for name, one in FILLED_IN.services.items()
             if "profiles" not in one}  # fmt: skip
    assert {"web": ["127.0.0.1:8000:8000"]} == {name: text for name, text in ports.items() if text}


@pytest.mark.parametrize("name", ["SECRET_KEY", "POSTGRES_PASSWORD", "TWILIO_AUTH_TOKEN"])
def test_no_secret_is_written_down(name: str) -> None:
    assert "" == example()[name]
    assert not re.search(rf"{name}: +[^\s$]", FILE.read_text())


def test_settings_that_are_to_be_written_are_all_that_a_service_needs() -> None:
    """Whoever fills in the example has a service; who has not is told which one is missing."""
    assert set(example()) == set(WRITTEN)
    assert from_env(FILLED_IN.environment("web")).has_worker
    with pytest.raises(KeyError, match=r"POSTGRES_PASSWORD: write one into \.env"):
        Compose(example())


def test_environment_file_stays_out_of_git() -> None:
    assert ".env" in (ROOT / ".gitignore").read_text().split()
    assert EXAMPLE.name != ".env"


def test_tables_are_brought_up_to_date_once_before_anybody_serves() -> None:
    assert ["db", "upgrade"] == FILLED_IN.command("release")
    assert "no" == FILLED_IN.services["release"]["restart"]
    assert {"postgres": {"condition": "service_healthy"}} == (
        FILLED_IN.services["release"]["depends_on"]
    )
    for name in ("web", "worker"):
        needed = FILLED_IN.services[name]["depends_on"]
        assert {"condition": "service_completed_successfully"} == needed["release"]
        assert {"condition": "service_healthy"} == needed["postgres"]


@pytest.mark.parametrize("name", OURS)
def test_commands_are_those_of_the_program(name: str) -> None:
    assert FILLED_IN.command(name)[0] in commands.commands


@pytest.mark.parametrize("name", OURS)
def test_containers_can_write_nothing_and_gain_no_rights(name: str) -> None:
    service = FILLED_IN.services[name]
    assert service["read_only"] is True
    assert ["ALL"] == service["cap_drop"]
    assert ["no-new-privileges:true"] == service["security_opt"]


@pytest.mark.parametrize("name", ["web", "worker"])
def test_containers_are_given_the_time_that_the_service_asks_for(name: str) -> None:
    """The README: 30 seconds before SIGKILL."""
    assert int(FILLED_IN.services[name]["stop_grace_period"].removesuffix("s")) > 30


def test_data_outlives_the_containers() -> None:
    volumes = yaml.safe_load(FILE.read_text())["volumes"]
    for one in ("postgres-data:/var/lib/postgresql/data", "caddy-data:/data"):
        service = "postgres" if one.startswith("postgres") else "caddy"
        assert one in FILLED_IN.services[service]["volumes"]
        assert one.partition(":")[0] in volumes
