"""Each test of lines begins where nothing is known of a request or task."""

import pytest

from evovoice import logs


@pytest.fixture(autouse=True)
def nothing_is_known() -> None:
    """Services that another test called in this thread have bound what they did it for."""
    logs.only({})
