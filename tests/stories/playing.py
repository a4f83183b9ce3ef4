"""Plays stories, each on an empty database."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from evovoice.storage.migrations.upgrade import upgrade
from tests.databases import empty
from tests.stories.shrinking import shrunk
from tests.stories.stage import StoryStage
from tests.stories.steps import Step
from tests.stories.world import Played, World

NewDatabase = Callable[[], str]


def in_files(folder: Path) -> NewDatabase:
    """An SQLite file in that folder, made anew each time."""
    migrated, used = folder / "migrated.db", folder / "used.db"
    upgrade(f"sqlite:///{migrated}")

    def new() -> str:
        for left in folder.glob("used.db*"):
            left.unlink()
        shutil.copy(migrated, used)
        return f"sqlite:///{used}"

    return new


def in_database(url: str) -> NewDatabase:
    """That database, emptied each time."""

    def new() -> str:
        empty(url)
        return url

    return new


def play(steps: Sequence[Step], new_database: NewDatabase, until: str | None = None) -> Played:
    """One story from an empty database to its end, or to a violation that begins so."""
    stage = StoryStage(new_database())
    try:
        return World(stage, until).play(steps)
    finally:
        stage.close()


def smallest(steps: Sequence[Step], violation: str, new_database: NewDatabase) -> list[Step]:
    """The smallest story found in it that violates the same invariant, told by its beginning."""

    def fails(fewer: Sequence[Step]) -> bool:
        return play(fewer, new_database, violation).violates(violation)

    return shrunk(steps[: play(steps, new_database, violation).steps], fails)
