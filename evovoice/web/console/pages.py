"""The console, the phone's page and what they load; nobody has to sign in to load them.

All of it is ours and comes from this host. The policy allows nothing else: no inline script, no
text that becomes HTML, and connections to us and to where the carrier serves devices.
"""

from collections.abc import Callable
from pathlib import Path

from flask import Response, abort, make_response, render_template

from evovoice.carrier.device_route import DeviceRoute
from evovoice.web.auth import GuardedBlueprint, Policy
from evovoice.web.console.dial_page import dial_page
from evovoice.web.console.files import (
    FOREVER,
    ServedFile,
    base_of,
    files_below,
    loaded_with,
    of_version,
    zipped,
)
from evovoice.web.console.sdk_lock import FOLDER, LICENSE, SCRIPT, is_fetched, locked
from evovoice.web.console.sounds import NAMES, sound
from evovoice.web.servicestack.negotiation import wants_page

_HERE = Path(__file__).parent
_CONSOLE = {"/": "GetStartPage", "/history": "GetHistoryPage"}  # one document (C118)
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " media-src 'self' mediastream: blob:; connect-src 'self' {addresses}; base-uri 'none';"
    " form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script';"
    " trusted-types 'none'"
)
_MAY_USE = "microphone=(self), autoplay=(self), camera=(), geolocation=()"


def console_blueprint(
    route: DeviceRoute, sdk: Path = FOLDER, allowed_origins: frozenset[str] = frozenset()
) -> GuardedBlueprint:
    """The console, `/phone`, `/dial`, and what they load below `/console/`. `sdk`: where the
    library was fetched to; `allowed_origins`: whose dial buttons may dial.
    """
    console = GuardedBlueprint("console", Policy.OPEN, None, str(_HERE / "templates"))
    lock = locked()
    library = f"/console/sdk/{lock.version}"

    files = files_below(_HERE / "static")
    base, modules = base_of(files), loaded_with("main.js", files)

    def page(template: str) -> Response:
        script = f"{library}/{SCRIPT}" if is_fetched(lock, sdk) else None
        return _page(template, route, script=script, base=base, modules=modules)

    def console_page() -> Response:
        """For browsers; for programs nothing is here (C118)."""
        return page("console.html") if wants_page() else abort(404)

    for path, name in _CONSOLE.items():
        _open(console, path, name, console_page)
    _open(console, "/phone", "GetPhone", lambda: page("phone.html"))
    _open(console, "/dial", "GetDialWindow", dial_page(files, allowed_origins))
    for name, file in files.items():
        _open(console, f"/console/{name}", _named("GetConsoleFile", name), file.response)
    _open(console, "/console/v/<version>/<path:name>", "GetFileOfVersion", of_version(files))
    for name in NAMES:
        _open(console, f"/console/sounds/{name}.wav", _named("GetSound", name), _sound(name))
    for name in (SCRIPT, LICENSE):
        view = _part_of_library(sdk / name)
        _open(console, f"{library}/{name}", _named("GetSdk", name), view)
    return console


def _open(console: GuardedBlueprint, path: str, name: str, view: Callable[..., Response]) -> None:
    console.add_url_rule(path, name, view, methods=["GET"], provide_automatic_options=False)


def _named(what: str, name: str) -> str:
    """A dot would be a blueprint of its own."""
    return f"{what}:{name.replace('.', '_')}"


def _page(template: str, route: DeviceRoute, **shown: object) -> Response:
    response = make_response(render_template(template, is_plain=route.is_plain, **shown))
    addresses = " ".join(route.addresses)
    response.headers["Content-Security-Policy"] = _POLICY.format(addresses=addresses)
    response.headers["Permissions-Policy"] = _MAY_USE
    return zipped(response)


def _sound(name: str) -> Callable[[], Response]:
    return lambda: ServedFile(f"{name}.wav", sound(name)).response()


def _part_of_library(path: Path) -> Callable[[], Response]:
    """Read when it is asked for first: it may be fetched while we run."""
    kept: list[ServedFile] = []

    def view() -> Response:
        if not kept:
            if not path.is_file():
                abort(404)
            kept.append(ServedFile(path.name, path.read_bytes(), FOREVER))
        return kept[0].response()

    return view
