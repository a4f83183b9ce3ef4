"""What a scrape is told: what all processes of this machine have counted, and present figures."""

import os
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from evovoice.metrics.instruments import REGISTRY

Figures = Callable[[], Iterable[Metric]]


class _Present(Collector):
    """Figures that are taken while somebody asks."""

    def __init__(self, figures: Figures) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        return self._figures()


def exposition(accept: str, figures: Figures) -> tuple[bytes, str]:
    """The text in the format that the Accept header asks for, and its content type; in the plainest
    one where the library cannot read which version is asked for.
    """
    told = CollectorRegistry()
    told.register(_Present(figures))  # first, as they enter this process's own into the others
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(told)  # type: ignore[no-untyped-call]
    else:
        told.register(_Present(REGISTRY.collect))
    try:
        encode, content_type = choose_encoder(accept)
    except (TypeError, ValueError):  # it compares its letters with numbers
        encode, content_type = choose_encoder("")
    return encode(told), content_type
