"""What a scrape tells of calls (C89): each figure moves with what it is about, and only with it."""

from collections.abc import Callable

import pytest

from evovoice.settings import Limits
from tests.journeys.calls import three_talk
from tests.journeys.conftest import NewStage
from tests.journeys.stage import CUSTOMER, THIRD, Stage
from tests.scrapes import AS_SCRAPER, TOKEN, Increase


@pytest.fixture
def stage(new_stage: NewStage) -> Stage:
    return new_stage(metrics_token=TOKEN)


def scrape(stage: Stage) -> Callable[[], str]:
    return lambda: str(stage.client.get("/metrics", headers=AS_SCRAPER).text)


def test_call_that_becomes_a_conference_is_told_in_its_times_c89(stage: Stage) -> None:
    increase = Increase(scrape(stage))
    three_talk(stage)
    assert 1 == increase.of("evovoice_sessions_opened_total", direction="incoming")
    assert 0 == increase.of("evovoice_sessions_opened_total", direction="outgoing")
    assert 1 == increase.of("evovoice_adds_total", outcome="ordered")
    assert 1 == increase.of("evovoice_adds_total")
    assert 1 == increase.of("evovoice_conversion_seconds_count", outcome="done")
    assert 1 == increase.of("evovoice_member_ringing_seconds_count")
    assert 1 == increase.of("evovoice_member_answered_seconds_count")
    assert 1 <= increase.of("evovoice_member_answered_seconds_sum") <= 5
    assert 1 == increase.of("evovoice_orders_total", kind="RedirectLeg", outcome="done")
    assert 1 == increase.of("evovoice_orders_total", kind="DialLeg", outcome="done")
    asked = {"operation": "DialLeg", "result": "ok"}
    assert 1 == increase.of("evovoice_carrier_request_seconds_count", **asked)
    assert increase.of("evovoice_report_lag_seconds_count", kind="conference") >= 3
    assert increase.of("evovoice_report_lag_seconds_count", kind="leg") >= 2


def test_calls_that_go_on_and_their_parties_are_counted_in_the_database_c89(stage: Stage) -> None:
    increase = Increase(scrape(stage))
    assert 0 == increase.now("evovoice_sessions_live")
    three_talk(stage)
    assert 1 == increase.now("evovoice_sessions_live")
    assert 3 == increase.now("evovoice_members_live")
    stage.end()
    stage.pass_time(10)
    assert 0 == increase.now("evovoice_sessions_live")
    assert 0 == increase.now("evovoice_members_live")


def test_party_that_is_busy_is_counted_as_failed_c89(stage: Stage) -> None:
    stage.bridge_in()
    increase = Increase(scrape(stage))
    stage.twilio.phone(THIRD).is_busy()
    stage.add()
    stage.pass_time(5)
    assert 1 == increase.of("evovoice_members_failed_total", outcome="busy")
    assert 0 == increase.of("evovoice_member_answered_seconds_count")


@pytest.mark.parametrize(
    ("destination", "outcome"),
    [("nonsense", "bad_destination"), ("911", "not_allowed"), (CUSTOMER, "ordered")],
)
def test_add_is_counted_by_what_it_is_answered_c89(
    stage: Stage, destination: str, outcome: str
) -> None:
    """Somebody who is there already is no refusal: what was asked for is so."""
    stage.bridge_in()
    increase = Increase(scrape(stage))
    stage.add(destination)
    assert 1 == increase.of("evovoice_adds_total", outcome=outcome)
    assert 1 == increase.of("evovoice_adds_total")


def test_add_beyond_a_limit_is_counted_as_that_c89(new_stage: NewStage) -> None:
    stage = new_stage(limits=Limits(max_members=2), metrics_token=TOKEN)
    stage.bridge_in()
    increase = Increase(scrape(stage))
    assert 409 == stage.add().status_code
    assert 1 == increase.of("evovoice_adds_total", outcome="limit")


def test_refusal_of_the_carrier_is_counted_with_its_order_c89(stage: Stage) -> None:
    three_talk(stage)
    increase = Increase(scrape(stage))
    stage.twilio.fail_next("POST", "*/Participants.json", "error-before", status=400)
    assert 502 == stage.add("+13125550199").status_code
    assert 1 == increase.of("evovoice_adds_total", outcome="carrier_refused")
    assert 1 == increase.of("evovoice_orders_total", kind="DialLeg", outcome="failed")
    asked = {"operation": "DialLeg", "result": "refused"}
    assert 1 == increase.of("evovoice_carrier_request_seconds_count", **asked)


def test_carrier_that_is_away_is_seen_until_it_is_back_c89(stage: Stage) -> None:
    three_talk(stage)
    increase = Increase(scrape(stage))
    assert 0 == increase.now("evovoice_carrier_away")
    stage.twilio.fail_next("*", "*", "connect-refused", count=0)
    assert 503 == stage.add("+13125550199").status_code
    assert 1 == increase.now("evovoice_carrier_away")
    assert 1 == increase.of("evovoice_adds_total", outcome="carrier_away")
    assert increase.of("evovoice_orders_total", kind="DialLeg", outcome="repeated") >= 1
    asked = {"operation": "DialLeg", "result": "unreachable"}
    assert increase.of("evovoice_carrier_request_seconds_count", **asked) >= 2
    assert increase.of("evovoice_carrier_failures_total", result="unreachable") >= 2
    assert 0 == increase.of("evovoice_carrier_failures_total", result="account_rejected")
    stage.twilio.exchange.rest_api.faults.clear()
    stage.pass_time(30)
    assert 0 == increase.now("evovoice_carrier_away")


def test_conversion_that_fails_is_counted_as_failed_c89(stage: Stage) -> None:
    stage.bridge_in()
    increase = Increase(scrape(stage))
    stage.twilio.fail_next("POST", "*/Calls/CA*.json", "error-before", status=400)
    stage.add()
    assert 1 == increase.of("evovoice_conversion_seconds_count", outcome="failed")
    assert 0 == increase.of("evovoice_conversion_seconds_count", outcome="done")


def test_report_that_comes_twice_is_counted_once_as_a_repeat_c89(stage: Stage) -> None:
    three_talk(stage)
    increase = Increase(scrape(stage))
    leg = next(d for d, _ in reversed(stage.answers) if "/legs/" in d.url)
    vars(stage)["twilio"].deliver(leg)
    assert 1 == increase.of("evovoice_repeated_reports_total")


def test_database_that_is_away_is_said_and_the_rest_is_told_all_the_same_c89(stage: Stage) -> None:
    increase = Increase(scrape(stage))
    assert 1 == increase.now("evovoice_database_up")
    with stage.database_away():
        text = scrape(stage)()
        assert "evovoice_database_up 0.0" in text
        assert "evovoice_sessions_live" not in text
        assert "evovoice_adds_total" in text
    assert 1 == increase.now("evovoice_database_up")
