"""What is imported is declared in pyproject.toml, and what is declared is imported or run.

A package that only comes along with another one goes when that one no longer needs it.
"""

import ast
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
OURS = {"evovoice", "tests"}
OF_THE_TYPE_CHECKER = {"_typeshed"}
HOMES = packages_distributions()
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
    return {
        canonicalize_name(home)
        for path in files
        for modules in _choices(path)
        for home in _homes(modules)
    }


def _choices(path: Path) -> Iterator[list[str]]:
    """The modules that each import may mean: of `from a import b` also `a.b`, and that first."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ([alias.name] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ([f"{node.module}.{alias.name}", node.module] for alias in node.names)


def _homes(modules: list[str]) -> list[str]:
    """Which package has that module. Several may share a name; then the files of each are asked."""
    name = modules[0].partition(".")[0]
    if name in sys.stdlib_module_names | OURS | OF_THE_TYPE_CHECKER:
        return []
    homes = sorted(set(HOMES.get(name, [name])))
    if len(homes) == 1:
        return homes
    found = ([home for home in homes if module in _modules_of(home)] for module in modules)
    return next((those for those in found if those), [modules[0]])


@cache
def _modules_of(package: str) -> frozenset[str]:
    """Every module that the package brings; a folder without `__init__.py` is none of them."""
    files = [path for path in distribution(package).files or [] if path.suffix == ".py"]
    names = [path.with_suffix("").parts for path in files]
    return frozenset(".".join(parts).removesuffix(".__init__") for parts in names)


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


@pytest.mark.parametrize(
    ("line", "package"),
    [
        ("from opentelemetry import trace", "opentelemetry-api"),
        ("from opentelemetry.trace.status import Status", "opentelemetry-api"),
        ("import opentelemetry.sdk.trace.export", "opentelemetry-sdk"),
        ("from opentelemetry.sdk import resources", "opentelemetry-sdk"),
        (
            "from opentelemetry.instrumentation.flask import X",
            "opentelemetry-instrumentation-flask",
        ),
        ("from opentelemetry.nobody import knows", "opentelemetry-nobody-knows"),
        ("import opentelemetry", "opentelemetry"),
    ],
)
def test_package_of_a_name_that_several_share_is_found_by_the_module(
    tmp_path: Path, line: str, package: str
) -> None:
    """One that no package has, and a name of which nothing is taken, are noticed by themselves."""
    module = tmp_path / "module.py"
    module.write_text(line)
    assert {package} == _imported([module])
