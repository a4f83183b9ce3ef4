"""docs/operation.md is true: what it tells to search for is what the service says."""

import re
from pathlib import Path

import click
import pytest

from evovoice.cli import commands
from evovoice.services.explaining.wording import Say

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "operation.md").read_text()
PACKAGE = ROOT / "evovoice"
_QUOTED = r"`[^`]+`(?:(?:, | and )`[^`]+`)*"


def _named(word: str) -> list[str]:
    """Everything in backquotes behind that word."""
    lists = re.findall(rf"\b{word}(?: of the `CA…`:)? ({_QUOTED})", PAGE)
    lists += re.findall(rf"\b{word}, [^`|]*: ({_QUOTED})", PAGE)
    return [one for text in lists for one in re.findall(r"`([^`]+)`", text)]


def _sources(folder: Path = PACKAGE) -> str:
    files = [path for path in folder.rglob("*.py") if "emulator" not in path.parts]
    joined = "\n".join(path.read_text() for path in files)
    return re.sub(r'"\s+f?"', "", joined)  # a sentence may stand in several pieces


@pytest.mark.parametrize("said", sorted(set(_named("explain"))))
def test_sentences_of_session_explain_are_those_it_says(said: str) -> None:
    """Of its own, or the lines of the session's log that it passes on."""
    assert [one for one in Say if said in one.value] or said in _sources(PACKAGE / "domain")


def test_page_names_most_of_what_is_explained() -> None:
    assert 20 <= len(_named("explain"))
    assert 5 <= len(_named("metric"))
    assert 5 <= len(_named("log"))


@pytest.mark.parametrize("event", sorted(set(_named("log"))))
def test_lines_of_the_log_are_written_by_the_service(event: str) -> None:
    assert event in _sources()


@pytest.mark.parametrize("metric", sorted(set(_named("metric"))))
def test_metrics_are_counted_by_the_service(metric: str) -> None:
    assert metric in _sources()


@pytest.mark.parametrize(
    "words", sorted(set(re.findall(r"`evovoice ((?:[a-z]+(?:-[a-z]+)* ?)+)", PAGE)))
)
def test_commands_are_there(words: str) -> None:
    known: click.Command = commands
    for word in words.split():
        assert isinstance(known, click.Group)
        found = known.get_command(click.Context(known), word)
        assert found is not None
        known = found


def test_page_can_be_read_at_night_and_leads_to_its_own_headings() -> None:
    lines = PAGE.splitlines()
    assert len(lines) < 200
    headings = {re.sub(r"[^a-z -]", "", one[3:].lower()).replace(" ", "-")
                for one in lines if one.startswith("## ")}  # fmt: skip
    assert set(re.findall(r"\]\(#([a-z-]+)\)", PAGE)) <= headings
