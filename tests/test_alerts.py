"""The dashboard and the alert rules ask for metrics that there are, and say what to do first."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from evovoice.metrics.instruments import CATALOGUE, REGISTRY
from evovoice.services import figures
from evovoice.web.operations import TABLE
from tests.citations import ROOT

assert figures  # enters what is taken, not counted

RULES = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text())
DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "evovoice.json").read_text())
ALERTS: list[dict[str, Any]] = [rule for group in RULES["groups"] for rule in group["rules"]]
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
QUERIES = [
    *[(f"alert {rule['alert']}", rule["expr"]) for rule in ALERTS],
    *[(f"panel {one['title']}", target["expr"]) for one in PANELS for target in one["targets"]],
]
KNOWN = {entry.name: entry for entry in CATALOGUE}
OF_PROMETHEUS = {"job", "instance"}
OF_EVERY_REQUEST = {"GetHealth", "GetReadiness", "GetLiveness", *(row.name for row in TABLE)}
_USE = re.compile(r"\b(evovoice_\w+)(?:\{([^}]*)\})?(\[)?")
_MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"([^"]*)"')
_BY = re.compile(r"\bby \(([^)]*)\)")
_DOES_FIRST = re.compile(r"\b(first|Look|Ask|Compare|Run|Raise)\b")
VALUES = {
    "result": {"ok", "refused", "busy", "unreachable", "account_rejected", "unknown", "error"},
    "status": {"1xx", "2xx", "3xx", "4xx", "5xx"},
    "operation": OF_EVERY_REQUEST,
}


def uses(query: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Each metric of a query: its name in the catalogue, its suffix, and what its labels match."""
    for name, matchers, _ in _USE.findall(query):
        base = re.sub(r"_(bucket|count|sum)$", "", name)
        histogram = base in KNOWN and KNOWN[base].kind == "histogram"
        known = base if histogram else name
        labels = {label: value for label, _, value in _MATCHER.findall(matchers)}
        yield known, name.removeprefix(known), labels


def values_of(metric: str, label: str) -> set[str]:
    if label in VALUES:
        return VALUES[label]
    samples = [one for family in REGISTRY.collect() for one in family.samples]
    return {one.labels[label] for one in samples if one.name.startswith(metric)}


@pytest.mark.parametrize(("where", "query"), QUERIES, ids=[where for where, _ in QUERIES])
def test_query_names_metrics_that_are_there_with_labels_and_values_they_have(
    where: str, query: str
) -> None:
    found = list(uses(query))
    assert found or "up{" in query
    grouped = {label.strip() for by in _BY.findall(query) for label in by.split(",")}
    labels: set[str] = set()
    for metric, suffix, matched in found:
        assert metric in KNOWN, where
        assert (suffix != "") == (KNOWN[metric].kind == "histogram"), where
        assert set(matched) <= set(KNOWN[metric].labels), where
        for label, value in matched.items():
            assert set(value.split("|")) <= values_of(metric, label), where
        labels |= set(KNOWN[metric].labels) | ({"le"} if suffix == "_bucket" else set())
    assert grouped <= labels | OF_PROMETHEUS, where


@pytest.mark.parametrize(("where", "query"), QUERIES, ids=[where for where, _ in QUERIES])
def test_what_is_counted_is_asked_for_as_a_rate_and_what_is_taken_is_not(
    where: str, query: str
) -> None:
    """The sum of a counter begins anew with each start; the rate of a gauge says nothing."""
    assert query.count("(") == query.count(")"), where
    for used in _USE.finditer(query):
        metric = next(uses(used[0]))[0]
        before = query[: used.start()]
        is_rate = re.search(r"(rate|increase)\($", before) is not None
        assert is_rate == (KNOWN[metric].kind != "gauge"), where
        assert (used[3] is not None) == (is_rate or before.endswith("max_over_time(")), where


@pytest.mark.parametrize("rule", ALERTS, ids=[rule["alert"] for rule in ALERTS])
def test_alert_says_what_is_wrong_and_what_to_do_first(rule: dict[str, Any]) -> None:
    wrong, _, rest = rule["annotations"]["summary"].partition(". ")
    assert len(wrong) > 20
    assert re.search(r"\bfirst\b|^Ask ", rest), rest
    assert _DOES_FIRST.search(rest)
    assert rest.rstrip().endswith(".")
    assert rule["labels"]["severity"] in {"page", "ticket"}


def test_every_question_of_an_operator_has_an_alert() -> None:
    named = {metric for rule in ALERTS for metric, _, _ in uses(rule["expr"])}
    assert {
        "evovoice_adds_total", "evovoice_carrier_away", "evovoice_report_lag_seconds",
        "evovoice_orders_overdue_oldest_age_seconds", "evovoice_webhook_signatures_refused_total",
        "evovoice_database_connections", "evovoice_event_streams", "evovoice_database_up",
    } <= named  # fmt: skip
    assert any(rule["expr"].startswith("absent(up") for rule in ALERTS)
    assert len({rule["alert"] for rule in ALERTS}) == len(ALERTS)


def test_every_metric_is_in_the_dashboard() -> None:
    shown = {metric for one in PANELS for target in one["targets"]
             for metric, _, _ in uses(target["expr"])}  # fmt: skip
    assert set(KNOWN) == shown


def test_panels_are_questions_and_lie_side_by_side() -> None:
    assert all(one["title"].endswith("?") and one["description"] for one in PANELS)
    taken = set()
    for one in PANELS:
        grid = one["gridPos"]
        cells = {
            (x, y)
            for x in range(grid["x"], grid["x"] + grid["w"])
            for y in range(grid["y"], grid["y"] + grid["h"])
        }
        assert not cells & taken
        assert grid["x"] + grid["w"] <= 24
        taken |= cells
    assert len({one["id"] for one in PANELS}) == len(PANELS)


@pytest.mark.parametrize(
    ("query", "flaw"),
    [
        ("sum(rate(evovoice_nothing_total[5m]))", "no metric"),
        ('sum(rate(evovoice_adds_total{result="ok"}[5m]))', "no label of it"),
        ('sum(rate(evovoice_adds_total{outcome="refused"}[5m]))', "no value of it"),
        ("sum by (kind) (rate(evovoice_adds_total[5m]))", "no label of it"),
        ("sum(rate(evovoice_conversion_seconds[5m]))", "no series of a histogram"),
        ("sum(rate(evovoice_adds_total_count[5m]))", "no series of a counter"),
    ],
)
def test_query_of_what_there_is_not_is_noticed(query: str, flaw: str) -> None:
    test = test_query_names_metrics_that_are_there_with_labels_and_values_they_have
    with pytest.raises(AssertionError):
        test(flaw, query)
