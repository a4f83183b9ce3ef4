"""`python -m tests.metrics_table`: makes the table of `docs/metrics.md` of the catalogue."""

from collections.abc import Iterator

from evovoice.metrics.instruments import CATALOGUE
from evovoice.services import figures  # enters the figures that are taken, not counted
from tests.citations import ROOT

DOCUMENT = ROOT / "docs" / "metrics.md"
_HEAD = "| metric | type | labels | meaning |"

assert figures


def made() -> str:
    """The table as it has to be."""
    return "\n".join([_HEAD, "|---|---|---|---|", *_rows()]) + "\n"


def found() -> str:
    """The table as it stands in the document."""
    text = DOCUMENT.read_text()
    rest = text[text.index(_HEAD) :]
    return rest.partition("\n\n")[0].rstrip() + "\n"


def _rows() -> Iterator[str]:
    for entry in CATALOGUE:
        labels = ", ".join(f"`{label}`" for label in entry.labels)
        yield f"| `{entry.name}` | {entry.kind} | {labels or '-'} | {entry.meaning} |"


if __name__ == "__main__":
    DOCUMENT.write_text(DOCUMENT.read_text().replace(found(), made()))
