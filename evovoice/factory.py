"""The only place where the parts are joined: settings in, a Flask application out."""

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from evovoice.background import Background, StartsBackground
from evovoice.carrier.capture.recorder import Recorder
from evovoice.carrier.device_route import device_route
from evovoice.carrier.device_token import TwilioDeviceTokens
from evovoice.carrier.measured_carrier import MeasuredCarrier
from evovoice.carrier.port import Carrier
from evovoice.carrier.signature import SignatureCheck
from evovoice.carrier.twiml import TwimlWriter
from evovoice.carrier_parts import carrier_of, recorder_of
from evovoice.environment import environment
from evovoice.externals import Externals, new_id, real_externals
from evovoice.log_setup import begin_log
from evovoice.release import running_version
from evovoice.services.app_context import AppContext
from evovoice.services.auth.credentials import PasswordCache
from evovoice.services.auth.password_check import PasswordCheck
from evovoice.services.auth.sign_in import SignIn
from evovoice.services.auth.single_sign_on import SingleSignOn
from evovoice.services.figures import PresentFigures
from evovoice.services.intake.patience import Patience
from evovoice.services.live.live_feed import LiveFeed
from evovoice.services.outbox.dispatch import Dispatch
from evovoice.services.outbox.order_lanes import LOOKS_AT_ONCE, Lane
from evovoice.services.outbox.outage import Outage
from evovoice.services.outbox.session_changes import SessionChanges
from evovoice.settings import Settings, from_env
from evovoice.storage.unit_of_work import Database, DatabaseUnavailable
from evovoice.telemetry import NO_TELEMETRY, Around, Telemetry, telemetry_from
from evovoice.web.api import api_blueprint, health_blueprint, open_api_blueprint
from evovoice.web.audit_source import install_audit_source
from evovoice.web.auth import GuardedBlueprint
from evovoice.web.authenticator import Authenticator
from evovoice.web.console.pages import console_blueprint
from evovoice.web.event_stream import write_event
from evovoice.web.every_request import install
from evovoice.web.icon import icon_blueprint
from evovoice.web.metrics_page import metrics_blueprint
from evovoice.web.operations import TABLE
from evovoice.web.servicestack.documents.pages import documents_blueprint
from evovoice.web.single_sign_on import CALLBACK, single_sign_on_blueprint
from evovoice.web.webhooks import webhooks_blueprint

_log = logging.getLogger(__name__)
_HTTP = (
    "PUBLIC_BASE_URL begins with http://, so callers' numbers, passwords and cookies can be read on"
    " their way: use an address with https:// anywhere but on this machine itself"
)


def create_app_from_env(environ: Mapping[str, str] | None = None) -> Flask:
    """The service as the environment describes it; its background begins with the first request, or
    before by a hook of `gunicorn_conf`.

    Errors: `SettingsError` and `DatabaseUnavailable`, one sentence each.
    """
    environ = environment() if environ is None else environ
    begin_log(environ)
    settings = from_env(environ)
    require_migrations(settings.database_url)
    telemetry = telemetry_from(environ)
    if settings.is_readable_on_its_way:
        _log.warning(_HTTP)
    app = create_app(settings, telemetry=telemetry)
    telemetry.prepare(app)
    app.wsgi_app = StartsBackground(app.wsgi_app, app.extensions["evovoice"])  # type: ignore[method-assign]
    return app


def require_migrations(url: str) -> None:
    """Refuse to start on a database that lacks tables. Errors: `DatabaseUnavailable`.

    One that cannot be reached stops nobody: it may be back in a moment, and a platform would start
    us again and again, and give up at last. Until then `/readyz` says so.
    """
    database = Database(url, 1)
    try:
        is_wanting = database.lacks_migrations()
    except DatabaseUnavailable as error:
        _log.warning("The start goes on without the database (%s). %s", error.reason, error)
        return
    finally:
        database.dispose()  # no connection goes through a fork
    if is_wanting:
        raise DatabaseUnavailable("The database lacks migrations: run `evovoice db upgrade`.")


def create_worker_from_env() -> Background:
    """The background that `evovoice worker` runs. Errors as of `create_app_from_env`."""
    environ = environment()
    begin_log(environ)
    settings = from_env(environ)
    require_migrations(settings.database_url)
    telemetry = telemetry_from(environ)
    parts = _parts(settings, real_externals(), telemetry)
    return Background(parts.context, parts.at_start, telemetry=telemetry)


def create_app(
    settings: Settings, externals: Externals | None = None, telemetry: Telemetry = NO_TELEMETRY
) -> Flask:
    """Join the parts. Nothing is sent and no thread started before the first request."""
    externals = externals or real_externals()
    parts = _parts(settings, externals, telemetry)
    context = parts.context
    background = Background(
        context, parts.at_start, leaves_shared=settings.has_worker, telemetry=telemetry
    )
    passwords = _passwords(settings, context.database, externals.clock)
    authenticator = _authenticator(settings, context.database, passwords, externals.clock)
    app = Flask("evovoice", static_folder=None)
    install(
        app,
        health_blueprint(context, background.is_running, running_version(os.environ)),
        api_blueprint(context, authenticator),
        open_api_blueprint(context, authenticator),
        documents_blueprint(TABLE, settings.public_base_url),
        icon_blueprint(),
        console_blueprint(context.device_route, allowed_origins=settings.allowed_origins),
        *_single_sign_on(settings, authenticator, context.database, passwords, externals.clock),
        webhooks_blueprint(
            context,
            _signature(settings),
            parts.twiml,
            externals.clock,
            Patience(externals.clock, externals.pause, settings.questions_kept),
            recorder=parts.recorder,
        ),
        *_metrics_page(settings, context),
        allowed_origins=settings.allowed_origins,
        is_https=settings.public_base_url.startswith("https://"),
    )
    install_audit_source(app, externals.clock)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=0)  # type: ignore[method-assign]
    app.extensions["evovoice"] = background
    return app


