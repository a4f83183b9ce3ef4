"""Which version runs, and from which commit it was built."""

import re
from collections.abc import Mapping

from evovoice import __version__

# Ours, with which the image is built, and what platforms set: Heroku, Render, Docker Hub, Coolify.
_NAMES = (
    "EVOVOICE_COMMIT",
    "HEROKU_BUILD_COMMIT",
    "HEROKU_SLUG_COMMIT",
    "RENDER_GIT_COMMIT",
    "SOURCE_COMMIT",
)
_HASH = re.compile(r"[0-9a-f]{7,64}", re.ASCII)
_SHOWN = 12  # digits


def running_version(environ: Mapping[str, str]) -> str:
    """Such as `0.1.0`, or `0.1.0+f99bdffcfa3e` where the environment names the commit.

    What is no hash of a commit is passed over: everybody may read this.
    """
    written = (environ.get(name, "").strip().lower() for name in _NAMES)
    commit = next((text for text in written if _HASH.fullmatch(text)), "")
    return f"{__version__}+{commit[:_SHOWN]}" if commit else __version__
