"""R46: all vectors of twilio-voice 5.

https://www.twilio.com/docs/usage/security#validating-requests
"""

import hashlib

from evovoice.emulator.engine.signature import json_url, sign

URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
PARAMS = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675309"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
]


def test_r46_signature_of_a_form() -> None:
    assert sign("12345", URL, PARAMS) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_r46_signature_does_not_depend_on_the_order_of_parameters() -> None:
    assert sign("12345", URL, reversed(PARAMS)) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_r46_signature_with_sha256() -> None:
    expected = "033hgUJA9M/hXIZsYjwkerEP/DBm35nEri5FhCYjA5s="
    assert sign("12345", URL, PARAMS, "sha256") == expected


def test_r46_signature_of_a_repeated_key() -> None:
    pairs = [("E", "b"), ("E", "a"), ("E", "a"), ("Z", "1")]
    assert sign("12345", "https://x.test/c", pairs) == "PfYnpFN98/+DwBUyx0FmqpZrYNE="


def test_r46_signature_of_a_json_body() -> None:
    body = b'{"a":1}'
    url = json_url("https://mycompany.com/cb", body)
    digest = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
    assert (digest, f"https://mycompany.com/cb?bodySHA256={digest}") == (
        hashlib.sha256(body).hexdigest(),
        url,
    )
    assert sign("12345", url) == "CfCuUj7haigkxJw5ejZH6L2IevE="
