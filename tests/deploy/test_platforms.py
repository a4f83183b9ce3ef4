"""What platforms and GitHub read: app.json, Procfile, .python-version, workflow, updates."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from evovoice.settings import from_env
from tests.deploy.compose import WRITTEN

ROOT = Path(__file__).parents[2]
APP = json.loads((ROOT / "app.json").read_text())
PROCFILE = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())
WORKFLOW = (ROOT / ".github" / "workflows" / "test.yml").read_text()
UPDATES = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text())
LIKE_HEROKU = """
from evovoice.carrier.twiml import TwimlWriter
TwimlWriter("https://voice.example.com")
print(__import__("evovoice").__file__)
"""


def test_procfile_has_release_web_and_worker() -> None:
    module = "python -m evovoice"
    expected = {"release": "db upgrade", "web": "serve", "worker": "worker"}
    assert {name: f"{module} {words}" for name, words in expected.items()} == PROCFILE


def test_app_json_runs_what_is_in_the_procfile() -> None:
    assert set(APP["formation"]) == set(PROCFILE) - {"release"}


def test_app_json_asks_for_what_a_service_needs_and_no_more() -> None:
    """A database comes with its address; every name is one that the README lists."""
    env: dict[str, dict[str, str]] = APP["env"]
    asked = {name for name, one in env.items() if not {"value", "generator"} & set(one)}
    assert asked == set(WRITTEN) - {"SECRET_KEY", "POSTGRES_PASSWORD"}
    given = {name: one["value"] for name, one in env.items() if "value" in one}
    settings = from_env({**WRITTEN, **given})
    assert (1, True) == (settings.proxies, settings.has_worker)
    named = set(re.findall(r"`([A-Z_]+)`", (ROOT / "README.md").read_text()))
    assert set(env) <= named


def test_connections_of_app_json_fit_the_plan_with_old_and_new_side_by_side() -> None:
    """Two web processes and a worker, twice, an upgrade and a command, of 20 (the README's table).

    Of one dyno each: more of them need a larger plan.
    """
    each = int(APP["env"]["EVOVOICE_DATABASE_CONNECTIONS"]["value"])
    assert 2 * 3 * each + 2 <= 20
    assert [1, 1] == [one["quantity"] for one in APP["formation"].values()]


def test_python_of_the_platforms_is_supported() -> None:
    """Without a third number: they take the newest of it, with its security fixes."""
    version = (ROOT / ".python-version").read_text()
    assert re.fullmatch(r"3\.\d+\n", version)
    least = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert tuple(map(int, version.split("."))) >= tuple(map(int, least.strip(">=").split(".")))


def test_service_runs_from_its_folder_where_the_package_is_not_installed(tmp_path: Path) -> None:
    """A platform installs requirements.txt and nothing else: templates are found all the same."""
    for name in ("evovoice", "twiml_templates"):
        (tmp_path / name).symlink_to(ROOT / name)
    run = subprocess.run(
        [sys.executable, "-c", LIKE_HEROKU], cwd=tmp_path, env={}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert str(tmp_path / "evovoice" / "__init__.py") == run.stdout.strip()


# --- GitHub --------------------------------------------------------------------------------------


def _steps() -> list[dict[str, Any]]:
    return [step for job in yaml.safe_load(WORKFLOW)["jobs"].values() for step in job["steps"]]


def test_workflow_may_read_and_nothing_more() -> None:
    assert {"contents": "read"} == yaml.safe_load(WORKFLOW)["permissions"]
    assert [] == [job for job in yaml.safe_load(WORKFLOW)["jobs"].values() if "permissions" in job]


def test_actions_are_pinned_by_commit_and_keep_no_credentials() -> None:
    """A tag can be moved."""
    used = [step for step in _steps() if "uses" in step]
    assert used
    assert [] == [one for one in used if not re.search(r"@[0-9a-f]{40}$", one["uses"])]
    assert all(re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)
               for line in WORKFLOW.splitlines() if "uses:" in line)  # fmt: skip
    checkouts = [one for one in used if one["uses"].startswith("actions/checkout@")]
    assert all(one["with"]["persist-credentials"] is False for one in checkouts)


def test_every_supported_python_is_tried_and_the_history_is_there() -> None:
    job = yaml.safe_load(WORKFLOW)["jobs"]["test"]
    assert ["3.11", "3.12", "3.13", "3.14"] == job["strategy"]["matrix"]["python"]
    assert 0 == job["steps"][0]["with"]["fetch-depth"]
    assert ".ci/run" in [step.get("run") for step in job["steps"]]


def test_targets_that_the_workflow_makes_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text()
    made = re.findall(r"make ([\w-]+)", "\n".join(step.get("run", "") for step in _steps()))
    assert made
    assert [] == [name for name in made if not re.search(rf"(?m)^{name}:", makefile)]


def test_nothing_that_was_published_yesterday_is_proposed() -> None:
    assert all(one["cooldown"] == {"default-days": 7} for one in UPDATES["updates"])
    kinds = {one["package-ecosystem"] for one in UPDATES["updates"]}
    assert {"pip", "npm", "github-actions", "docker", "docker-compose"} == kinds


@pytest.mark.parametrize(
    "name",
    ["Dockerfile", "compose.yaml", "app.json", ".github/workflows/test.yml",
     ".github/dependabot.yml", "Procfile", "deploy/Caddyfile", "deploy/env.example"],
)  # fmt: skip
def test_no_index_or_registry_is_named(name: str) -> None:
    """Where packages and images come from is the business of the machine."""
    addresses = re.findall(r"\w+://[\w.-]+", (ROOT / name).read_text())
    ours = ("http://127.0.0.1", "https://voice.example.com", "postgresql://evovoice")
    assert [] == [one for one in addresses if one not in ours]
    assert "registry" not in (ROOT / name).read_text()
