"""/phone and what it loads: of this host alone, small, kept by browsers, under a strict policy."""

import gzip
import io
import json
import re
import wave
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from evovoice.carrier.device_route import DeviceRoute, device_route
from evovoice.web.console import pages
from evovoice.web.console.files import ServedFile, base_of
from evovoice.web.console.pages import console_blueprint
from evovoice.web.console.sdk_lock import locked
from evovoice.web.console.sounds import NAMES, RATE, sound
from evovoice.web.every_request import install

STATIC = Path(pages.__file__).parent / "static"
LIBRARY = b"window.Twilio = {} // " + b"x" * 4000
OF_OTHERS = re.compile(r"/dial/|evovoice-dial|dial_en|styles/dial")
ZIPPED = {"Accept-Encoding": "gzip, br"}
BROWSER = {"Accept": "text/html"}


def _client(sdk: Path, route: DeviceRoute | None = None) -> FlaskClient:
    app = Flask("console", static_folder=None)
    install(app, console_blueprint(route or DeviceRoute(), sdk))
    return app.test_client()


@pytest.fixture
def sdk(tmp_path: Path) -> Path:
    """A folder with a library in it, as the fetching leaves it."""
    (tmp_path / "sdk.js").write_bytes(LIBRARY)
    (tmp_path / "LICENSE.md").write_text("terms")
    (tmp_path / "integrity").write_text(locked().integrity)
    return tmp_path


def _policy(client: FlaskClient) -> dict[str, set[str]]:
    header = client.get("/phone").headers["Content-Security-Policy"]
    parts = (part.split() for part in header.split(";"))
    return {name: set(values) for name, *values in parts}


def test_page_runs_its_own_scripts_and_makes_no_text_into_html(sdk: Path) -> None:
    policy = _policy(_client(sdk))
    own, nothing = {"'self'"}, {"'none'"}
    assert own == policy["script-src"] == policy["style-src"] == policy["img-src"]
    assert nothing == policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"]
    assert {"'script'"} == policy["require-trusted-types-for"]
    assert nothing == policy["trusted-types"]
    text = _client(sdk).get("/phone").text
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=|\sstyle=|<style|javascript:", text)
    may = _client(sdk).get("/phone").headers["Permissions-Policy"]
    assert {"microphone=(self)", "autoplay=(self)", "camera=()"} <= set(may.split(", "))


@pytest.mark.parametrize(
    ("api", "edge", "gateway", "address"),
    [
        (None, None, None, "wss://voice-js.roaming.twilio.com"),
        (None, "dublin", None, "wss://voice-js.dublin.twilio.com"),
        ("http://127.0.0.1:8010", None, "127.0.0.1:8010", "ws://127.0.0.1:8010"),
        ("http://[::1]:8010/", None, "[::1]:8010", "ws://[::1]:8010"),
        ("https://stand-in.test", "dublin", "stand-in.test:443", "wss://stand-in.test:443"),
        ("http://stand-in:8010", None, "stand-in:8010", "wss://stand-in:8010"),
    ],
)
def test_page_connects_to_us_and_to_where_the_carrier_serves_devices_c117(
    sdk: Path, api: str | None, edge: str | None, gateway: str | None, address: str
) -> None:
    """Unencrypted to this machine alone."""
    route = device_route(api, edge)
    assert (gateway, edge) == (route.gateway, route.edge)
    client = _client(sdk, route)
    assert {"'self'", address} == _policy(client)["connect-src"]
    assert address.startswith("ws:") is ("local_socket.js" in client.get("/phone").text)


