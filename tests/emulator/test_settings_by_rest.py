"""IncomingPhoneNumbers and Applications: read them, and set where calls go.

https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource,
https://www.twilio.com/docs/usage/api/applications
"""

import pytest
from twilio.base.exceptions import TwilioRestException

from .scripted_app import BASE
from .stories import CUSTOMER, OURS, Line


def test_a_number_is_found_and_sent_elsewhere(line: Line) -> None:
    (number,) = line.client.incoming_phone_numbers.list(phone_number=OURS)
    assert (OURS, f"{BASE}/voice", "POST", "(555) 000-1111") == (
        number.phone_number,
        number.voice_url,
        number.voice_method,
        number.friendly_name,
    )
    changed = line.client.incoming_phone_numbers(number.sid).update(
        voice_url=f"{BASE}/new",
        voice_method="GET",
        voice_fallback_url=f"{BASE}/spare",
        status_callback="",
        friendly_name="Front desk",
    )
    assert ("Front desk", None) == (changed.friendly_name, changed.status_callback)
    line.app.on("/new", "<Hangup/>")
    line.twilio.place_call(CUSTOMER, OURS)
    line.twilio.advance(1)
    assert ["GET"] == [one.method for one in line.app.received]
    assert (
        f"{BASE}/spare" == line.client.incoming_phone_numbers(number.sid).fetch().voice_fallback_url
    )


def test_an_application_is_found_and_changed(line: Line) -> None:
    sid = line.twilio.add_application(f"{BASE}/out")
    assert [sid] == [one.sid for one in line.client.applications.list()]
    changed = line.client.applications(sid).update(
        voice_url=f"{BASE}/other", friendly_name="Softphone"
    )
    assert ("Softphone", f"{BASE}/other") == (changed.friendly_name, changed.voice_url)
    assert sid == line.client.applications.list(friendly_name="Softphone")[0].sid
    line.twilio.connect_device("alice", {})
    line.twilio.advance(1)
    assert 1 == len(line.app.at("/other"))
    assert f"{BASE}/other" == line.client.applications(sid).fetch().voice_url


def test_a_number_may_leave_its_calls_to_an_application(line: Line) -> None:
    sid = line.twilio.add_application(f"{BASE}/app")
    number = line.client.incoming_phone_numbers.list()[0]
    line.client.incoming_phone_numbers(number.sid).update(voice_application_sid=sid)
    line.twilio.place_call(CUSTOMER, OURS)
    line.twilio.advance(1)
    assert (1, 0) == (len(line.app.at("/app")), len(line.app.at("/voice")))


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"voice_url": "voice.xml"}, 21402),
        ({"voice_url": "https://under_score.test/x"}, 21402),
        ({"voice_method": "PUT"}, 21403),
        ({"voice_application_sid": "AP" + "0" * 32}, 21218),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(
    line: Line, fields: dict[str, str], code: int
) -> None:
    number = line.client.incoming_phone_numbers.list()[0]
    with pytest.raises(TwilioRestException) as caught:
        line.client.incoming_phone_numbers(number.sid).update(**fields)
    assert (400, code) == (caught.value.status, caught.value.code)


def test_what_is_not_there_is_not_found(line: Line) -> None:
    for ask in (
        line.client.incoming_phone_numbers("PN" + "0" * 32).fetch,
        line.client.applications("AP" + "0" * 32).fetch,
    ):
        with pytest.raises(TwilioRestException) as caught:
            ask()
        assert (404, 20404) == (caught.value.status, caught.value.code)
