"""Numbers and secrets are masked however they are spelt, and what operators look for is not."""

import time
from urllib.parse import quote

import pytest

from evovoice.logs import Masking, masked

KEY = "ak-0123456789abcdef"
LONG_KEY = "ak-0123456789ab-" + "0123456789abcdef" * 4
LOGIN = "ls-" + "Ab_9" * 11
SID, OURS = "CA" + "0" * 31 + "1", "s-" + "1234567890ab" * 2


@pytest.mark.parametrize(
    "number",
    [
        "+12025550126",
        "+1-202-555-0126",
        "+1 (202) 555-0126",
        "+1.202.555.0126",
        "+1/202/555/0126",
        "+1 [202] 555 0126",
        "+1\u202f202\u2011555\u20110126",
        "\u202a+1 202 555 0126",
        "%2B12025550126",
        "%2b1-202-555-0126",
        "%2B1%20%28202%29%20555%2D0126",
        "%2B1%C2%A0202%2E555%2F0126",
        "%252B1%2520202%25205550126",
        "%2B%31%32%30%32%35%35%35%30%31%32%36",
        "+%312025550126",
        "%252B%2531%2532%2530%2532%2535%2535%2535%2530%2531%2532%2536",
        "+1+202+555+0126",
        "%2B1+202+555-0126",
        "+1_202_555_0126",
        "+1\u00b7202\u00b7555\u00b70126",
        "+1\u3000202\uff0d555\uff0d0126",
        "+1%E2%80%91202%E2%80%91555%E2%80%910126",
        "+1%09202%09555%090126",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "/sessions/{}/hold", "to={}&x", '{{"to": "{}"}}', "tel:{};", "('{}',)"]
)
def test_number_with_a_plus_is_shortened(number: str, around: str) -> None:
    shown = masked(around.format(number)).replace("\u202a", "")
    assert around.format("+1•••••0126") == shown


@pytest.mark.parametrize(
    "number",
    [
        "2025550126", "12025550126", "0012025550126", "202-555-0126", "(202) 555-0126",
        "202.555.0126", "202%20555%200126", "%28202%29%20555-0126", "020 7946 0126", "555-0126",
        "\u0662\u0660\u0662\u0665\u0665\u0665\u0660\u0661\u0662\u0666".replace("\u0666", "6"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}", "/x/{}/y", "from {} twice", "n{}", "x\\n{}", "_{}_"])
def test_number_without_a_plus_is_shortened(number: str, around: str) -> None:
    shown = masked(around.format(number))
    assert "555" not in shown
    assert "7946" not in shown
    assert "•••••" in shown
    assert shown.count("•") == 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from +12025550123 to +442079460123.", "from +1•••••0123 to +4•••••0123."),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer •••"),
        ("Authorization: Basic YTpi==", "Authorization: Basic •••"),
        ("/Bearer%20abc.def-ghi/x", "/Bearer •••"),
        ("bearer+abc", "bearer •••"),
        (f"/x%20{KEY}", "/x%20•••"),
        (f"/x%2F{KEY}", "/x%2F•••"),
        (f"key {LONG_KEY}!", "key •••!"),
        (f"/{LONG_KEY.replace('-', '%2D')}", "/•••"),
        (f"x\\n{LOGIN};", "x\\n•••;"),
        ("?token=abc%20def&x=1", "?token=•••&x=1"),
        ("?access_token=abc", "?access_token=•••"),
        (f"/Bearer{LONG_KEY}", "/Bearer•••"),
        (f"/{LONG_KEY.upper()}", "/•••"),
        (f"/%61k-{LONG_KEY[3:]}", "/•••"),
        (f"/{LONG_KEY.replace('-', '%252D')}", "/•••"),
        (f"/{LONG_KEY.replace('abc', '%61bc')}", "/•••"),
        (f"x{LOGIN}", "x•••"),
        ("/p%61ssword=hunter2", "/password=•••"),
        ("ss-id=abc; ss-pid=def", "ss-id=•••; ss-pid=•••"),
        ("password%3Dhunter2", "password%3D•••"),
        ('{"password": "hunter2"}', '{"password": "•••"}'),
        ("{'authToken': 'abc'}", "{'authToken': '•••'}"),
        ("postgresql://u:hunter2@db/x", "postgresql://u:•••@db/x"),
        ("https://:hunter2@db/x", "https://:•••@db/x"),
        ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.abc-_d", "jwt •••"),
    ],
)
def test_credentials_are_masked(text: str, expected: str) -> None:
    assert expected == masked(text)


