"""How an instrument is made: counted in one registry, and described for people.

Labels have few values that are known beforehand: never a number, an id, or a path with one.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
if _folder:  # the library opens files in it as soon as there is an instrument, in commands too
    Path(_folder).mkdir(parents=True, exist_ok=True)

REGISTRY = CollectorRegistry()  # of this process

Mode = Literal["livesum", "livemax", "livemin"]


@dataclass(frozen=True, slots=True)
class Described:
    """One metric as people read of it; `kind` as Prometheus calls it."""

    name: str
    kind: str
    labels: tuple[str, ...]
    meaning: str


CATALOGUE: list[Described] = []


def described(name: str, kind: str, meaning: str, *labels: str) -> Described:
    """Enter a metric into the catalogue."""
    entry = Described(name, kind, labels, meaning)
    CATALOGUE.append(entry)
    return entry


def counter(name: str, meaning: str, *labels: str, values: Sequence[str] = ()) -> Counter:
    """A counter. `values`: of its one label; each stands at 0 from the start, so that the first of
    its kind is seen as an increase.
    """
    described(name, "counter", meaning, *labels)
    made = Counter(name, meaning, labels, registry=REGISTRY)
    for value in values:
        made.labels(value)
    return made


def gauge(name: str, meaning: str, *labels: str, mode: Mode) -> Gauge:
    """A gauge. `mode`: what the figures of several living processes come to together."""
    described(name, "gauge", meaning, *labels)
    return Gauge(name, meaning, labels, registry=REGISTRY, multiprocess_mode=mode)


def histogram(name: str, meaning: str, *labels: str, buckets: Sequence[float]) -> Histogram:
    """A histogram of seconds."""
    described(name, "histogram", meaning, *labels)
    return Histogram(name, meaning, labels, registry=REGISTRY, buckets=buckets)
