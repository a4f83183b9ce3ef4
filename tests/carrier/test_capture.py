"""What Twilio sends and answers becomes files that the tests can play, with numbers masked."""

import json
import logging
import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from werkzeug.datastructures import MultiDict

from evovoice.carrier import inbound
from evovoice.carrier.capture.masking import ACCOUNT, Masking
from evovoice.carrier.capture.numbers import Pseudonyms
from evovoice.carrier.capture.recorder import Recorder, RestAnswer, Webhook
from evovoice.carrier.port import CarrierBusy
from tests.carrier.test_inbound import FACTS, PAYLOADS, payload, read
from tests.carrier.test_twilio_http import Server, client, dial, running_server

BASE = "https://voice.acme.test"
TOKEN = "0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 11, 27, 15, 37, 25, 678000, tzinfo=UTC)
REAL = "+14155550187"
LEG = "CA" + "33cc44dd" * 4


def masking(folder: Path) -> Masking:
    return Masking(
        Pseudonyms(folder / "numbers", "a secret key"), BASE, (TOKEN, "a secret key", "k")
    )


def recorder(folder: Path, most_files: int = 100) -> Recorder:
    return Recorder(folder, masking(folder), lambda: NOW, most_files)


def webhook(form: dict[str, str], path: str = "/twilio/x", **headers: str) -> Webhook:
    return Webhook("ConferenceStatus", path, headers, urlencode(form).encode())


def files(folder: Path, kind: str) -> list[Path]:
    return sorted(folder.glob(f"*.{kind}"))


def kept_form(folder: Path) -> MultiDict[str, str]:
    """The one form in the folder, read as the payload files are."""
    (path,) = files(folder, "form")
    return MultiDict(parse_qsl(path.read_text().strip(), keep_blank_values=True))


def kept_json(folder: Path) -> Any:
    (path,) = files(folder, "json")
    return json.loads(path.read_text())


