"""`GET /metrics`: who may ask, what a scrape tells of a process, and what never stands in it."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from evovoice import __version__
from evovoice.domain.orders import HangUpLeg
from evovoice.metrics.instruments import CATALOGUE, REGISTRY
from evovoice.services.figures import PresentFigures
from evovoice.services.live.listener import Interest
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.scrapes import AS_SCRAPER, TOKEN, Increase, values_of
from tests.storage.builders import ringing_session
from tests.web.site import ANN, Site

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]


@pytest.fixture
def site(database_url: str) -> Iterator[Site]:
    site = Site(database_url, metrics_token=TOKEN)
    site.furnish()
    yield site
    site.database.dispose()


def ask(site: Site, verb: str = "GET", **headers: str) -> TestResponse:
    return site.ask(site.plain(), verb, "/metrics", headers=headers)


def scrape(site: Site) -> Callable[[], str]:
    return lambda: str(ask(site, **AS_SCRAPER).text)


# --- who may ask ----------------------------------------------------------------------------------


def test_whoever_has_the_token_is_told_every_metric_c89(site: Site) -> None:
    response = ask(site, **AS_SCRAPER)
    assert 200 == response.status_code
    assert response.content_type.startswith("text/plain; version=")
    told = {line.split()[2] for line in response.text.splitlines() if line.startswith("# TYPE")}
    assert {entry.name for entry in CATALOGUE} <= told


@pytest.mark.parametrize("kind", ["application/openmetrics-text", "text/plain"])
@pytest.mark.parametrize("version", ["x", "1..", '"1.0.0"'])
def test_version_that_nobody_can_read_gets_plain_text_c89(
    site: Site, kind: str, version: str
) -> None:
    response = ask(site, **AS_SCRAPER, Accept=f"{kind}; version={version}")
    assert 200 == response.status_code
    assert "evovoice_database_up 1.0" in response.text


@pytest.mark.parametrize(
    "shown",
    [
        "",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        "Bearer",
        "Bearer ",
        TOKEN,
        f"Basic {TOKEN}",
        "Bearer ä€𝄞",
        "Bearer \udce9",
    ],
)
def test_any_other_token_is_refused_c89(site: Site, shown: str) -> None:
    headers = {"Authorization": shown} if shown else {}
    response = ask(site, **headers)
    assert (401, "Unauthorized") == (
        response.status_code,
        response.get_json()["responseStatus"]["errorCode"],
    )
    assert 'Bearer realm="/metrics"' == response.headers["WWW-Authenticate"]
    assert "evovoice_" not in response.text


def test_key_of_an_administrator_is_no_token_c89(site: Site) -> None:
    assert 401 == ask(site, Authorization=f"Bearer {site.key}").status_code


def test_kind_of_the_credentials_is_read_in_any_case_c89(site: Site) -> None:
    assert 200 == ask(site, Authorization=f"bearer {TOKEN}").status_code


def test_nothing_answers_without_the_setting_c89(database_url: str) -> None:
    site = Site(database_url)
    assert 404 == ask(site, **AS_SCRAPER).status_code
    site.database.dispose()


@pytest.mark.parametrize("verb", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_metrics_are_only_read_c89(site: Site, verb: str) -> None:
    assert 405 == ask(site, verb, **AS_SCRAPER).status_code


def test_a_scraper_that_asks_for_open_metrics_gets_them_c89(site: Site) -> None:
    response = ask(site, Accept="application/openmetrics-text; version=1.0.0", **AS_SCRAPER)
    assert response.content_type.startswith("application/openmetrics-text")
    assert response.text.endswith("# EOF\n")


# --- what a scrape tells --------------------------------------------------------------------------


def test_requests_are_counted_by_operation_and_never_by_path_c89(site: Site) -> None:
    increase = Increase(scrape(site))
    as_ann = {"Authorization": f"Bearer {site.key}"}
    site.ask(site.plain(), "GET", "/sessions/s-12025550123", headers=as_ann)
    for path in ("/nobody/+12025550123", "/sessions/%00", "/%2B12025550124"):
        site.ask(site.plain(), "GET", path, headers=as_ann)
    name = "evovoice_http_request_seconds_count"
    assert 2 == increase.of(name, operation="GetSession", status="4xx")
    assert 2 == increase.of(name, operation="none", status="4xx")
    assert "20255501" not in scrape(site)()


def test_refused_sign_ins_are_counted_by_their_reason_c89(site: Site) -> None:
    increase, name = Increase(scrape(site)), "evovoice_sign_ins_refused_total"
    wrong = {"provider": "credentials", "userName": ANN.email, "password": "wrong"}
    site.ask(site.client(), "POST", "/auth/credentials", json=wrong)
    unknown = {"Authorization": "Bearer ak-unknown"}
    assert 401 == site.ask(site.plain(), "GET", "/sessions", headers=unknown).status_code
    assert 1 == increase.of(name, reason="wrong_password")
    assert 1 == increase.of(name, reason="unknown_key")
    assert 0 == increase.of(name, reason="too_many")
    statuses = {401}
    while 429 not in statuses:
        guess = {**wrong, "password": f"wrong {len(statuses)}"}
        response = site.ask(site.client(), "POST", "/auth/credentials", json=guess)
        statuses.add(response.status_code)
    assert 1 == increase.of(name, reason="too_many")


def test_forged_webhook_is_counted_c89(site: Site) -> None:
    increase, name = Increase(scrape(site)), "evovoice_webhook_signatures_refused_total"
    forged = {"X-Twilio-Signature": "forged"}
    path = "/twilio/voice/incoming"
    site.ask(site.plain(), "POST", path, data={"CallSid": "CA1"}, headers=forged)
    assert 1 == increase.of(name)


def test_open_streams_and_places_are_told_c89(site: Site) -> None:
    increase = Increase(scrape(site))
    assert 0 == increase.now("evovoice_event_streams")
    assert 100 == increase.now("evovoice_event_stream_places")
    feed = site.context.live_feed
    listeners = [feed.join(Interest(ANN)) for _ in range(2)]
    assert 2 == increase.now("evovoice_event_streams")
    for listener in listeners:
        feed.leave(listener)
    assert 0 == increase.now("evovoice_event_streams")


def test_console_for_which_there_is_no_place_is_counted_c89(site: Site) -> None:
    increase = Increase(scrape(site))
    site.context.live_feed.close()
    with pytest.raises(Exception, match="No more event streams"):
        site.context.live_feed.join(Interest(ANN))
    assert 1 == increase.of("evovoice_event_streams_refused_total")


def test_connections_in_use_and_whoever_waits_for_one_are_told_c89(database_url: str) -> None:
    site = Site(database_url, metrics_token=TOKEN, database_connections=2)
    increase = Increase(scrape(site))
    assert 2 == increase.now("evovoice_database_connection_places")
    assert 0 == increase.now("evovoice_database_connections")
    waited = threading.Thread(target=site.database.is_ready)
    with site.database.reading(), site.database.reading():
        site.database.note_figures()
        assert 2 == REGISTRY.get_sample_value("evovoice_database_connections")
        before = REGISTRY.get_sample_value("evovoice_database_connection_waits_total")
        waited.start()
        while before == REGISTRY.get_sample_value("evovoice_database_connection_waits_total"):
            assert waited.is_alive()
    waited.join()
    assert 1 <= increase.of("evovoice_database_connection_waits_total")
    site.database.dispose()


def test_orders_that_nobody_takes_up_are_told_with_the_age_of_the_oldest_c89(site: Site) -> None:
    increase = Increase(scrape(site))
    assert 0 == increase.now("evovoice_orders_overdue_oldest_age_seconds")
    session = ringing_session()
    session.orders += [HangUpLeg("l-1-s-1", "CA1"), HangUpLeg("l-2-s-1", "CA2")]
    session.modified_at = site.now
    with site.database.writing() as work:
        work.sessions.save(session)
    site.later(seconds=45)
    assert 2 == increase.now("evovoice_orders_overdue")
    assert 45 == increase.now("evovoice_orders_overdue_oldest_age_seconds")


def test_what_runs_is_told_c89(site: Site) -> None:
    told = [set(labels) for name, labels in values_of(scrape(site)()) if "build_info" in name]
    assert 1 == len(told)
    assert ("version", __version__) in told[0]


def test_database_that_hangs_holds_up_no_scrape_and_is_asked_once_c89(site: Site) -> None:
    """The rest is told; the next scrapes do not pile up behind the first."""
    going_on, asked = threading.Event(), []

    def hang(mode: object) -> Any:
        asked.append(mode)
        going_on.wait(30)
        raise OSError("gone")

    figures = PresentFigures(site.context, longest_answer=0.05)
    vars(site.database)["_transactions"].begun = hang
    for _ in range(3):
        told = {family.name: family for family in figures()}
        assert 0 == told["evovoice_database_up"].samples[0].value
        assert "evovoice_sessions_live" not in told
    assert 1 == len(asked)
    going_on.set()