def test_whatever_the_page_and_its_scripts_load_is_ours_and_there(sdk: Path) -> None:
    """Each address of the page, each import of each script, and each sound."""
    client = _client(sdk, DeviceRoute(gateway="127.0.0.1:1", is_plain=True))
    pages = [client.get(path, headers=BROWSER).text for path in ("/", "/phone")]
    named = [one for text in pages for one in re.findall(r'(?:src|href)="([^"]+)"', text)]
    for path in STATIC.rglob("*.js"):
        folder = "/console/" + path.parent.relative_to(STATIC).as_posix().removeprefix(".")
        imported = r"""(?:from |import |import\()['"]([^'"]+)['"]"""
        for found in re.findall(imported, path.read_text()):
            assert found.startswith("."), found
            named.append(str(Path(folder, found).resolve()))
    named += [f"/console/sounds/{name}.wav" for name in NAMES]
    named = [one for one in named if one.startswith("/console/")]
    assert 80 < len(named)
    assert [] == [one for one in named if client.get(one).status_code != 200]
    for path in [*STATIC.rglob("*.js"), *STATIC.rglob("*.css")]:
        assert not re.search(r"https?://|innerHTML|insertAdjacentHTML", path.read_text()), path


def test_files_are_zipped_for_who_can_read_that_and_kept_until_they_change(sdk: Path) -> None:
    client, path = _client(sdk), "/console/phone/twilio.js"
    plain, zipped = client.get(path), client.get(path, headers=ZIPPED)
    assert "Content-Encoding" not in plain.headers
    assert "gzip" == zipped.headers["Content-Encoding"]
    assert plain.data == gzip.decompress(zipped.data) == (STATIC / "phone/twilio.js").read_bytes()
    assert {"Accept-Encoding", "Accept"} == set(zipped.headers["Vary"].split(", "))
    assert "public, no-cache" == zipped.headers["Cache-Control"]
    assert plain.headers["ETag"] != zipped.headers["ETag"]
    again = client.get(path, headers={**ZIPPED, "If-None-Match": zipped.headers["ETag"]})
    assert (304, b"") == (again.status_code, again.data)


def test_files_of_the_pages_are_kept_for_good_until_they_change_c118(
    sdk: Path,
) -> None:
    """A reload in a call asks for none of them; a process of another version is not kept."""
    client = _client(sdk)
    (main,) = re.findall(r'src="(/console/v/\w+/)main.js"', client.get("/", headers=BROWSER).text)
    kept = client.get(f"{main}elements/call.js")
    assert "public, max-age=31536000, immutable" == kept.headers["Cache-Control"]
    assert (STATIC / "elements/call.js").read_bytes() == kept.data
    other = client.get("/console/v/0123456789abcdef/elements/call.js")
    assert ("public, no-cache", kept.data) == (other.headers["Cache-Control"], other.data)
    assert 404 == client.get(f"{main}../pages.py").status_code
    changed = {"main.js": ServedFile("main.js", b"1"), "store.js": ServedFile("store.js", b"2")}
    renamed = {"main.js": ServedFile("main.js", b"1"), "desk.js": ServedFile("desk.js", b"2")}
    assert 3 == len({base_of(changed), base_of(renamed), main.removesuffix("/")})


def test_library_is_served_under_its_version_for_good_with_its_licence(sdk: Path) -> None:
    client = _client(sdk)
    path = f"/console/sdk/{locked().version}/sdk.js"
    assert f'<script defer src="{path}"></script>' in client.get("/phone").text
    found = client.get(path, headers=ZIPPED)
    assert LIBRARY == gzip.decompress(found.data)
    assert "public, max-age=31536000, immutable" == found.headers["Cache-Control"]
    assert "terms" == client.get(path.replace("sdk.js", "LICENSE.md")).text


def test_without_the_library_the_page_loads_none_and_one_of_an_older_lock_is_not_used(
    sdk: Path,
) -> None:
    (sdk / "integrity").write_text("sha512-older")
    assert "/sdk/" not in _client(sdk).get("/phone").text
    (sdk / "sdk.js").unlink()
    assert 404 == _client(sdk).get(f"/console/sdk/{locked().version}/sdk.js").status_code


