"""`docs/metrics.md` names every metric as it is, and no other; none of them tells of a person."""

import re

import pytest

from evovoice.metrics.instruments import CATALOGUE, Described
from tests.metrics_table import found, made

_LABELS = {
    "direction", "outcome", "kind", "operation", "result", "reason", "status", "task", "version",
    "python",
}  # fmt: skip
_UNITS = {"counter": ("_total",), "histogram": ("_seconds",)}


def test_table_is_that_of_the_catalogue_c89() -> None:
    assert made() == found(), "run: python -m tests.metrics_table"


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: str(entry.name))
def test_metric_is_named_as_prometheus_wants_and_told_in_a_sentence_c89(entry: Described) -> None:
    assert re.fullmatch(r"evovoice_[a-z_]+", entry.name)
    assert entry.name.endswith(_UNITS.get(entry.kind, ("",)))
    assert entry.kind == "counter" or not entry.name.endswith("_total")
    assert set(entry.labels) <= _LABELS
    assert len(entry.meaning) > 10 or entry.name == "evovoice_build_info"


def test_every_metric_is_there_once() -> None:
    names = [entry.name for entry in CATALOGUE]
    assert sorted(set(names)) == sorted(names)
