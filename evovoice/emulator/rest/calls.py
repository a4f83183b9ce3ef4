"""/Calls: create, fetch, list, update, delete (sections 1.5 and 3.2)."""

from functools import partial

from evovoice.emulator.engine import keypad, lines
from evovoice.emulator.engine.document import Document, DocumentError, relative_actions
from evovoice.emulator.engine.leg import Leg
from evovoice.emulator.engine.parsing import parse
from evovoice.emulator.engine.redirecting import RunsWhenAnswered, Source, redirect
from evovoice.emulator.engine.world import World
from evovoice.emulator.rest import render
from evovoice.emulator.rest.addresses import checked_addresses
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
from evovoice.emulator.rest.messages import Form, RestAnswer, RestRequest
from evovoice.emulator.rest.paging import in_dates, page_of
from evovoice.emulator.rest.recordings import record_order

_DEFAULT_TIMEOUT = 60
_MAX_TIMEOUT = 600
_LONGEST_TWIML = 4000


def create(world: World, request: RestRequest) -> RestAnswer:
    """201 and a queued call; its document runs once somebody answers."""
    form = request.form
    from_, to = checked_addresses(world.account, form)
    source, digits = _first_source(world, form), _digits(form)
    leg = Leg(
        sid=world.sids.new("CA"),
        direction="outbound-api",
        from_=from_,
        to=to,
        created=world.now,
        updated=world.now,
        subscription=leg_subscription(form),
        fallback=fallback_in(form),
        time_limit=seconds_in(form, "TimeLimit"),
        record_order=record_order(form),
        watcher=RunsWhenAnswered(world, source, digits),
        detection=None if digits else of_call(form),  # T: the one switches the other off
    )
    world.legs.add(leg)
    patience = timeout_in(form, 1, _MAX_TIMEOUT, _DEFAULT_TIMEOUT)
    lines.place(world, leg, patience + world.choices.rest_timeout_extra)
    return RestAnswer(201, render.call(world, leg))


def _digits(form: Form) -> str:
    digits = form.text("SendDigits")
    if digits and not keypad.is_sendable(digits):
        raise Refusal(21206, "Invalid SendDigits: up to 32 of 0-9, A-D, #, *, w and W")
    return digits


def fetch(world: World, request: RestRequest, sid: str) -> RestAnswer:
    """One call."""
    return RestAnswer(200, render.call(world, _known(world, request, sid)))


def list_all(world: World, request: RestRequest) -> RestAnswer:
    """The newest first."""
    legs = [leg for leg in world.legs if _matches(leg, request.form)]
    legs.reverse()
    show = partial(render.call, world)
    return page_of(request.path, request.form, "calls", legs, show, lambda leg: leg.sid)


def _matches(leg: Leg, form: Form) -> bool:
    wanted = {
        "To": leg.to,
        "From": leg.from_,
        "ParentCallSid": leg.parent_sid,
        "Status": leg.status,
    }
    return (
        all(form.get(name) in {None, "", value} for name, value in wanted.items())
        and in_dates(form, "StartTime", leg.started)
        and in_dates(form, "EndTime", leg.ended)
    )


def update(world: World, request: RestRequest, sid: str) -> RestAnswer:
    """R2, R6, R9-R12: redirect a call or end it."""
    leg = _known(world, request, sid)
    form = request.form
    source = _source(world, form)
    if source is not None and not leg.live:
        raise not_in_progress()
    _apply_settings(leg, form)
    told = None
    if form.get("Status"):
        told = order_end(world, request, leg)
    elif source is not None:
        redirect(world, leg, source)
    leg.updated = world.now
    return RestAnswer(200, {**render.call(world, leg), "status": told or leg.status})


def delete(world: World, request: RestRequest, sid: str) -> RestAnswer:
    """R13: the record goes, the leg does not."""
    world.legs.forget(_known(world, request, sid).sid)
    return RestAnswer(204, None)


def _known(world: World, request: RestRequest, sid: str) -> Leg:
    leg = world.legs.get(sid)
    if leg is None:
        raise not_found(request.path)
    return leg


def _apply_settings(leg: Leg, form: Form) -> None:
    leg.subscription = leg_subscription(form) or leg.subscription
    leg.fallback = fallback_in(form) or leg.fallback
    leg.time_limit = seconds_in(form, "TimeLimit") or leg.time_limit


def _first_source(world: World, form: Form) -> Source:
    application = world.account.applications.get(form.text("ApplicationSid"))
    if "ApplicationSid" in form:
        if application is None:
            raise Refusal(21218, "Invalid ApplicationSid")
        return Source(application.voice.voice_url, application.voice.voice_method)
    if len(form.text("Twiml")) > _LONGEST_TWIML:
        raise Refusal(world.choices.long_twiml_code, "Twiml is longer than 4000 characters")
    source = _source(world, form)
    if source is None:
        raise Refusal(21205, "Url parameter is required.")
    return source


def _source(world: World, form: Form) -> Source | None:
    url, twiml = form.get("Url"), form.get("Twiml")
    if url and twiml:
        code = world.choices.url_with_twiml_code
        raise Refusal(code, "Only one of Url and Twiml may be given")  # R11
    if twiml:
        return Source(document=_inline(world, twiml))
    url = url_in(form, "Url", 21205)
    return Source(url, method_in(form, "Method")) if url else None


def _inline(world: World, twiml: str) -> Document:
    try:
        document = parse(twiml)
    except DocumentError as error:
        raise Refusal(error.code, error.text) from error
    relative = relative_actions(document.verbs)
    if relative and world.choices.relative_action_is_refused:
        raise Refusal(15004, f"Relative action URL in inline TwiML: {relative[0]}")  # R10
    return document
