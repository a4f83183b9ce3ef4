"""Authentication of requests: who sends them, the cookies of a login, other origins."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from flask import Response, after_this_request, request

from evovoice.domain.values import User
from evovoice.services.auth.sign_in import LIFETIMES, NewLogin, SignIn
from evovoice.services.errors import NotSignedIn
from evovoice.storage.unit_of_work import LoginKind
from evovoice.web import request_credentials
from evovoice.web.refusals import ForeignOrigin
from evovoice.web.request_credentials import ApiKey, Credentials, LoginSecret, Password

_READING = {"GET", "HEAD", "OPTIONS"}
_LASTING = LIFETIMES[LoginKind.PERMANENT]


class Authenticator:
    """Authenticates requests and signs users in and out; `sign_in` checks the credentials.

    `public_base_url` is our own origin: writes with a cookie are accepted from its pages and
    from those of `allowed_origins`. Where it has https, cookies are sent over https only.
    """

    def __init__(
        self,
        sign_in: SignIn,
        public_base_url: str,
        allowed_origins: frozenset[str] = frozenset(),
    ) -> None:
        self.logins = sign_in
        self._allowed = allowed_origins
        site = urlsplit(public_base_url)
        self._origin = f"{site.scheme}://{site.netloc}".lower()
        self._host = site.netloc.lower()
        self._is_secure = site.scheme == "https"

    def authenticate(self) -> User:
        """Who sends the present request. Errors: `NotSignedIn`, `TooManyLogins`,
        `ForeignOrigin` for a write that another site sends with our cookie (C41).
        """
        credentials = request_credentials.read_credentials()
        if credentials is None:
            raise NotSignedIn
        user = self._user(credentials, _address())
        if (
            isinstance(credentials, LoginSecret)
            and credentials.is_cookie
            and request.method not in _READING
        ):
            self._refuse_foreign_origin()
        return user

    def authenticate_later(self) -> Callable[[], User]:
        """A function that authenticates the same credentials again, after the request is over."""
        credentials, address = request_credentials.read_credentials(), _address()
        if credentials is None:
            raise NotSignedIn
        return partial(self._user, credentials, address)

    def sign_in(self, name: str, password: str, remember: bool) -> NewLogin:
        """Sign somebody in, with cookies. Errors: `WrongPassword`, `TooManyLogins`,
        `ForeignOrigin`: no other site may sign its visitors in here.
        """
        self._refuse_foreign_origin()
        login = self.logins.sign_in(name, password, _address(), remember)
        self._set_cookies(login)
        return login

    def sign_out(self) -> None:
        """Void the login of the present request and take its cookies back (C39)."""
        secrets = request_credentials.login_secrets()
        if request.cookies:
            self._refuse_foreign_origin()
        self.logins.sign_out(secrets)
        after_this_request(self._without_cookies)

    def _user(self, credentials: Credentials, address: str) -> User:
        match credentials:
            case ApiKey():
                return self.logins.user_of_key(credentials.key)
            case Password():
                return self.logins.user_of_password(credentials.name, credentials.password, address)
            case LoginSecret():
                return self.logins.user_of_login(credentials.secret)

    # --- other origins ---------------------------------------------------------------------------

    def _refuse_foreign_origin(self) -> None:
        origin = request.headers.get("Origin")
        if origin is not None and not self._is_own(origin.lower()):
            raise ForeignOrigin(origin)

    def _is_own(self, origin: str) -> bool:
        """Browsers say where a page is from. The name the request itself used is ours too."""
        used = request.host.lower()
        return origin in {self._origin, *self._allowed} or (
            used != self._host and origin == f"{request.scheme}://{used}"
        )

    # --- cookies ---------------------------------------------------------------------------------

    def _set_cookies(self, login: NewLogin) -> None:
        option = "perm" if login.kind is LoginKind.PERMANENT else "temp"

        def write(response: Response) -> Response:
            self._set(response, request_credentials.SESSION, login.session_secret, None)
            self._set(response, request_credentials.PERMANENT, login.permanent_secret, _LASTING)
            self._set(response, request_credentials.OPTIONS, option, _LASTING)
            return response

        after_this_request(write)

    def _without_cookies(self, response: Response) -> Response:
        for name in (
            request_credentials.SESSION,
            request_credentials.PERMANENT,
            request_credentials.OPTIONS,
        ):
            self._set(response, name, "", timedelta(0))
        return response

    def _set(
        self, response: Response, name: str, value: str, lifetime: timedelta | None
    ) -> None:  # fmt: skip
        response.set_cookie(
            name, value, max_age=lifetime, path="/", secure=self._is_secure, httponly=True,
            samesite="Lax",
        )  # fmt: skip


def _address() -> str:
    return request.remote_addr or ""
