"""Webhook signatures: the published vectors and the known pitfalls (section 5)."""

import base64
import hashlib
import hmac
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from evovoice.carrier.signature import SignatureCheck

TOKEN = "12345"
ACCOUNT = "AC" + "0a1b2c3d" * 4
BASE = "https://mycompany.com"
SHA256 = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
VECTOR = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}


class AnyAccount(SignatureCheck):
    """The published vectors carry no account: here the seal alone is checked."""

    def _is_our_form(self, form: object) -> bool:
        return True


def sealed(path: str, form: MultiDict[str, str], token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(BASE + path, form))


def ours(**more: str) -> MultiDict[str, str]:
    return MultiDict({"AccountSid": ACCOUNT, "CallSid": "CA" + "0" * 32, **more})


@pytest.fixture
def check() -> SignatureCheck:
    return SignatureCheck([TOKEN], BASE, ACCOUNT)


@pytest.mark.parametrize(
    ("settings", "signature"),
    [
        (None, "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        ("", "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (SHA256, "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s="),
    ],
)
def test_published_vectors(settings: str | None, signature: str) -> None:
    """Both algorithms, chosen by the settings header."""
    check = AnyAccount([TOKEN], BASE, ACCOUNT)
    target, form = "/myapp.php?foo=1&bar=2", MultiDict(VECTOR)
    assert check.is_genuine(target, form, signature, settings, b"")
    assert not check.is_genuine(target, form, signature[:-2] + "A=", settings, b"")


def test_published_vector_with_repeated_keys() -> None:
    """Values of one name are signed once each, sorted; a plain dict would lose them."""
    check = AnyAccount([TOKEN], "https://x.test", ACCOUNT)
    form = MultiDict([("E", "b"), ("E", "a"), ("E", "a"), ("Z", "1")])
    signature = "PfYnpFN98/+DwBUyx0FmqpZrYNE="
    assert check.is_genuine("/c", form, signature, None, b"")
    assert not check.is_genuine("/c", form.to_dict(), signature, None, b"")


def test_published_vector_with_a_json_body(check: SignatureCheck) -> None:
    """The address is signed, and names the body by its hash."""
    body = b'{"a":1}'
    target = f"/cb?bodySHA256={hashlib.sha256(body).hexdigest()}"
    signature = "CfCuUj7haigkxJw5ejZH6L2IevE="
    assert check.is_genuine(target, None, signature, None, body)
    assert not check.is_genuine(target, None, signature, None, b'{"a":2}')
    assert not check.is_genuine(target, None, signature, None, b"\xff\xfe")


def test_a_body_that_is_not_sealed_is_not_genuine(check: SignatureCheck) -> None:
    """No hash in the address, or two: nothing vouches for the body."""
    body = b'{"a":1}'
    right = hashlib.sha256(body).hexdigest()
    for target in ("/cb", f"/cb?bodySHA256={right}&bodySHA256={right}", "/cb?bodySHA256="):
        signature = sealed(target, MultiDict())
        assert not check.is_genuine(target, None, signature, None, body)


@pytest.mark.parametrize("header", [None, "", " ", "x", "é", "A" * 100_000])
def test_a_missing_or_senseless_header_is_an_answer_not_an_error(
    check: SignatureCheck, header: str | None
) -> None:
    """The SDK alone fails with TypeError where the header is missing."""
    assert not check.is_genuine("/c", ours(), header, None, b"")


@pytest.mark.parametrize(
    "settings", ["algorithm=NONE", "key=1,algorithm=HMAC_MD5", "algorithm=HMAC_SHA1\n,"]
)
def test_an_unknown_algorithm_is_not_genuine(check: SignatureCheck, settings: str) -> None:
    """Nobody may choose how he is checked, beyond the two that exist."""
    form = ours()
    genuine = settings.startswith("algorithm=HMAC_SHA1")
    assert genuine == check.is_genuine("/c", form, sealed("/c", form), settings, b"")


def test_both_tokens_count_during_a_rotation() -> None:
    """Old and new are accepted, a third is not."""
    check = SignatureCheck(["new", "old"], BASE, ACCOUNT)
    form = ours()
    accepted = [
        check.is_genuine("/c", form, sealed("/c", form, token), None, b"")
        for token in ("new", "old", "other")
    ]
    assert [True, True, False] == accepted


@pytest.mark.parametrize("tokens", [[], [""], ["  "], [TOKEN, ""], TOKEN])
def test_an_empty_token_stops_the_start(tokens: list[str]) -> None:
    """With an empty key anybody can compute a signature."""
    with pytest.raises(ValueError, match="token"):
        SignatureCheck(tokens, BASE, ACCOUNT)


@pytest.mark.parametrize("base", ["https://u:p@x.test", "https://x.test:99999", "https://[::1"])
def test_a_base_that_breaks_the_check_stops_the_start(base: str) -> None:
    """Odd ports and user names make the SDK's check fail or raise."""
    with pytest.raises(ValueError, match=r"."):
        SignatureCheck([TOKEN], base, ACCOUNT)


@pytest.mark.parametrize(
    ("base", "signed"),
    [
        ("https://x.test", "https://x.test:443/c"),
        ("https://x.test:443", "https://x.test/c"),
        ("https://x.test:8443", "https://x.test:8443/c"),
        ("http://x.test", "http://x.test:80/c"),
    ],
)
def test_a_port_may_be_signed_or_not(base: str, signed: str) -> None:
    """Twilio is not of one mind about it."""
    form = ours()
    signature = RequestValidator(TOKEN).compute_signature(signed, form)
    assert SignatureCheck([TOKEN], base, ACCOUNT).is_genuine("/c", form, signature, None, b"")


@pytest.mark.parametrize(
    ("signed", "as_set", "host", "genuine"),
    [
        ("https://Voice.Example.COM/c", "https://Voice.Example.COM", None, True),
        ("https://Voice.Example.COM:443/c", "https://Voice.Example.COM", None, True),
        ("https://voice.example.com/c", "https://Voice.Example.COM:443", None, True),
        ("https://Voice.example.com/c", None, "Voice.example.com", True),
        ("https://Voice.example.com:443/c", None, "Voice.example.com", True),
        ("https://Voice.example.com/c", None, "voice.example.com", False),
        ("https://elsewhere.test/c", None, "elsewhere.test", False),
        ("https://voice.example.com/C", "https://Voice.Example.COM", "Voice.example.com", False),
    ],
)
def test_our_host_may_be_signed_in_other_capitals(
    signed: str, as_set: str | None, host: str | None, genuine: bool
) -> None:
    """A number's address was typed at Twilio; the host's capitals mean nothing, a path's do."""
    form = ours()
    signature = RequestValidator(TOKEN).compute_signature(signed, form)
    check = SignatureCheck([TOKEN], "https://voice.example.com", ACCOUNT, as_set)
    assert genuine == check.is_genuine("/c", form, signature, None, b"", host)


def test_an_account_that_is_not_ours_is_not_genuine(check: SignatureCheck) -> None:
    """A right seal on somebody else's call, on none, or on two accounts at once."""
    other = MultiDict({"AccountSid": "AC" + "f" * 32})
    none: MultiDict[str, str] = MultiDict()
    both = MultiDict([("AccountSid", ACCOUNT), ("AccountSid", "AC" + "f" * 32)])
    for form in (other, none, both):
        assert not check.is_genuine("/c", form, sealed("/c", form), None, b"")


def test_every_change_of_a_sealed_request_shows(check: SignatureCheck) -> None:
    """Another path, a slash more, another value, one parameter more or less."""
    form = ours(Digits="1234")
    signature = sealed("/c?a=1", form)
    assert check.is_genuine("/c?a=1", form, signature, None, b"")
    for target in ("/c", "/c/?a=1", "/c?a=2", "/d?a=1", "/c?a=1&b=2"):
        assert not check.is_genuine(target, form, signature, None, b"")
    for changed in (ours(Digits="1235"), ours(), ours(Digits="1234", X="1")):
        assert not check.is_genuine("/c?a=1", changed, signature, None, b"")


def test_recut_parameters_pass_the_seal(check: SignatureCheck) -> None:
    """Twilio's signature cannot tell them apart; the strict reading of forms can."""
    signature = sealed("/c", ours(Digits="1234"))
    assert check.is_genuine("/c", ours(Digits1="234"), signature, None, b"")


def test_a_fragment_is_neither_sent_nor_signed(check: SignatureCheck) -> None:
    """Our own addresses carry one; where a proxy passes it on, it is cut off."""
    form = ours()
    assert check.is_genuine("/c#rc=3&rp=all", form, sealed("/c", form), None, b"")


def test_a_path_is_signed_as_it_travelled(check: SignatureCheck) -> None:
    """Percent signs stay: a decoded path has another signature."""
    raw = "/s/" + quote("a/ü", safe="")
    form = ours()
    assert check.is_genuine(raw, form, sealed(raw, form), None, b"")
    assert not check.is_genuine("/s/a/ü", form, sealed(raw, form), None, b"")


def test_a_replay_passes_the_seal(check: SignatureCheck) -> None:
    """There is no time in a signature: receipts are what stops a replay."""
    form = ours()
    signature = sealed("/c", form)
    assert [True, True] == [check.is_genuine("/c", form, signature, None, b"") for _ in "12"]


@given(
    target=st.text(),
    names=st.dictionaries(st.text(), st.text(), max_size=4),
    header=st.none() | st.text(),
    settings=st.none() | st.text(),
    body=st.binary(max_size=64),
    as_form=st.booleans(),
    host=st.none() | st.text() | st.just("MyCompany.com"),
)
def test_nothing_forged_passes_and_nothing_raises(
    target: str,
    names: dict[str, str],
    header: str | None,
    settings: str | None,
    body: bytes,
    as_form: bool,
    host: str | None,
) -> None:
    """Whatever comes in, the answer is no."""
    check = SignatureCheck([TOKEN], BASE, ACCOUNT)
    form = MultiDict({"AccountSid": ACCOUNT, **names}) if as_form else None
    assert not check.is_genuine(target, form, header, settings, body, host)


def test_lone_surrogates_do_not_raise(check: SignatureCheck) -> None:
    """Text that has no bytes cannot have been signed."""
    form = ours(Digits="\ud800")
    assert not check.is_genuine("/\ud800", form, "x" * 28, None, b"")
    assert not check.is_genuine("/c?bodySHA256=\ud800", None, "x" * 28, None, b"")


def test_an_empty_key_would_have_been_forgeable() -> None:
    """Why the start is refused: this is all it takes."""
    form = ours()
    text = f"{BASE}/cAccountSid{ACCOUNT}CallSid{form['CallSid']}"
    forged = base64.b64encode(hmac.new(b"", text.encode(), hashlib.sha1).digest()).decode()
    assert RequestValidator("").validate(f"{BASE}/c", form, forged)


def test_a_missing_account_stops_the_start() -> None:
    """Without one, nobody's webhooks would be ours."""
    with pytest.raises(ValueError, match="account"):
        SignatureCheck([TOKEN], BASE, "")


def test_an_address_that_is_none_does_not_raise(check: SignatureCheck) -> None:
    """The path is the attacker's to choose."""
    for target in ("//[::1", "//[x]/", "@x.test:99999/", ":99999/"):
        assert not check.is_genuine(target, ours(), "x" * 28, None, b"")
        assert not check.is_genuine(target, None, "x" * 28, None, b"")
