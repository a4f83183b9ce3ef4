"""No import circle in the package, those for type checking and inside functions included."""

import ast
from collections.abc import Container, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "evovoice"

Graph = Mapping[str, frozenset[str]]


def module_of(path: Path, root: Path) -> str:
    """The dotted name; a package's `__init__.py` has the name of the package."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def import_graph(package: Path) -> Graph:
    """Which module imports which, in whatever place of its file the import stands."""
    root = package.parent
    files = {module_of(path, root): path for path in package.rglob("*.py")}
    return {name: frozenset(_imported(name, path, files)) for name, path in files.items()}


def _imported(name: str, path: Path, files: Mapping[str, Path]) -> Iterator[str]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text())):
        for target in _targets(node, package, files):
            yield from (one for one in _with_packages(target, name) if one in files)


def _targets(node: ast.AST, package: str, files: Container[str]) -> Iterator[str]:
    """The modules of a statement: of `from a import b` it is a.b if that is one, and else a."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = _base(node, package)
        inner = [f"{base}.{alias.name}" for alias in node.names]
        yield from (one if one in files else base for one in inner)


def _base(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    above = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*above, node.module] if node.module else above)


def _with_packages(target: str, importer: str) -> Iterator[str]:
    """A module and the packages it is in, whose `__init__` runs first.

    Those that the importer is in have run before it, and are left out.
    """
    parts = target.split(".")
    for length in range(1, len(parts) + 1):
        one = ".".join(parts[:length])
        if one == target or not f"{importer}.".startswith(f"{one}."):
            yield one


def circles(graph: Graph) -> list[list[str]]:
    """The strongly connected components of more than one module, each sorted."""
    order: list[str] = []
    seen: set[str] = set()
    for module in sorted(graph):
        order += _finished(module, graph, seen)
    backwards = _turned(graph)
    seen = set()
    groups = [_finished(module, backwards, seen) for module in reversed(order)]
    alone = [[module] for module in graph if module in graph[module]]
    return sorted([sorted(group) for group in groups if len(group) > 1] + alone)


def _finished(start: str, graph: Graph, seen: set[str]) -> list[str]:
    """Depth first: the modules reached from there and not seen yet, in the order they are left."""
    if start in seen:
        return []
    seen.add(start)
    deeper = [one for target in sorted(graph[start]) for one in _finished(target, graph, seen)]
    return [*deeper, start]


def _turned(graph: Graph) -> Graph:
    return {
        module: frozenset(other for other, targets in graph.items() if module in targets)
        for module in graph
    }


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert [] == circles(import_graph(PACKAGE))


def test_every_kind_of_import_counts(tmp_path: Path) -> None:
    """In a function, for type checking, relative, and of a package whose `__init__` imports."""
    sources = {
        "__init__.py": "",
        "a.py": "def load():\n    import house.b\n",
        "b.py": "if TYPE_CHECKING:\n    from .c import thing\n",
        "c.py": "from house import room\n",
        "room/__init__.py": "from house.room.inner import name\n",
        "room/inner.py": "from .. import a\n",
        "alone.py": "import json\nfrom house import a, room\n",
    }
    for name, source in sources.items():
        path = tmp_path / "house" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    circle = ["house.a", "house.b", "house.c", "house.room", "house.room.inner"]
    assert [circle] == circles(import_graph(tmp_path / "house"))