@dataclass(frozen=True, slots=True)
class _Parts:
    """What whoever serves and whoever runs the background alone have in common."""

    context: AppContext
    twiml: TwimlWriter
    recorder: Recorder | None
    at_start: Callable[[], None] | None


def _parts(settings: Settings, externals: Externals, telemetry: Telemetry) -> _Parts:
    twiml = TwimlWriter(
        settings.public_base_url, settings.region, with_speakers=settings.tells_speakers
    )
    recorder = recorder_of(settings, externals.clock)
    carrier, at_start = carrier_of(settings, twiml, externals, recorder)
    measured = MeasuredCarrier(carrier, telemetry.around_carrier)
    context = _context(settings, measured, externals, telemetry.around_statement)
    return _Parts(context, twiml, recorder, at_start)


def _metrics_page(settings: Settings, context: AppContext) -> list[GuardedBlueprint]:
    """Nobody is told any figures where the operator has made up no token for that."""
    if settings.metrics_token is None:
        return []
    return [metrics_blueprint(settings.metrics_token, PresentFigures(context))]


def _passwords(
    settings: Settings, database: Database, clock: Callable[[], datetime]
) -> PasswordCheck:
    return PasswordCheck(database, PasswordCache(clock), clock, settings.secret_key)


def _single_sign_on(
    settings: Settings, authenticator: Authenticator, database: Database,
    passwords: PasswordCheck, clock: Callable[[], datetime],
) -> list[GuardedBlueprint]:  # fmt: skip
    """None where no identity provider is set up: its packages need not be there."""
    if settings.oidc is None:
        return []
    from evovoice.oidc.openid_connect import OpenIdConnect  # noqa: PLC0415 (see above)

    provider = OpenIdConnect(settings.oidc, settings.public_base_url + CALLBACK, clock)
    single_sign_on = SingleSignOn(database, provider, passwords, clock)
    return [single_sign_on_blueprint(single_sign_on, authenticator)]


def _authenticator(
    settings: Settings, database: Database, passwords: PasswordCheck,
    clock: Callable[[], datetime],
) -> Authenticator:  # fmt: skip
    sign_in = SignIn(database, passwords, clock)
    return Authenticator(sign_in, settings.public_base_url, settings.allowed_origins)


def _signature(settings: Settings) -> SignatureCheck:
    return SignatureCheck(
        settings.auth_tokens, settings.public_base_url, settings.account_sid,
        settings.base_url_as_set,
    )  # fmt: skip


def _context(
    settings: Settings, carrier: Carrier, externals: Externals, around: Around
) -> AppContext:
    database = Database(settings.database_url, settings.database_connections, around)
    changes = _changes(settings, database, externals)
    dispatch = Dispatch(
        database=database, carrier=carrier, changes=changes, clock=externals.clock,
        submit=externals.submit, submit_urgent=externals.submit_urgent, pause=externals.pause,
    )  # fmt: skip
    outage = Outage(externals.clock)
    database.on_failure = outage.note_failure
    return AppContext(
        database=database,
        carrier=carrier,
        changes=changes,
        dispatch=dispatch,
        clock=externals.clock,
        new_id=new_id,
        notifier=externals.notifier,
        live_feed=_live_feed(settings, database, externals),
        device_tokens=_device_tokens(settings),
        device_route=device_route(settings.api_base_url, settings.edge),
        outage=outage,
        looks=Lane(externals.submit_look or externals.submit, LOOKS_AT_ONCE),
        sip_hosts=settings.sip_hosts,
        max_members=settings.limits.max_members,
        max_pending=settings.limits.max_pending,
        adds_per_minute=settings.limits.adds_per_minute,
        calls_at_once=settings.limits.calls_at_once,
        pause=externals.pause,
        may_record=settings.may_record,
        retention=timedelta(days=settings.retention_days) if settings.retention_days else None,
    )


def _changes(settings: Settings, database: Database, externals: Externals) -> SessionChanges:
    return SessionChanges(
        database=database,
        clock=externals.clock,
        new_id=new_id,
        notifier=externals.notifier,
        returns_within=timedelta(seconds=settings.return_seconds),
    )


def _live_feed(settings: Settings, database: Database, externals: Externals) -> LiveFeed:
    return LiveFeed(
        database, externals.notifier, externals.clock, new_id, write_event,
        settings.streams_in_threads, settings.limits.streams_per_user,
    )  # fmt: skip


def _device_tokens(settings: Settings) -> TwilioDeviceTokens:
    return TwilioDeviceTokens(
        settings.account_sid, settings.api_key_sid, settings.api_key_secret, settings.twiml_app_sid,
        settings.region,
    )  # fmt: skip