def everything(folder: Path) -> str:
    return "\n".join(path.read_text() + path.name for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_kept_report_is_read_as_the_same_facts(tmp_path: Path, name: str) -> None:
    """With nothing but numbers and tokens changed it is as good a fixture as the original."""
    body = (PAYLOADS / f"{name}.form").read_bytes().strip()
    recorder(tmp_path).webhook(Webhook("LegStatus", "/twilio/x", {}, body))
    assert read(name, payload(name)) == read(name, kept_form(tmp_path))


@pytest.mark.parametrize("name", ["incoming_call", "device_call"])
def test_a_kept_question_names_other_numbers(tmp_path: Path, name: str) -> None:
    form = {
        key: value.replace("+12025550", "+14155550") for key, value in payload(name).items()
    }  # fmt: skip
    recorder(tmp_path).webhook(webhook(form))
    kept = kept_form(tmp_path)
    reader = inbound.incoming_call if name == "incoming_call" else inbound.device_call
    asked: Any = reader(kept)
    assert asked.call_sid == form["CallSid"]
    assert "14155550" not in everything(tmp_path)
    assert {"To", "From"} <= kept.keys()
    same = {"CallStatus", "Direction", "ApiVersion", "FromState", "FromCountry", "CallerName"}
    assert all(kept[key] == form[key] for key in same & form.keys())


@pytest.mark.parametrize(
    "written",
    [
        REAL, "14155550187", "(415) 555-0187", "+1 415.555.0187", "sip:+14155550187@x.test",
        "sip:4155550187@x.test", "https://x.test/?To=%2B14155550187&b=1", "tel:+1-415-555-0187",
        "a%20b%2B1%20415%20555%200187", "Ann4155550187", "+1 415\N{NON-BREAKING HYPHEN}555 0187",
        "<Dial><Number>+14155550187</Number></Dial>", "415+555+0187", "555-0187",
        "client:desk_14155550187_369f0e", "client%3A14155550187x",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["From", "SipHeader_X", "Anything"])
def test_a_number_is_masked_in_every_field_and_spelling(
    tmp_path: Path, name: str, written: str
) -> None:
    recorder(tmp_path).webhook(webhook({name: written}, f"/x?q={written}", X=written))
    recorder(tmp_path).rest_answer(
        RestAnswer("POST", f"https://x.test/y?q={written}", {"To": written}, {name: [written]},
                   201, {"X": written}, json.dumps({"a": [{"b": written}]}).encode(), 0.1)
    )  # fmt: skip
    shown = re.sub("[^0-9]", "", re.sub("%2[0-9A-F]", "", everything(tmp_path)))
    assert "5550187" not in shown
    assert "1202555" in shown


@pytest.mark.parametrize(
    "kept",
    [
        "client:ann_369f0e", "client:ann_1234567", "leg-3", "s-" + "123456789012" * 2, LEG,
        "a-1234567890123456",
        "Sun, 22 Nov 2026 10:00:13 +0000", "2026-11-22T10:00:13.123456Z", "2010-04-01", "21220",
        "anonymous", "+266696687", "true", "", "8f14e45f-ceea-1234-5678-901234567890",
    ],
)  # fmt: skip
def test_what_is_no_number_stays(tmp_path: Path, kept: str) -> None:
    """Identities, identifiers, times and the word for a withheld caller on the keypad."""
    recorder(tmp_path).webhook(webhook({"Value": kept}))
    assert kept == kept_form(tmp_path)["Value"]


def test_equal_numbers_stay_equal_and_others_differ(tmp_path: Path) -> None:
    """Also across files, so that a story can be followed through them."""
    one, other = masking(tmp_path), masking(tmp_path)
    numbers = [f"+1415555{line:04}" for line in range(150)]
    masked = [one.text(number) for number in numbers]
    assert 150 == len(set(masked))
    assert masked == [other.text(number) for number in numbers]
    assert all(re.fullmatch(r"\+1202555[0-9]{4}", number) for number in masked)


def _mask_in_a_process(folder: str) -> list[str]:
    return [masking(Path(folder)).text(f"+1415555{line:04}") for line in range(20)]


def test_processes_agree_on_numbers(tmp_path: Path) -> None:
    """Whoever is first: the folder says who stands for whom."""
    with get_context("spawn").Pool(3) as pool:
        one, *others = pool.map(_mask_in_a_process, [str(tmp_path)] * 3)
    assert 20 == len(set(one))
    assert [one, one] == others


def test_secrets_and_names_of_people_are_left_out(tmp_path: Path) -> None:
    form = {
        "CallToken": "t-1", "StirPassportToken": "t-2", "RecordingUrl": "https://t-3.test",
        "CallerName": "DOE JANE", "FromZip": "20001", "ToCity": "WASHINGTON", "x": f"a{TOKEN}b",
    }  # fmt: skip
    recorder(tmp_path).webhook(webhook(form, X_Key="a secret key", Authorization="Basic t-4"))
    body = {"auth_token": "t-5", "caller_name": "DOE JANE", "a": {"media_url": "t-6"}}
    recorder(tmp_path).rest_answer(
        RestAnswer("POST", "https://x.test/y", {}, {"CallToken": "t-7"}, 200,
                   {"Set-Cookie": "t-8"}, json.dumps(body).encode(), 0)
    )  # fmt: skip
    text = everything(tmp_path)
    for secret in (*[f"t-{number}" for number in range(1, 9)], "JANE", "20001", "WASHINGTON"):
        assert secret not in text
    assert TOKEN not in text
    assert "a secret key" not in text


def test_a_secret_of_one_letter_does_not_spoil_every_word(tmp_path: Path) -> None:
    """Such a setting is for trying things out; the files must stay readable."""
    recorder(tmp_path).webhook(webhook({"CallbackSource": "kept"}))
    assert {"CallbackSource": "kept"} == kept_form(tmp_path).to_dict()


def test_the_account_and_our_address_are_those_of_the_payloads(tmp_path: Path) -> None:
    form = {"AccountSid": "AC" + "9" * 32, "Url": f"{BASE}/twilio/x#rc=3&rp=all"}
    recorder(tmp_path).webhook(webhook(form))
    kept = kept_form(tmp_path)
    assert ACCOUNT == kept["AccountSid"] == payload("incoming_call")["AccountSid"]
    assert "https://voice.example.com/twilio/x#rc=3&rp=all" == kept["Url"]


def test_headers_are_beside_the_form(tmp_path: Path) -> None:
    """Without the signature, which is none of the masked form, and without hosts in between."""
    headers = {
        "I-Twilio-Idempotency-Token": "8f14e45f-ceea-1234-5678-901234567890",
        "X-Twilio-Signature": "c2VhbA==", "X-Forwarded-For": "192.0.2.1", "Host": "acme.test",
    }  # fmt: skip
    recorder(tmp_path).webhook(Webhook("LegStatus", "/twilio/legs/leg-1?a=1", headers, b"a=1"))
    about = kept_json(tmp_path)
    assert ("POST", "/twilio/legs/leg-1?a=1") == (about["method"], about["path"])
    assert ["I-Twilio-Idempotency-Token"] == list(about["headers"])
    assert "8f14e45f-ceea-1234-5678-901234567890" in about["headers"].values()


def test_parts_that_need_no_mask_stay_as_they_were_written(tmp_path: Path) -> None:
    """Order, repeated names, empty values, the spelling of escapes."""
    body = b"b=%7e&a=&a=%2F+x&To=%2b14155550187&CallToken=t&c"
    recorder(tmp_path).webhook(Webhook("LegStatus", "/x", {}, body))
    (path,) = files(tmp_path, "form")
    assert "b=%7e&a=&a=%2F+x&To=%2B12025550100&c" == path.read_text()


def test_names_are_in_order_and_say_what_it_is(tmp_path: Path) -> None:
    ours = recorder(tmp_path)
    ours.webhook(webhook({"StatusCallbackEvent": "participant-join", "CallStatus": "x"}))
    ours.webhook(webhook({"CallStatus": "../../x"}))
    first, second = (path.name for path in files(tmp_path, "form"))
    pattern = r"1795793845678-p[0-9]+-0000{}-conference-status-{}\.form"
    assert re.fullmatch(pattern.format(1, "participant-join"), first)
    assert re.fullmatch(pattern.format(2, "x"), second)


def test_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "kept"
    recorder(folder).webhook(webhook({"From": REAL}))
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    found = [path for path in folder.rglob("*") if path.is_file()]
    assert 3 == len(found)
    assert {0o600} == {stat.S_IMODE(path.stat().st_mode) for path in found}


def test_a_folder_that_cannot_be_written_disturbs_nothing_and_warns_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    ours = recorder(tmp_path / "file")
    for _ in range(3):
        ours.webhook(webhook({"From": REAL}))
    (line,) = caplog.records
    assert logging.WARNING == line.levelno
    assert "could not be kept" in line.getMessage()
    assert "4155550187" not in caplog.text


def test_a_full_folder_takes_no_more_and_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ours = recorder(tmp_path, most_files=5)
    for _ in range(6):
        ours.webhook(webhook({"a": "1"}))
    assert (2, 2) == (len(files(tmp_path, "form")), len(files(tmp_path, "json")))
    (line,) = caplog.records
    assert "full" in line.getMessage()


@pytest.fixture
def server() -> Iterator[Server]:
    with running_server() as running:
        yield running


def test_an_answer_of_the_rest_api_is_kept_with_its_request(server: Server, tmp_path: Path) -> None:
    dial(client(server.url, recorder=recorder(tmp_path)))
    kept = kept_json(tmp_path)
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Conferences/CF{'55ee66ff' * 4}/Participants.json"
    assert ("POST", path, 201) == (kept["method"], kept["path"], kept["status"])
    assert [["From", "+12025550100"], ["To", "+12025550101"]] == kept["form"][:2]
    assert ["StatusCallbackEvent", "ringing"] in kept["form"]
    assert "queued" == kept["body"]["status"]
    assert 0 <= kept["seconds"] < 60
    assert "Authorization" not in everything(tmp_path)
    assert files(tmp_path, "json")[0].name.endswith("-rest-post-participants-201.json")


def test_a_refusal_is_kept_too(server: Server, tmp_path: Path) -> None:
    """Also where the SDK would raise before anybody sees the answer."""
    server.status, server.raw = 429, b"too many for +14155550187"
    with pytest.raises(CarrierBusy):
        dial(client(server.url, recorder=recorder(tmp_path)))
    kept = kept_json(tmp_path)
    assert 429 == kept["status"]
    assert re.fullmatch(r"too many for \+1202555[0-9]{4}", kept["body"])


def test_an_order_is_carried_out_though_nothing_can_be_kept(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert dial(client(server.url, recorder=recorder(tmp_path / "file"))).call_sid
