"""The script of /docs keeps to its own annotations, by the compiler that comes with the clients."""

from pathlib import Path

from tests.clients.install import javascript_client
from tests.clients.playing import had, run

SCRIPT = Path(__file__).parents[2] / "evovoice/web/servicestack/documents/templates/docs.js"
_STRICTLY = [
    "--noEmit", "--allowJs", "--checkJs", "--strict", "--target", "es2023",
    "--lib", "es2023,dom,dom.iterable,dom.asynciterable",
]  # fmt: skip


def test_script_of_the_page_has_the_types_it_says() -> None:
    run([str(had(javascript_client) / ".bin" / "tsc"), *_STRICTLY, str(SCRIPT)])
