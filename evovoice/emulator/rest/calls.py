"""/Calls: create, fetch, list, update, delete (sections 1.5 and 3.2)."""

from functools import partial

from evovoice.emulator.engine import call_lifecycle, keypad
from evovoice.emulator.engine.document import Document, DocumentError, relative_actions
from evovoice.emulator.engine.parsing import parse
from evovoice.emulator.engine.redirecting import RunsWhenAnswered, Source, redirect
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.rest import render
from evovoice.emulator.rest.addresses import checked_addresses, shown_instead
from evovoice.emulator.rest.detection import of_call
from evovoice.emulator.rest.ending import order_end
from evovoice.emulator.rest.errors import Refusal, not_found, not_in_progress
from evovoice.emulator.rest.fields import (
    fallback_in,
    leg_subscription,
    method_in,
    seconds_in,
    timeout_in,
    url_in,
)
from evovoice.emulator.rest.messages import Form, RestRequest, RestResponse
from evovoice.emulator.rest.paging import in_dates, page_of
from evovoice.emulator.rest.recordings import record_order
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.numbers import as_dialled

_DEFAULT_TIMEOUT = 60
_MAX_TIMEOUT = 600
_LONGEST_TWIML = 4000


def create(network: VoiceNetwork, request: RestRequest) -> RestResponse:
    """201 and a queued call; its document runs once somebody answers."""
    form = request.form
    from_, to = checked_addresses(network.account, form)
    source, digits = _first_source(network, form), _digits(form)
    leg = Leg(
        sid=network.sids.new("CA"),
        direction="outbound-api",
        from_=shown_instead(form) or from_,
        to=to,
        created=network.now,
        updated=network.now,
        subscription=leg_subscription(form),
        fallback=fallback_in(form),
        time_limit=seconds_in(form, "TimeLimit"),
        record_order=record_order(form),
        reason=form.get("CallReason"),
        watcher=RunsWhenAnswered(network, source, digits),
        detection=None if digits else of_call(network, form),  # T: the one switches the other off
    )
    network.legs.add(leg)
    patience = timeout_in(form, 1, _MAX_TIMEOUT, _DEFAULT_TIMEOUT)
    call_lifecycle.place(network, leg, patience + network.choices.rest_timeout_extra)
    return RestResponse(201, render.call(network, leg))


def _digits(form: Form) -> str:
    digits = form.text("SendDigits")
    if digits and not keypad.is_sendable(digits):
        raise Refusal(21206, "Invalid SendDigits: up to 32 of 0-9, A-D, #, *, w and W")
    return digits


def fetch(network: VoiceNetwork, request: RestRequest, sid: str) -> RestResponse:
    """One call."""
    return RestResponse(200, render.call(network, _known(network, request, sid)))


def list_all(network: VoiceNetwork, request: RestRequest) -> RestResponse:
    """The newest first."""
    legs = [leg for leg in network.legs if _matches(leg, request.form)]
    legs.reverse()
    show = partial(render.call, network)
    return page_of(request.path, request.form, "calls", legs, show, lambda leg: leg.sid)


def _matches(leg: Leg, form: Form) -> bool:
    facts = {
        "To": leg.to,
        "From": leg.from_,
        "ParentCallSid": leg.parent_sid,
        "Status": leg.status,
    }
    wanted = {name: as_dialled(form.text(name)) for name in facts}
    return (
        all(wanted[name] in {"", value} for name, value in facts.items())
        and in_dates(form, "StartTime", leg.started)
        and in_dates(form, "EndTime", leg.ended)
    )


def update(network: VoiceNetwork, request: RestRequest, sid: str) -> RestResponse:
    """R2, R6, R9-R12: redirect a call or end it."""
    leg = _known(network, request, sid)
    form = request.form
    source = _source(network, form)
    if source is not None and not leg.live:
        raise not_in_progress()
    _apply_settings(leg, form)
    told = None
    if form.get("Status"):
        told = order_end(network, request, leg)
    elif source is not None:
        redirect(network, leg, source)
    leg.updated = network.now
    return RestResponse(200, {**render.call(network, leg), "status": told or leg.status})


def delete(network: VoiceNetwork, request: RestRequest, sid: str) -> RestResponse:
    """R13: the record goes, the leg does not."""
    network.legs.forget(_known(network, request, sid).sid)
    return RestResponse(204, None)


def _known(network: VoiceNetwork, request: RestRequest, sid: str) -> Leg:
    leg = network.legs.get(sid)
    if leg is None:
        raise not_found(request.path)
    return leg


def _apply_settings(leg: Leg, form: Form) -> None:
    leg.subscription = leg_subscription(form) or leg.subscription
    leg.fallback = fallback_in(form) or leg.fallback
    leg.time_limit = seconds_in(form, "TimeLimit") or leg.time_limit


def _first_source(network: VoiceNetwork, form: Form) -> Source:
    application = network.account.applications.get(form.text("ApplicationSid"))
    if "ApplicationSid" in form:
        if application is None:
            raise Refusal(21218, "Invalid ApplicationSid")
        return Source(application.voice.voice_url, application.voice.voice_method)
    if len(form.text("Twiml")) > _LONGEST_TWIML:
        raise Refusal(network.choices.long_twiml_code, "Twiml is longer than 4000 characters")
    source = _source(network, form)
    if source is None:
        raise Refusal(21205, "Url parameter is required.")
    return source


def _source(network: VoiceNetwork, form: Form) -> Source | None:
    url, twiml = form.get("Url"), form.get("Twiml")
    if url and twiml:
        code = network.choices.url_with_twiml_code
        raise Refusal(code, "Only one of Url and Twiml may be given")  # R11
    if twiml:
        return Source(document=_inline(network, twiml))
    url = url_in(form, "Url", 21205)
    return Source(url, method_in(form, "Method")) if url else None


def _inline(network: VoiceNetwork, twiml: str) -> Document:
    try:
        document = parse(twiml)
    except DocumentError as error:
        raise Refusal(error.code, error.text) from error
    relative = relative_actions(document.verbs)
    if relative and network.choices.relative_action_is_refused:
        raise Refusal(15004, f"Relative action URL in inline TwiML: {relative[0]}")  # R10
    return document