@pytest.mark.parametrize(
    "text",
    [
        SID,
        f"/Calls/{SID}.json",
        OURS,
        "s-" + "1" * 24,
        "u-" + "1" * 16,
        "order o-0647a048e3ebe0-00-195737391505",
        f"lease-{'0123456789ab' * 2} of u-ann",
        "1234567890123456789012345678901a",
        "0b1f2f3e-1234-4567-8901-123456789012",
        "after 1500 ms, port 5000, 2026-03-01",
        "2026-11-28T03:00:00.123456Z",
        "2026-11-28 03:00:00,123 +0000",
        "03:00:00.123456",
        "http://127.0.0.1:8000 (12345)",
        "from 192.168.100.200, again",
        "http://[::1]:8000 (123)",
        "12345.678 ms",
        "PostgreSQL 18.4, psycopg 3.3.9",
        'File "/usr/lib/python3.11/x.py", line 1234, in y',
        "Running upgrade 0017 -> 0018",
        "metadata/details-of-a-rather-long-name",
        "a break-in at the bank",
        "50%20percent",
        "1+2+3 of 100%",
    ],
)
def test_what_is_no_number_and_no_secret_stays(text: str) -> None:
    assert text == masked(text)


@pytest.mark.parametrize("secret", ["s3cret/of+ours, long", "tiny", "a token"])
def test_secret_is_masked_as_it_is_and_in_an_address(secret: str) -> None:
    masking = Masking([secret, ""])
    for spelt in (secret, quote(secret), quote(secret, safe="")):
        assert "x ••• y" == masking.text(f"x {spelt} y")


def test_short_secret_is_masked_as_a_word_only() -> None:
    assert "the latest •••" == Masking(["test"]).text("the latest test")


def test_values_and_names_are_masked_down_to_the_last() -> None:
    record = {
        "event": "x", "+12025550126": 1, "n": 12025550126, "small": 99999, "ok": True, "none": None,
        "list": ["+12025550126", {"deep": ("(202) 555-0126",)}], "bytes": b"+12025550126",
        "password": "hunter2", "auth_token": b"x", "error": ValueError("+12025550126"),
    }  # fmt: skip
    assert Masking().fields(record) == {
        "event": "x", "+1•••••0126": 1, "n": "•••••0126", "small": 99999, "ok": True, "none": None,
        "list": ["+1•••••0126", {"deep": ["(•••••0126"]}], "bytes": "b'+1•••••0126'",
        "password": "•••", "auth_token": "•••", "error": "+1•••••0126",
    }  # fmt: skip


def test_value_without_end_is_written_all_the_same() -> None:
    endless: list[object] = ["+12025550126"]
    endless.append(endless)
    assert "2025550126" not in str(Masking().fields({"x": endless}))


class _Broken:
    def __str__(self) -> str:
        raise RuntimeError


def test_value_that_cannot_be_read_is_named_by_its_type() -> None:
    assert {"x": "<_Broken>"} == Masking().fields({"x": _Broken()})


@pytest.mark.parametrize(
    "part",
    [
        "1 ", "1(", "12345(((((", "+", "%2B", "%252", "Bearer ", "Bearer%20+", "ak-", "ls-", "eyJ",
        "password=", "password", "://", "://a:", "a", "f", "1", "0a", "CA0", "12:", "1.1.",
        "%31%20", "2026-11-", " ", "\\n", '": "', "eyJaaaaaaaaaaa.",
    ],
)  # fmt: skip
def test_time_grows_with_the_text_alone(part: str) -> None:
    masking = Masking(["a secret of ours"])

    def taken(count: int) -> float:
        text = (part * count)[:count]
        best = 9.0
        for _ in range(5):
            began = time.thread_time()
            masking.text(text)
            best = min(best, time.thread_time() - began)
        return best

    assert taken(80_000) < 30 * max(taken(10_000), 0.005)


def test_number_in_wide_letters_and_percent_signs_is_shortened() -> None:
    wide = "\uff0b\uff11\uff12\uff10\uff12\uff15\uff15\uff15\uff10\uff11\uff12\uff16"
    assert "/+\uff11•••••\uff10\uff11\uff12\uff16" == masked(f"/{quote(wide)}")


def test_secret_is_masked_however_often_it_is_encoded() -> None:
    masking = Masking(["s3cret/of+ours"])
    spelt = "".join(f"%{ord(letter):02x}" for letter in "s3cret/of+ours")
    assert "/x/•••" == masking.text(f"/x/{spelt}")
    assert "/x/•••" == masking.text(f"/x/{quote(spelt)}")
