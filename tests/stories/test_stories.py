"""Some of the stories of `make stories`, always the same ones."""

import pytest

from tests.emulator.conftest import judge_exchanges
from tests.stories.known_faults import is_known
from tests.stories.stage import StoryStage
from tests.stories.steps import story
from tests.stories.world import World


@pytest.mark.parametrize("seed", range(1, 12))
def test_story_violates_nothing(seed: int, database_url: str) -> None:
    """Nobody is dropped, alone or rung twice; what is shown is so; answers are kept."""
    stage = StoryStage(database_url)
    try:
        played = World(stage).play(story(seed))
        judge_exchanges(stage.twilio)
    finally:
        stage.close()
    violations = [str(one) for one in played.violations]
    assert [] == [one for one in violations if not is_known(one)], f"make stories SEED={seed}"
