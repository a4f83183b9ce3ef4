"""What `evovoice serve` gives to gunicorn: our settings, then an operator's, and the hooks of both.

The operator's file is named by EVOVOICE_GUNICORN_CONF; `serve` sets that.
"""

import os
import runpy
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from evovoice import gunicorn_conf

Hook = Callable[..., object]
_HOOKS = ("when_ready", "post_worker_init", "worker_exit", "child_exit", "on_exit")


def followed_by(theirs: Mapping[str, Any]) -> dict[str, Any]:
    """Our settings where the operator has none; a hook that both have runs ours first."""
    ours = {name: value for name, value in vars(gunicorn_conf).items() if not name.startswith("_")}
    both = {name: _both(ours[name], theirs[name]) for name in _HOOKS if name in theirs}
    return {**ours, **theirs, **both}


def _both(ours: Hook, theirs: Hook) -> Hook:
    """Once only where it is the same: their file may begin by importing all of ours."""
    if ours is theirs:
        return ours

    @wraps(ours)
    def run(*arguments: object) -> None:
        ours(*arguments)
        theirs(*arguments)

    return run


_file = os.environ.get("EVOVOICE_GUNICORN_CONF")
globals().update(followed_by(runpy.run_path(_file) if _file else {}))
