"""The Dockerfile holds what it promises; `python -m tests.deploy` carries it out."""

import re
from pathlib import Path

import pytest

from tests.deploy.dockerfile import Stage, sent_to_the_builder, stages

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Dockerfile").read_text()
STAGES = stages(TEXT)
IMAGE = STAGES[-1]


def _installs(stage: Stage) -> list[list[str]]:
    runs = [one.words({}) for one in stage.instructions if one.word == "RUN"]
    return [words for words in runs if "install" in words]


def test_what_is_installed_is_pinned_with_hashes_and_nothing_is_resolved_or_kept() -> None:
    (words,) = [words for stage in STAGES for words in _installs(stage)]
    assert {"--no-deps", "--require-hashes", "--no-cache-dir", "--only-binary=:all:"} < set(words)


def test_image_is_the_second_stage_and_runs_nothing_of_its_own() -> None:
    """pip's leftovers and whatever else building leaves behind stay in the first."""
    assert ["build", ""] == [stage.name for stage in STAGES]
    assert [] == [one.text for one in IMAGE.instructions if one.word == "RUN"]
    copies = [one.text for one in IMAGE.instructions if one.word == "COPY"]
    assert all(text.startswith("--from=build ") for text in copies)


def test_image_is_not_roots_whatever_a_platform_knows_of_names() -> None:
    user = IMAGE.last("USER").text
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user), user


@pytest.mark.parametrize("word", ["ENTRYPOINT", "CMD"])
def test_no_shell_stands_between_signals_and_the_program(word: str) -> None:
    assert IMAGE.last(word).is_exec_form


def test_health_check_asks_whether_it_is_alive() -> None:
    """By /livez: where the database is away, a restart of all processes helps nobody."""
    text = IMAGE.last("HEALTHCHECK").text
    assert "/livez" in text
    assert ' CMD ["' in text


def test_what_is_printed_is_seen_at_once_and_the_commit_is_known() -> None:
    values = {name: text for one in IMAGE.instructions if one.word in ("ENV", "LABEL")
              for name, text in one.pairs().items()}  # fmt: skip
    assert "1" == values["PYTHONUNBUFFERED"]
    assert "${COMMIT}" == values["EVOVOICE_COMMIT"]
    assert "${COMMIT}" == values["org.opencontainers.image.revision"]


def test_its_python_is_the_one_of_the_platforms_and_the_image_has_its_usual_name() -> None:
    version = (ROOT / ".python-version").read_text().strip()
    assert [f"python:{version}-slim"] * 2 == [stage.base for stage in STAGES]


def test_no_registry_or_index_is_named() -> None:
    addresses = re.findall(r"\w+://[^\s'\"]+", TEXT)
    assert ["http://127.0.0.1:"] == addresses


def test_builder_is_sent_the_package_and_the_locks_and_nothing_else() -> None:
    sent = sent_to_the_builder(ROOT, (ROOT / ".dockerignore").read_text())
    outside = {name for name in sent if not name.startswith(("evovoice/", "twiml_templates/"))}
    assert {"requirements.txt", "requirements-extras.txt"} == outside
    assert {"evovoice/__main__.py", "evovoice/web/favicon.svg"} < sent
    assert not [name for name in sent if "__pycache__" in name]


def test_ignored_is_what_the_last_line_that_fits_says(tmp_path: Path) -> None:
    for name in (".env", "a/b.py", "a/c/b.pyc", "a/__pycache__/b.py", "a/.env", "b.txt", "b.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    rules = "# all of it\n*\n\n!a\n!b.*\nb.md\n**/__pycache__\n**/*.pyc\n"
    assert {"a/b.py", "a/.env", "b.txt"} == sent_to_the_builder(tmp_path, rules)
