"""What a scrape is told: what all processes of this machine have counted, and present figures."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

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


class _AllProcesses(Collector):
    """What the processes of this server have counted, by the files in their folder."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def collect(self) -> Iterable[Metric]:
        begun = [str(file) for file in self._folder.glob("*.db") if _holds_something(file)]
        merged: Iterable[Metric] = MultiProcessCollector.merge(begun)  # type: ignore[no-untyped-call]
        return merged


def _holds_something(file: Path) -> bool:
    """A process that starts has its file empty for a moment, which the library cannot read."""
    try:
        return file.stat().st_size > 0
    except FileNotFoundError:  # its process has ended meanwhile
        return False


def exposition(accept: str, figures: Figures) -> tuple[bytes, str]:
    """The text in the format that the Accept header asks for, and its content type; in the plainest
    one where the library cannot read which version is asked for.
    """
    told = CollectorRegistry()
    told.register(_Present(figures))  # first, as they enter this process's own into the others
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if folder:
        told.register(_AllProcesses(folder))
    else:
        told.register(_Present(REGISTRY.collect))
    try:
        encode, content_type = choose_encoder(accept)
    except (TypeError, ValueError):  # it compares its letters with numbers
        encode, content_type = choose_encoder("")
    return encode(told), content_type
