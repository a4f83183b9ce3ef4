"""What is imported is declared in pyproject.toml, and what is declared is imported or run.

A package that only comes along with another one goes when that one no longer needs it.
"""

import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.test_architecture import imports

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
OURS = {"evovoice", "tests"}
OF_THE_TYPE_CHECKER = {"_typeshed"}
IN_ANOTHER_ENVIRONMENT = ROOT / "tests" / "clients" / "python_stories.py"


def _declared(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements}


RUNTIME = _declared(PROJECT["project"]["dependencies"])
EXTRAS = {
    name
    for extra in PROJECT["project"]["optional-dependencies"].values()
    for name in _declared(extra)
}
DEV = _declared(PROJECT["dependency-groups"]["dev"])


def _imported(files: Iterable[Path]) -> set[str]:
    """The packages that the files import; a module's own name where no package is known."""
    modules = {name.partition(".")[0] for path in files for name in imports(path)}
    homes = packages_distributions()
    strangers = modules - sys.stdlib_module_names - OURS - OF_THE_TYPE_CHECKER
    return {canonicalize_name(home) for name in strangers for home in homes.get(name, [name])}


def _by_the_service() -> set[str]:
    entries = [ROOT / "app.py", ROOT / "gunicorn.conf.py"]
    return _imported([*(ROOT / "evovoice").rglob("*.py"), *entries])


def _by_the_tests() -> set[str]:
    files = [path for path in (ROOT / "tests").rglob("*.py") if "node_modules" not in path.parts]
    return _imported(path for path in files if path != IN_ANOTHER_ENVIRONMENT)


def _is_run(package: str) -> bool:
    """Whether the Makefile or a test starts one of the package's programs."""
    files = distribution(package).files or []
    programs = [path.name for path in files if path.parent.name == "bin"]
    makefile = (ROOT / "Makefile").read_text()
    tests = [path.read_text() for path in (ROOT / "tests").rglob("*.py")]
    return any(
        f"$(BIN)/{program}" in makefile or any(f'with_name("{program}")' in text for text in tests)
        for program in programs
    )


def test_what_the_service_imports_is_declared_and_nothing_else_is() -> None:
    assert _by_the_service() == RUNTIME | EXTRAS


def test_what_the_tests_import_is_declared() -> None:
    assert _by_the_tests() <= RUNTIME | EXTRAS | DEV


def test_every_package_for_development_is_imported_or_run() -> None:
    """Packages of types are for what the service imports."""
    types = {f"types-{name}" for name in RUNTIME}
    assert [] == [name for name in DEV - _by_the_tests() - types if not _is_run(name)]


def test_an_import_that_is_not_declared_is_noticed(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("import os.path\nfrom pathspec import PathSpec\nimport nobody.knows\n")
    assert {"pathspec", "nobody"} == _imported([module])
    assert not {"pathspec", "nobody"} & (RUNTIME | EXTRAS | DEV)