def test_both_pages_and_all_their_files_are_within_the_budget(sdk: Path) -> None:
    """100 kB gzipped without the library, and without what other people's pages load."""
    client = _client(sdk)
    paths = [*STATIC.rglob("*.js"), *STATIC.rglob("*.css")]
    paths = [one for one in paths if not OF_OTHERS.search(one.as_posix())]
    files = [client.get(f"/console/{p.relative_to(STATIC).as_posix()}", headers=ZIPPED)
             for p in paths]  # fmt: skip
    pages = [client.get(path, headers={**BROWSER, **ZIPPED}) for path in ("/", "/phone")]
    assert sum(len(one.data) for one in [*files, *pages]) < 100_000
    text = gzip.decompress(pages[0].data).decode()
    assert text == client.get("/", headers=BROWSER).text
    at_once = re.findall(r'(?:modulepreload|stylesheet)" href="([^"]+)"', text)
    assert 45 >= len(at_once)
    first = [client.get(path, headers=ZIPPED) for path in at_once]
    assert sum(len(one.data) for one in first) < 60_000


@pytest.mark.parametrize("name", NAMES)
def test_sounds_are_short_and_begin_and_end_in_silence(name: str) -> None:
    """A ring of four seconds is repeated; a sound that begins at once clicks."""
    with wave.open(io.BytesIO(sound(name))) as file:
        assert (1, 2, RATE) == (file.getnchannels(), file.getsampwidth(), file.getframerate())
        frames = file.readframes(file.getnframes())
    samples = [int.from_bytes(frames[n : n + 2], "little", signed=True) for n in
               range(0, len(frames), 2)]  # fmt: skip
    assert max(map(abs, samples[:2] + samples[-2:])) < 1000
    assert 10_000 < max(samples) < 32_000 or name in {"disconnect", "outgoing"}
    assert len(samples) <= 4 * RATE


def test_there_is_a_sound_for_each_of_the_librarys_fifteen() -> None:
    keys = {f"dtmf{key}" for key in "0123456789sh"}
    assert {"incoming", "outgoing", "disconnect"} | keys == set(NAMES)
    text = (STATIC / "phone/device_options.js").read_text()
    assert json.dumps(["incoming", "outgoing", "disconnect", "dtmfs", "dtmfh"]).replace(
        '"', "'"
    ).removesuffix("]") in text.replace("\n ", "")


def test_browser_is_told_of_every_module_of_the_console_at_once(sdk: Path) -> None:
    """Found one by one, each import would cost a request more in a row."""
    text = _client(sdk).get("/", headers=BROWSER).text
    told = set(re.findall(r'modulepreload" href="/console/v/\w+/([^"]+)"', text))
    assert {"store.js", "elements/call.js", "actions.js", "texts/console_en.js"} <= told
    assert not {"main.js", "phone_page.js", "phone/local_socket.js"} & told
    later = {"elements/help.js", "elements/history.js", "elements/sound.js", "phone/twilio.js"}
    assert not later & told  # read once the call is shown
    order = ["first_questions.js", "modulepreload", "main.js", "/sdk/"]
    assert sorted(text.index(one) for one in order) == [text.index(one) for one in order]


def test_texts_of_the_console_are_all_there_and_all_used() -> None:
    """Each key that a module or the document names, and no other but those made of a state."""
    table = (STATIC / "texts/console_en.js").read_text()
    keys = set(re.findall(r'^  "([\w.]+)":', table, re.M))
    document = (STATIC.parent / "templates/console.html").read_text()
    named = set(re.findall(r'data-(?:text|label)="([\w.]+)"', document))
    for path in STATIC.rglob("*.js"):
        if path.parent.name != "texts":
            named |= set(re.findall(r'["`]([a-z]\w*\.[a-z][\w.]*)["`]', path.read_text()))
    made = {"presence", "feed", "state", "outcome", "direction", "party", "wish", "error", "said",
            "failure"}  # fmt: skip
    files = re.compile(r"\.js$|^console\.|^message\.")
    assert set() == {one for one in named - keys if not files.search(one)}
    assert set() == {one for one in keys - named if "." in one and one.split(".")[0] not in made}
