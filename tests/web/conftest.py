"""One web floor per test."""

import pytest

from tests.web.doubles import WebApp, web_app


@pytest.fixture
def web() -> WebApp:
    """The real Flask app over fake services."""
    return web_app()
