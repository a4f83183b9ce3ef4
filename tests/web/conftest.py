"""One web floor per test."""

import pytest

from tests.web.doubles import House, house


@pytest.fixture
def web() -> House:
    """The real Flask app over fake services."""
    return house()
