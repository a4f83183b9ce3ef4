"""An identity provider on this machine: discovery, keys and tokens, and whatever it does wrong."""

import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

from evovoice.oidc_settings import OidcSettings

CLIENT, SECRET = "evo-voice", "s3cret of the client"
Claims = dict[str, Any]


@dataclass
class FakeIssuer:
    """Signs in whomever a test says. `claims` replaces claims of the next tokens, None removes one;
    `forge` makes another token of them; `broken` replaces the response of a path.
    """

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    claims: Claims = field(default_factory=dict)
    forge: Callable[[Claims], str] | None = None
    broken: dict[str, tuple[int, bytes, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def __post_init__(self) -> None:
        self._codes: dict[str, Claims] = {}
        self.renew_key()

    def renew_key(self) -> None:
        """Sign with another key from now on."""
        self.key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"})
        self.key.ensure_kid()

    @property
    def settings(self) -> OidcSettings:
        return OidcSettings(self.address, CLIENT, SECRET)

    def signed_in(self, location: str, subject: str = "s-ann", **claims: Any) -> dict[str, str]:
        """What the browser brings back from that address, where somebody has signed in."""
        asked = {name: one[0] for name, one in parse_qs(urlsplit(location).query).items()}
        assert (CLIENT, "code") == (asked["client_id"], asked["response_type"])
        assert "S256" == asked["code_challenge_method"]
        code = token_urlsafe()
        own = {"sub": subject, "nonce": asked["nonce"], **claims}
        kept = {"challenge": asked["code_challenge"], "redirect_uri": asked["redirect_uri"]}
        self._codes[code] = {**kept, "claims": own}
        return {"state": asked["state"], "code": code}

    def signed(self, claims: Claims) -> str:
        """A token as it should be."""
        return jwt.encode({"alg": "ES256", "kid": str(self.key.kid)}, claims, self.key)

    def get(self, path: str) -> Claims:
        if path == "/keys":
            return {"keys": [self.key.as_dict(private=False)]}
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        paths = ("/authorize", "/token", "/keys")
        own = {name: self.address + one for name, one in zip(names, paths, strict=True)}
        return {"issuer": self.address, **own}

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, Claims]:
        known = self._codes.pop(form.get("code", ""), None)
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if authorization != f"Basic {expected}":
            return 401, {"error": "invalid_client"}
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        if known is None or (challenge, form["redirect_uri"]) != (
            known["challenge"], known["redirect_uri"],
        ):  # fmt: skip
            return 400, {"error": "invalid_grant"}
        now = int(self.clock().timestamp())
        times = {"iat": now, "exp": now + 300}
        wanted = {"iss": self.address, "aud": CLIENT, **times, **known["claims"], **self.claims}
        claims = {name: one for name, one in wanted.items() if one is not None}
        token = self.forge(claims) if self.forge else self.signed(claims)
        return 200, {"access_token": "an access token", "token_type": "Bearer", "id_token": token}


@contextmanager
def running(issuer: FakeIssuer) -> Iterator[FakeIssuer]:
    """The provider, listening on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(issuer))
    issuer.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(issuer: FakeIssuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked.append(self.path)
            self._answer(200, issuer.get(self.path))

        def do_POST(self) -> None:
            issuer.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: one[0] for name, one in parse_qs(body).items()}
            self._answer(*issuer.token(form, self.headers.get("Authorization", "")))

        def _answer(self, status: int, told: Claims) -> None:
            body, more = json.dumps(told).encode(), ""
            if self.path in issuer.broken:
                status, body, more = issuer.broken[self.path]
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if more:
                self.send_header("Location", more)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
            """Nothing: a test looks at what was asked."""

    return Handler
