"""Authentication of requests: who sends them, the cookies of a login, other origins."""

import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from flask import Response, after_this_request, request

from evovoice.domain.values import User
from evovoice.services import audit
from evovoice.services.auth import known_devices, single_sign_on
from evovoice.services.auth.guess_limits import Client
from evovoice.services.auth.new_logins import LIFETIMES, NewLogin
from evovoice.services.auth.second_factors import Confirmed, Enrolment
from evovoice.services.auth.sign_in import SignIn
from evovoice.services.auth.single_sign_on import SingleSignOn
from evovoice.services.errors import NotSignedIn
from evovoice.storage.unit_of_work import LoginKind
from evovoice.web import request_credentials
from evovoice.web.refusals import ForeignOrigin
from evovoice.web.request_credentials import ApiKey, Credentials, LoginSecret, Password

# what the audit trail tells of credentials
_KINDS = {ApiKey: "key", Password: "password", LoginSecret: "login"}
_READING = {"GET", "HEAD", "OPTIONS"}
_LASTING = LIFETIMES[LoginKind.PERMANENT]
_DEVICE, _WAY = "evo-device", "evo-oidc"
_PAGE = re.compile(r"https?://[^/?#]+", re.IGNORECASE)
_OTHER_PAGES = {"cross-site", "same-site"}  # who shares our site's name need not be one of us


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
        # with this prefix browsers take the cookie from nobody but this very host, over https
        self._device = f"__Host-{_DEVICE}" if self._is_secure else _DEVICE
        self._way = f"__Host-{_WAY}" if self._is_secure else _WAY

    def authenticate(self) -> User:
        """Who sends the present request. Errors: `NotSignedIn`, `TooManyLogins`,
        `ForeignOrigin` for a write that another site sends with our cookie (C41).
        """
        credentials = request_credentials.read_credentials()
        if credentials is None:
            raise NotSignedIn
        user = self._user(credentials, self._client())
        if _is_cookie(credentials) and request.method not in _READING:
            self._refuse_other_sites()
        return user

    def authenticate_later(self) -> Callable[[], User]:
        """A function that authenticates the same credentials again, after the request is over."""
        credentials, client = request_credentials.read_credentials(), self._client()
        if credentials is None:
            raise NotSignedIn
        return partial(self._user, credentials, client)

    def sign_in(self, name: str, password: str, code: str, remember: bool) -> NewLogin:
        """Sign somebody in, with cookies; the login that they replace ends.

        Errors: those of `SignIn.sign_in`; `ForeignOrigin`: no other site may sign its visitors in
        here.
        """
        self._refuse_other_sites()
        replaced = request_credentials.kept_login_secrets()
        audit.shown(_KINDS[Password])
        login = self.logins.sign_in(name, password, self._client(), remember, replaced, code)
        self._set_cookies(login)
        return login

    def keep_way(self, response: Response, cookie: str) -> None:
        """Let the browser keep what shows that it was sent to the identity provider from here."""
        self._set(response, self._way, cookie, single_sign_on.PATIENCE)

    def arrive(self, provider: SingleSignOn, state: str, code: str) -> str:
        """Sign in who is back from the identity provider, with cookies; the path to go on to.

        Errors: those of `SingleSignOn.arrive`. However it ends, the way back is used up.
        """
        after_this_request(self._without_way)
        arrival = provider.arrive(
            request.cookies.get(self._way, ""), state, code, self._client(),
            request_credentials.kept_login_secrets(),
        )  # fmt: skip
        self._set_cookies(arrival.login)
        return arrival.path

    def change_password(self, user: User, current: str, new: str) -> NewLogin | None:
        """Give who sends this request a new password and, in the place of their login, a new one.

        Errors: those of `OwnPassword.change`.
        """
        kept = request_credentials.present_login()
        login = self.logins.own_password.change(user, current, new, self._client(), kept)
        return self._renewed(login)

    def begin_second_factor(self, user: User, password: str) -> Enrolment:
        """Make a secret for the app of who sends this request. Errors: those of `SecondFactors`."""
        return self.logins.second_factors.begin(user, password, self._client())

    def confirm_second_factor(self, user: User, code: str) -> Confirmed:
        """Let the second factor of who sends this request count. Errors: those of
        `SecondFactors`.
        """
        kept = request_credentials.present_login()
        confirmed = self.logins.second_factors.confirm(user, code, self._client(), kept)
        self._renewed(confirmed.login)
        return confirmed

    def disable_second_factor(self, user: User, password: str, code: str) -> NewLogin | None:
        """Take away the second factor of who sends this request. Errors: those of
        `SecondFactors`.
        """
        kept, client = request_credentials.present_login(), self._client()
        return self._renewed(self.logins.second_factors.disable(user, password, code, client, kept))

    def sign_out(self) -> None:
        """Void the login of the present request and take its cookies back (C39).

        Errors: `ForeignOrigin`: no other site may sign its visitors out, by a link either.
        """
        secrets = request_credentials.login_secrets()
        if not request_credentials.are_from_a_program():
            self._refuse_other_sites()
        audit.shown(_KINDS[LoginSecret])
        self.logins.sign_out(secrets)
        after_this_request(self._without_cookies)

    def new_token(self, actor: User, email: str, user_id: str) -> str:
        """A token for the user with that e-mail address or id, made by who sends this request.

        Errors: those of `Tokens`; `ForeignOrigin`: a GET that makes something is as good as a
        write.
        """
        credentials = request_credentials.read_credentials()
        if _is_cookie(credentials):
            self._refuse_other_sites()
        match credentials:
            case ApiKey():
                return self.logins.tokens.with_key(actor, credentials.key, email, user_id)
            case Password():
                return self.logins.tokens.with_password(actor, email, user_id)
            case LoginSecret():
                return self.logins.tokens.with_login(actor, credentials.secret, email, user_id)
        raise NotSignedIn

    def require_no_token(self, made: str) -> None:
        """Refuse a request with a token to make what would let somebody in beyond it; `made` says
        what that is. Errors: `TokenMakesNone`.
        """
        credentials = request_credentials.read_credentials()
        if isinstance(credentials, LoginSecret):
            self.logins.tokens.refuse_token(credentials.secret, made)

    def _user(self, credentials: Credentials, client: Client) -> User:
        audit.shown(_KINDS[type(credentials)])
        user = self._user_of(credentials, client)
        audit.authenticated(user)
        return user

    def _user_of(self, credentials: Credentials, client: Client) -> User:
        match credentials:
            case ApiKey():
                return self.logins.user_of_key(credentials.key)
            case Password():
                return self.logins.user_of_password(credentials.name, credentials.password, client)
            case LoginSecret():
                return self.logins.user_of_login(credentials.secret)

    def _client(self) -> Client:
        return Client(request.remote_addr or "", request.cookies.get(self._device, ""))

    # --- other sites -----------------------------------------------------------------------------

    def _refuse_other_sites(self) -> None:
        sender = _sender()
        if sender is not None and not self._is_own(sender.lower()):
            raise ForeignOrigin(sender)

    def _is_own(self, origin: str) -> bool:
        """Browsers say where a page is from. The name the request itself used is ours too."""
        used = request.host.lower()
        return origin in {self._origin, *self._allowed} or (
            used != self._host and origin == f"{request.scheme}://{used}"
        )

    # --- cookies ---------------------------------------------------------------------------------

    def _renewed(self, login: NewLogin | None) -> NewLogin | None:
        if login is not None:
            self._set_cookies(login)
        return login

    def _set_cookies(self, login: NewLogin) -> None:
        option = "perm" if login.kind is LoginKind.PERMANENT else "temp"

        def write(response: Response) -> Response:
            self._set(response, request_credentials.SESSION, login.session_secret, None)
            self._set(response, request_credentials.PERMANENT, login.permanent_secret, _LASTING)
            self._set(response, request_credentials.OPTIONS, option, _LASTING)
            self._set(response, self._device, login.device_cookie, known_devices.LIFETIME, "Strict")
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

    def _without_way(self, response: Response) -> Response:
        self._set(response, self._way, "", timedelta(0))
        return response

    def _set(
        self, response: Response, name: str, value: str, lifetime: timedelta | None,
        same_site: str = "Lax",
    ) -> None:  # fmt: skip
        response.set_cookie(
            name, value, max_age=lifetime, path="/", secure=self._is_secure, httponly=True,
            samesite=same_site,
        )  # fmt: skip


def _is_cookie(credentials: Credentials | None) -> bool:
    return isinstance(credentials, LoginSecret) and credentials.is_cookie


def _sender() -> str | None:
    """The origin of the page that sends the request, or what the browser tells of it; None for
    programs, and where somebody has typed the address.

    Browsers name the origin with every write. With a link they tell at least whether it stood on a
    page of ours (Sec-Fetch-Site, over https), and mostly on which one (Referer).
    """
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin
    kind = request.headers.get("Sec-Fetch-Site", "")
    if kind in {"same-origin", "none"}:
        return None
    page = _PAGE.match(request.headers.get("Referer", ""))
    return page[0] if page else ("another site" if kind in _OTHER_PAGES else None)
