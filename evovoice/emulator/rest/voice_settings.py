"""/IncomingPhoneNumbers and /Applications: read them, and set where their calls go."""

from dataclasses import replace

from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.rest import render_settings
from evovoice.emulator.rest.errors import Refusal, not_found
from evovoice.emulator.rest.fields import method_in, url_in
from evovoice.emulator.rest.messages import Form, RestRequest, RestResponse
from evovoice.emulator.rest.paging import page_of
from evovoice.emulator.state.account import Application, Number, VoiceSettings

_INVALID_URL, _INVALID_METHOD = 21402, 21403
_ADDRESSES = {
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
    "StatusCallback": "status_callback",
}
_METHODS = {
    "VoiceMethod": "voice_method",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallbackMethod": "status_callback_method",
}


def list_numbers(network: VoiceNetwork, request: RestRequest) -> RestResponse:
    """The newest first; `PhoneNumber` matches a part of it."""
    form, numbers = request.form, [*network.account.numbers.values()]
    part, name = form.text("PhoneNumber").replace("*", ""), form.get("FriendlyName")
    found = [
        one for one in numbers if part in one.phone_number and name in {None, "", one.friendly_name}
    ]
    found.reverse()
    return page_of(
        request.path,
        form,
        "incoming_phone_numbers",
        found,
        lambda one: render_settings.number(network, one),
        lambda one: one.sid,
    )


def fetch_number(network: VoiceNetwork, request: RestRequest, sid: str) -> RestResponse:
    """One number."""
    return RestResponse(200, render_settings.number(network, _number(network, request, sid)))


def update_number(network: VoiceNetwork, request: RestRequest, sid: str) -> RestResponse:
    """What is given changes, an empty value clears."""
    number, form = _number(network, request, sid), request.form
    application = form.get("VoiceApplicationSid")
    if application and application not in network.account.applications:
        raise Refusal(21218, "Invalid ApplicationSid")
    changed = replace(
        number,
        voice=_changed(number.voice, form),
        friendly_name=form.get("FriendlyName") or number.friendly_name,
        application_sid=number.application_sid if application is None else application or None,
        updated=network.now,
        trunk_sid=form.text("TrunkSid") or None if "TrunkSid" in form else number.trunk_sid,
    )
    network.account.numbers[number.phone_number] = changed
    return RestResponse(200, render_settings.number(network, changed))


def list_applications(network: VoiceNetwork, request: RestRequest) -> RestResponse:
    """The newest first."""
    name = request.form.get("FriendlyName")
    applications = network.account.applications.values()
    found = [one for one in applications if name in {None, "", one.friendly_name}]
    found.reverse()
    return page_of(
        request.path,
        request.form,
        "applications",
        found,
        lambda one: render_settings.application(network, one),
        lambda one: one.sid,
    )


def fetch_application(network: VoiceNetwork, request: RestRequest, sid: str) -> RestResponse:
    """One TwiML App."""
    return RestResponse(
        200, render_settings.application(network, _application(network, request, sid))
    )


def update_application(network: VoiceNetwork, request: RestRequest, sid: str) -> RestResponse:
    """What is given changes, an empty value clears."""
    application, form = _application(network, request, sid), request.form
    changed = replace(
        application,
        voice=_changed(application.voice, form),
        friendly_name=form.get("FriendlyName") or application.friendly_name,
        updated=network.now,
    )
    network.account.applications[sid] = changed
    return RestResponse(200, render_settings.application(network, changed))


def _changed(voice: VoiceSettings, form: Form) -> VoiceSettings:
    changes: dict[str, str | None] = {}
    for name, field in _ADDRESSES.items():
        if name in form:
            changes[field] = url_in(form, name, _INVALID_URL)
    for name, field in _METHODS.items():
        if form.get(name):
            changes[field] = method_in(form, name, code=_INVALID_METHOD)
    return replace(voice, **changes)  # type: ignore[arg-type]


def _number(network: VoiceNetwork, request: RestRequest, sid: str) -> Number:
    for one in network.account.numbers.values():
        if one.sid == sid:
            return one
    raise not_found(request.path)


def _application(network: VoiceNetwork, request: RestRequest, sid: str) -> Application:
    application = network.account.applications.get(sid)
    if application is None:
        raise not_found(request.path)
    return application
