"""PUBLIC_BASE_URL: who answers there, provably, and whether a signature is accepted."""

import ssl
from collections.abc import Mapping
from typing import Any

import pytest
import urllib3
from sqlalchemy import text
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)

from evovoice.carrier.public_site import HttpPublicSite
from evovoice.carrier.setup_check.findings import Kind
from evovoice.carrier.setup_check.questions import (
    BadCertificate,
    NoAnswerInTime,
    SiteAnswer,
    SiteUnreachable,
    UnknownHost,
)
from evovoice.factory import create_app
from tests.doctor.conftest import NewPatient
from tests.doctor.patient import BASE, FlaskSite, Patient
from tests.doctor.servers import CERTIFICATE, server

OK = '{"status":"ok"}'
LOOPBACK = "http://127.0.0.1:8000"


HEALTHY, ACCEPTED, REFUSED = SiteAnswer(200, OK), SiteAnswer(204, ""), SiteAnswer(403, "")
Given = SiteAnswer | Exception


class OddSite:
    """Answers as a test says, elsewhere as it should."""

    def __init__(
        self, health: Given = HEALTHY, genuine: Given = ACCEPTED, forged: Given = REFUSED
    ) -> None:
        self._health, self._genuine, self._forged = health, genuine, forged

    def health(self) -> SiteAnswer:
        return self._given(self._health)

    def report(self, form: Mapping[str, str], token: str) -> SiteAnswer:
        return self._given(self._genuine if token == "emulated-auth-token" else self._forged)

    def _given(self, answer: Given) -> SiteAnswer:
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_the_service_itself_takes_the_signature_and_keeps_nothing(patient: Patient) -> None:
    """The report is on a call that nobody has, and it is not of the kind that ends one."""
    app = create_app(patient.settings)
    patient.site = FlaskSite(app)
    before = rows(patient)
    right = patient.found(Kind.RIGHT)
    assert {"PUBLIC_BASE_URL", "signature", "forged signature"} <= set(right)
    assert before == rows(patient)
    app.extensions["evovoice"].context.database.dispose()


def rows(patient: Patient) -> dict[str, int]:
    """How many rows each table has."""
    with patient.database.reading() as unit:
        run = unit.connection.execute
        names = [row.name for row in run(text("SELECT name FROM sqlite_master WHERE type='table'"))]
        return {name: run(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}  # noqa: S608


@pytest.mark.parametrize(
    "changes", [{"auth_token": "of-another-account"}, {"public_base_url": "https://v.example.test"}]
)
def test_a_service_with_other_settings_refuses_the_signature(
    patient: Patient, changes: dict[str, str]
) -> None:
    """It was started with another token, or believes to be under another address."""
    settings = {name: getattr(patient.settings, name) for name in patient.settings.__slots__}
    app = create_app(type(patient.settings)(**{**settings, **changes}))
    patient.site = FlaskSite(app)
    found = patient.only_wrong()
    assert ("signature", True) == (found.subject, "refused" in found.sentence)
    app.extensions["evovoice"].context.database.dispose()


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        (UnknownHost("its host name is not known"), Kind.WRONG, "DNS"),
        (BadCertificate("its certificate is not valid (expired)"), Kind.WRONG, "certificate"),
        (SiteUnreachable("nobody answers there"), Kind.WRONG, "evovoice serve"),
        (NoAnswerInTime("no answer in time"), Kind.UNKNOWN, "from elsewhere"),
    ],
)
def test_an_address_that_does_not_answer(
    patient: Patient, error: SiteUnreachable, kind: Kind, says: str
) -> None:
    """A time-out alone proves nothing: some networks do not reach their own public address."""
    patient.site = OddSite(health=error)
    (found,) = [one for one in patient.report().findings if one.kind is not Kind.RIGHT]
    assert ("PUBLIC_BASE_URL", kind) == (found.subject, found.kind)
    assert says in str(found.cure)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (SiteAnswer(200, "<html>Welcome</html>"), "leads to the service"),
        (SiteAnswer(200, '{"status":"up"}'), "leads to the service"),
        (SiteAnswer(404, ""), "leads to the service"),
        (SiteAnswer(202, OK), "leads to the service"),
        (SiteAnswer(301, ""), "redirects"),
        (SiteAnswer(503, '{"responseStatus":{}}'), "log of the service"),
    ],
)
def test_somebody_else_who_answers_there_is_wrong(
    patient: Patient, answer: SiteAnswer, says: str
) -> None:
    patient.site = OddSite(health=answer)
    found = patient.only_wrong()
    assert "PUBLIC_BASE_URL" == found.subject
    assert str(answer.status) in found.sentence
    assert says in str(found.cure)


