"""Files for the owner alone, that are there whole or not at all."""

import os
from pathlib import Path
from tempfile import mkstemp


def make_folder(folder: Path) -> None:
    """Make it and what is missing above it for the owner alone; what is there stays as it is."""
    for one in (*reversed(folder.parents), folder):
        one.mkdir(mode=0o700, exist_ok=True)


def put_new(path: Path, text: str) -> None:
    """Write a file that nobody has written yet. Errors: `FileExistsError`, other `OSError`.

    A link either appears with the whole text behind it or not at all, also where several
    processes want the same name.
    """
    descriptor, draft = mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        path.hardlink_to(draft)
    finally:
        Path(draft).unlink()
