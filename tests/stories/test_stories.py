"""Some of the stories of `make stories`, always the same ones."""

import pytest

from tests.emulator.conftest import judge_exchanges
from tests.stories.stage import StoryStage
from tests.stories.steps import story
from tests.stories.world import World

# Many faults and most of the commands in little time.
SEEDS = (8, 13, 17, 26)


@pytest.mark.parametrize("seed", SEEDS)
def test_story_violates_nothing(seed: int, database_url: str) -> None:
    """Nobody is dropped, alone or rung twice; what is shown is so; answers are kept."""
    stage = StoryStage(database_url)
    try:
        played = World(stage).play(story(seed))
        judge_exchanges(stage.twilio)
    finally:
        stage.close()
    assert [] == [str(one) for one in played.violations], f"make stories SEED={seed}"