def test_whoever_takes_any_signature_is_not_this_service(patient: Patient) -> None:
    patient.site = OddSite(forged=SiteAnswer(204, ""))
    assert "forged signature" == patient.only_wrong().subject


@pytest.mark.parametrize("answer", [SiteAnswer(503, ""), NoAnswerInTime("no answer in time")])
def test_a_report_that_meets_a_failure_tells_nothing(
    patient: Patient, answer: SiteAnswer | Exception
) -> None:
    patient.site = OddSite(genuine=answer)
    assert {"signature"} == set(patient.found(Kind.UNKNOWN))
    assert {} == patient.found(Kind.WRONG)


@pytest.mark.parametrize(
    ("base", "api", "sentence"),
    [
        ("http://voice.example.test", None, "is http"),
        ("https://under_score.example.test", None, "underscore"),
        (LOOPBACK, None, "which Twilio cannot reach"),
        ("https://10.0.0.5", None, "which Twilio cannot reach"),
        ("https://[fd00::1]:8443", None, "which Twilio cannot reach"),
        ("https://voice.localhost", None, "which Twilio cannot reach"),
        ("https://voice.internal", None, "which Twilio cannot reach"),
        (LOOPBACK, "http://127.0.0.1:8010", "None"),
    ],
)
def test_http_is_wrong_unless_it_is_an_emulators_neighbour(
    new_patient: NewPatient, base: str, api: str | None, sentence: str
) -> None:
    """And an address of this machine is wrong where the real Twilio has to reach it."""
    patient = new_patient(public_base_url=base, api_base_url=api)
    assert sentence in str(patient.found(Kind.WRONG).get("PUBLIC_BASE_URL"))


# --- the requests themselves ---------------------------------------------------------------------


def answers(method: str, path: str) -> tuple[int, str]:
    return (200, OK) if path == "/voice/healthz" else (403 if method == "POST" else 302, path)


def test_health_and_report_go_below_the_address_and_follow_no_redirect() -> None:
    with server(answers) as base:
        site = HttpPublicSite(f"{base}/voice")
        assert SiteAnswer(200, OK) == site.health()
        reported = site.report({"CallSid": "CA1"}, "token")
        assert SiteAnswer(403, "/voice/twilio/voice/status") == reported
        assert 302 == HttpPublicSite(base).health().status


def test_a_certificate_that_nobody_vouches_for_is_not_valid() -> None:
    with server(answers, secure=True) as base, pytest.raises(BadCertificate) as caught:
        HttpPublicSite(base).health()
    assert "self-signed" in str(caught.value).replace("self signed", "self-signed")


def test_a_certificate_of_another_host_is_not_valid() -> None:
    with server(answers, secure=True) as base:
        trusting = ssl.create_default_context(cafile=str(CERTIFICATE))
        connections = urllib3.PoolManager(ssl_context=trusting)
        valid = base.replace("127.0.0.1", "localhost")
        assert 302 == HttpPublicSite(valid, connections).health().status
        named = urllib3.PoolManager(ssl_context=trusting, assert_hostname="voice.example.test")
        with pytest.raises(BadCertificate):
            HttpPublicSite(base, named).health()
        connections.clear()
        named.clear()


def test_nobody_at_the_address() -> None:
    with server(answers) as base:
        pass  # it has gone
    with pytest.raises(SiteUnreachable, match="nobody answers"):
        HttpPublicSite(base).health()


class Failing(urllib3.PoolManager):
    """Fails as the library does."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def urlopen(self, *_: Any, **__: Any) -> urllib3.BaseHTTPResponse:  # type: ignore[override]
        raise self._error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NameResolutionError("h", HTTPConnection("h"), OSError()), UnknownHost),
        (ConnectTimeoutError("slow"), NoAnswerInTime),
        (ReadTimeoutError(HTTPConnectionPool("h"), "/", "slow"), NoAnswerInTime),
        (SSLError("wrong version number"), BadCertificate),
        (ProtocolError("broken"), SiteUnreachable),
    ],
)
def test_each_failure_has_its_kind(error: Exception, kind: type[SiteUnreachable]) -> None:
    with pytest.raises(SiteUnreachable) as caught:
        HttpPublicSite(BASE, Failing(error)).health()
    assert kind is type(caught.value)


def test_a_long_answer_is_not_read_to_its_end() -> None:
    with server(lambda *_: (200, "x" * 100_000)) as base:
        assert 4096 == len(HttpPublicSite(base).health().body)
