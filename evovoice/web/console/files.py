"""Files that browsers load: gzipped for whoever understands it, with an ETag, from memory."""

import gzip
import hashlib
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Response, abort, request

FOREVER = "public, max-age=31536000, immutable"  # its address changes with its text
ASKED_FOR = "public, no-cache"  # kept, and asked about each time; the ETag makes that cheap
_IMPORT = re.compile(rb"""(?:from|import) ["'](\.[^"']+)["']""")
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".wav": "audio/wav",
}


@dataclass(frozen=True)
class ServedFile:
    """A file's name, which tells its type, and its bytes."""

    name: str
    body: bytes
    kept: str = ASKED_FOR

    @cached_property
    def zipped(self) -> bytes:
        """The same for clients that unpack it; without a time in it, so that it is always equal."""
        return gzip.compress(self.body, mtime=0)

    @cached_property
    def etag(self) -> str:
        """Of the text as it is."""
        return hashlib.sha256(self.body).hexdigest()[:32]

    def response(self, kept: str | None = None) -> Response:
        """The answer to the present request; 304 where the client has it already. `kept`: how
        browsers may keep it, where that follows from the address.
        """
        is_zipped = takes_zipped()
        response = Response(
            self.zipped if is_zipped else self.body, content_type=_TYPES[Path(self.name).suffix]
        )
        response.headers["Cache-Control"] = kept or self.kept
        response.vary.add("Accept-Encoding")
        if is_zipped:
            response.headers["Content-Encoding"] = "gzip"
        response.set_etag(f"{self.etag}-gz" if is_zipped else self.etag)
        response.make_conditional(request)
        return response


def takes_zipped() -> bool:
    """Whether whoever asks can unpack it."""
    return request.accept_encodings.quality("gzip") > 0


def zipped(page: Response) -> Response:
    """The same page, smaller where the client can unpack it; it has no secret to be guessed."""
    page.vary.add("Accept-Encoding")
    if takes_zipped():
        page.set_data(gzip.compress(page.get_data(), mtime=0))
        page.headers["Content-Encoding"] = "gzip"
    return page


def files_below(folder: Path) -> dict[str, ServedFile]:
    """All files there by their paths, as addresses have them."""
    found = sorted(path for path in folder.rglob("*") if path.suffix in _TYPES)
    names = [path.relative_to(folder).as_posix() for path in found]
    return {
        name: ServedFile(name, path.read_bytes()) for name, path in zip(names, found, strict=True)
    }


def version_of(files: dict[str, ServedFile]) -> str:
    """What changes with any of them."""
    told = "\n".join(f"{name} {file.etag}" for name, file in sorted(files.items()))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def base_of(files: dict[str, ServedFile]) -> str:
    """Below which address they are kept for good; imports are relative, so all of a page are."""
    return f"/console/v/{version_of(files)}"


def of_version(files: dict[str, ServedFile]) -> Callable[[str, str], Response]:
    """The view of one of them below `base_of`. Another version is asked for while one process is
    replaced by the next: it gets the file that is here, which it may not keep.
    """
    current = version_of(files)

    def view(version: str, name: str) -> Response:
        if name not in files:
            abort(404)
        return files[name].response(FOREVER if version == current else ASKED_FOR)

    return view


def loaded_with(name: str, files: dict[str, ServedFile]) -> list[str]:
    """The modules that this one imports, and they in turn: a browser that is told of them at once
    asks for them at once.
    """
    found = [name]
    for one in found:  # grows as it goes
        for imported in _IMPORT.findall(files[one].body):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(one), imported.decode()))
            if path not in found:
                found.append(path)
    return found[1:]
