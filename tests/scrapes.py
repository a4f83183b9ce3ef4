"""What a scrape of `/metrics` says, as tests read it: values by name and labels."""

from collections.abc import Callable

from prometheus_client.parser import text_string_to_metric_families

TOKEN = "a-token-for-scrapes"
AS_SCRAPER = {"Authorization": f"Bearer {TOKEN}"}

Values = dict[tuple[str, frozenset[tuple[str, str]]], float]


def values_of(text: str) -> Values:
    """Every sample of a scrape."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


class Increase:
    """What has been counted since it was made: a process's counters are those of every test in it.

    `scrape` gives the text of a scrape.
    """

    def __init__(self, scrape: Callable[[], str]) -> None:
        self._scrape = scrape
        self._before = values_of(scrape())

    def of(self, name: str, **labels: str) -> float:
        """By how much that sample is greater now; the sum, where labels are left out."""
        wanted = set(labels.items())
        now = values_of(self._scrape())
        return sum(
            value - self._before.get((found, its), 0.0)
            for (found, its), value in now.items()
            if found == name and wanted <= its
        )

    def now(self, name: str, **labels: str) -> float:
        """That very sample of a gauge."""
        return values_of(self._scrape())[name, frozenset(labels.items())]
