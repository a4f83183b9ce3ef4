"""A stage for each journey, on both databases."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from evovoice.emulator.choices import Choices
from evovoice.settings import Limits
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.emulator.conftest import judge_exchanges
from tests.journeys.stage import Stage

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

NewStage = Callable[..., Stage]


@pytest.fixture
def new_stage(database_url: str) -> Iterator[NewStage]:
    """Builds the one stage of a test, with the emulator's switches and the service's limits.

    At its end Twilio's published description judges all that service and emulator exchanged.
    """
    stages: list[Stage] = []

    def build(
        choices: Choices | None = None, limits: Limits | None = None, **settings: Any
    ) -> Stage:
        stages.append(Stage(database_url, choices, limits, **settings))
        return stages[-1]

    yield build
    for stage in stages:
        judge_exchanges(stage.twilio)
        stage.close()
