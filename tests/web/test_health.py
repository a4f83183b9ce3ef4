"""What a platform is told of a process: alive, ready, and which check is not as it should be."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.sql import column, table
from werkzeug.test import TestResponse

from evovoice import __version__
from evovoice.carrier.port import CarrierUnreachable
from evovoice.domain.orders import HangUpLeg
from evovoice.storage.unit_of_work import Lease
from evovoice.web.api import health_blueprint
from evovoice.web.every_request import install
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.storage.builders import ringing_session
from tests.web.site import Site

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

AWAY = "postgresql://user:a-password@127.0.0.1:1/name"
OK = {"database": "ok", "migrations": "ok", "background": "ok", "orders": "ok", "carrier": "ok"}
VERSION = "1.2.3+abcdef0"
REVISIONS = table("alembic_version", column("version_num"))


@pytest.fixture
def site(database_url: str) -> Iterator[Site]:
    site = Site(database_url)
    yield site
    site.database.dispose()


def ask(site: Site, path: str = "/readyz", *, is_running: bool = True) -> TestResponse:
    """Ask a process whose background runs, or not."""
    app = Flask("health", static_folder=None)
    install(app, health_blueprint(site.context, lambda: is_running, VERSION))
    return app.test_client().get(path)


def checks(response: TestResponse) -> dict[str, str]:
    """The checks of a process that is not ready."""
    document: dict[str, Any] = response.get_json()
    assert (503, "failed") == (response.status_code, document["status"])
    found: dict[str, str] = document["checks"]
    return found


def order(site: Site, *, seconds_ago: float, lease: Lease | None = None) -> None:
    session = ringing_session()
    session.orders.append(HangUpLeg("l-1-s-1", "CA1"))
    session.modified_at = site.now
    with site.database.writing() as work:
        work.sessions.save(session, lease)
    site.later(seconds=seconds_ago)


def test_process_is_ready_where_every_check_is_well_c87(site: Site) -> None:
    response = ask(site)
    assert 200 == response.status_code
    assert {"status": "ok", "version": VERSION, "checks": OK} == response.get_json()
    assert "no-store" == response.headers["Cache-Control"]


def test_version_that_runs_is_told_also_where_it_is_not_ready_c87(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the service is built, with the commit that its platform names."""
    monkeypatch.setenv("EVOVOICE_COMMIT", "f99bdffcfa3e78642be36e570628b4e4daaf1002")
    site = Site(database_url)
    response = site.app.test_client().get("/readyz")
    site.database.dispose()
    assert 503 == response.status_code
    assert f"{__version__}+f99bdffcfa3e" == response.get_json()["version"]


def test_background_that_does_not_run_is_not_ready_c87(site: Site) -> None:
    assert OK | {"background": "failed"} == checks(ask(site, is_running=False))


def test_application_that_nobody_started_says_so_c87(site: Site) -> None:
    """As it is built: with the state of its own threads."""
    assert "failed" == checks(site.app.test_client().get("/readyz"))["background"]


def test_order_that_nobody_takes_up_is_not_ready_c87(site: Site) -> None:
    order(site, seconds_ago=29)
    assert 200 == ask(site).status_code
    site.later(seconds=2)
    assert OK | {"orders": "failed"} == checks(ask(site))


def test_order_that_is_being_carried_out_is_not_overdue_c87(site: Site) -> None:
    order(site, seconds_ago=0, lease=Lease("somebody", site.now.replace(year=site.now.year + 1)))
    site.later(seconds=60)
    assert 200 == ask(site).status_code


@pytest.mark.parametrize(
    "change", [update(REVISIONS).values(version_num="0001"), delete(REVISIONS)], ids=["old", "none"]
)
def test_database_without_all_migrations_is_not_ready_c87(site: Site, change: Any) -> None:
    with site.database.writing() as work:
        before = work.connection.execute(REVISIONS.select()).one().version_num
        work.connection.execute(change)
    try:
        assert OK | {"migrations": "failed", "orders": "unknown"} == checks(ask(site))
    finally:  # other tests use the database
        with site.database.writing() as work:
            work.connection.execute(delete(REVISIONS))
            work.connection.execute(REVISIONS.insert().values(version_num=before))


def test_database_that_is_away_is_told_without_its_address_c87() -> None:
    site = Site(AWAY)
    response = ask(site)
    expected = {"database": "failed", "migrations": "unknown", "orders": "unknown"}
    assert OK | expected == checks(response)
    assert "password" not in response.text
    assert 503 == ask(site, "/healthz").status_code


def test_carrier_that_is_away_shows_and_takes_no_process_out_of_service_c88(site: Site) -> None:
    """Callers whose webhooks still come are answered."""
    with pytest.raises(CarrierUnreachable), site.context.dispatch.availability.learning():
        raise CarrierUnreachable("no line")
    response = ask(site)
    shown = OK | {"carrier": "failed"}
    expected = {"status": "degraded", "version": VERSION, "checks": shown}
    assert (200, expected) == (response.status_code, response.get_json())
    assert OK | {"carrier": "failed", "background": "failed"} == checks(ask(site, is_running=False))


def test_process_lives_without_the_database_and_its_background_c87() -> None:
    response = ask(Site(AWAY), "/livez", is_running=False)
    assert (200, {"status": "ok"}) == (response.status_code, response.get_json())
