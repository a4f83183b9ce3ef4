"""/IncomingPhoneNumbers and /Applications: read them, and set where their calls go."""

from dataclasses import replace

from evovoice.emulator.engine.account import Application, Number, VoiceSettings
from evovoice.emulator.engine.world import World
from evovoice.emulator.rest import render_settings
from evovoice.emulator.rest.errors import Refusal, not_found
from evovoice.emulator.rest.fields import method_in, url_in
from evovoice.emulator.rest.messages import Form, RestAnswer, RestRequest
from evovoice.emulator.rest.paging import page_of

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


def list_numbers(world: World, request: RestRequest) -> RestAnswer:
    """The newest first; `PhoneNumber` matches a part of it."""
    form, numbers = request.form, [*world.account.numbers.values()]
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
        lambda one: render_settings.number(world, one),
        lambda one: one.sid,
    )


def fetch_number(world: World, request: RestRequest, sid: str) -> RestAnswer:
    """One number."""
    return RestAnswer(200, render_settings.number(world, _number(world, request, sid)))


def update_number(world: World, request: RestRequest, sid: str) -> RestAnswer:
    """What is given changes, an empty value clears."""
    number, form = _number(world, request, sid), request.form
    application = form.get("VoiceApplicationSid")
    if application and application not in world.account.applications:
        raise Refusal(21218, "Invalid ApplicationSid")
    changed = replace(
        number,
        voice=_changed(number.voice, form),
        friendly_name=form.get("FriendlyName") or number.friendly_name,
        application_sid=number.application_sid if application is None else application or None,
        updated=world.now,
        trunk_sid=form.text("TrunkSid") or None if "TrunkSid" in form else number.trunk_sid,
    )
    world.account.numbers[number.phone_number] = changed
    return RestAnswer(200, render_settings.number(world, changed))


def list_applications(world: World, request: RestRequest) -> RestAnswer:
    """The newest first."""
    name = request.form.get("FriendlyName")
    applications = world.account.applications.values()
    found = [one for one in applications if name in {None, "", one.friendly_name}]
    found.reverse()
    return page_of(
        request.path,
        request.form,
        "applications",
        found,
        lambda one: render_settings.application(world, one),
        lambda one: one.sid,
    )


def fetch_application(world: World, request: RestRequest, sid: str) -> RestAnswer:
    """One TwiML App."""
    return RestAnswer(200, render_settings.application(world, _application(world, request, sid)))


def update_application(world: World, request: RestRequest, sid: str) -> RestAnswer:
    """What is given changes, an empty value clears."""
    application, form = _application(world, request, sid), request.form
    changed = replace(
        application,
        voice=_changed(application.voice, form),
        friendly_name=form.get("FriendlyName") or application.friendly_name,
        updated=world.now,
    )
    world.account.applications[sid] = changed
    return RestAnswer(200, render_settings.application(world, changed))


def _changed(voice: VoiceSettings, form: Form) -> VoiceSettings:
    changes: dict[str, str | None] = {}
    for name, field in _ADDRESSES.items():
        if name in form:
            changes[field] = url_in(form, name, _INVALID_URL)
    for name, field in _METHODS.items():
        if form.get(name):
            changes[field] = method_in(form, name, code=_INVALID_METHOD)
    return replace(voice, **changes)  # type: ignore[arg-type]


def _number(world: World, request: RestRequest, sid: str) -> Number:
    for one in world.account.numbers.values():
        if one.sid == sid:
            return one
    raise not_found(request.path)


def _application(world: World, request: RestRequest, sid: str) -> Application:
    application = world.account.applications.get(sid)
    if application is None:
        raise not_found(request.path)
    return application
