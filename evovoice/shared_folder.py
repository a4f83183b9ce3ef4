"""The folder in which all processes of one server count together, so that any of them can tell.

prometheus-client reads PROMETHEUS_MULTIPROC_DIR when it is imported, and never again: the setting
has to be there before, so this module imports nothing of it.
"""

import os
import shutil
import tempfile
from pathlib import Path

_SETTING = "PROMETHEUS_MULTIPROC_DIR"
_PREFIX = "evovoice-metrics-"
_MEMORY = Path("/dev/shm")  # noqa: S108 (a folder of our own is made in it)
_prepared: set[tuple[int, str]] = set()  # process and folder


def count_together() -> str:
    """Have this process and all that it forks count in one folder, empty at first; its path.

    The folder is the operator's where PROMETHEUS_MULTIPROC_DIR names one, else a new one. A second
    time, as when gunicorn reads its settings again, it stays as it is.
    """
    process, named = os.getpid(), os.environ.get(_SETTING, "")
    if (process, named) in _prepared:
        return named
    if not named or _is_ours(named):  # ours would be that of the server that has started this one
        named = _new_folder()
    else:
        _empty(Path(named))
    os.environ[_SETTING] = named
    _prepared.add((process, named))
    return named


def remove() -> None:
    """At the end of the process that made the folder; an operator's own folder stays."""
    named = os.environ.get(_SETTING, "")
    if (os.getpid(), named) in _prepared and _is_ours(named):
        shutil.rmtree(named, ignore_errors=True)


def forget_process(process: int) -> None:
    """A process has ended: what it held is free; what it counted stays in the sums."""
    if not os.environ.get(_SETTING):
        return
    from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415 (see above)

    mark_process_dead(process)  # type: ignore[no-untyped-call]


def _is_ours(folder: str) -> bool:
    return Path(folder).name.startswith(_PREFIX)


def _new_folder() -> str:
    in_memory = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)
    return tempfile.mkdtemp(prefix=_PREFIX, dir=_MEMORY if in_memory else None)


def _empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.db"):
        file.unlink(missing_ok=True)
