"""Lets people in and out: who sends a request, the cookies of a login, and foreign sites."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from flask import Response, after_this_request, request

from evovoice.domain.values import User
from evovoice.services.errors import NotSignedIn
from evovoice.services.sign_in import LIFETIMES, NewLogin, SignIn
from evovoice.storage.unit_of_work import LoginKind
from evovoice.web import presented
from evovoice.web.presented import ApiKey, LoginSecret, Password, Presented
from evovoice.web.refusals import ForeignOrigin

_READING = {"GET", "HEAD", "OPTIONS"}
_LASTING = LIFETIMES[LoginKind.PERMANENT]


class Door:
    """The way in from the web; `sign_in` knows the people.

    `public_base_url` is our own site: what its pages send is no foreigner's, and cookies keep to
    https where it does. Nor are those of `allowed_origins` foreigners.
    """

    def __init__(
        self,
        sign_in: SignIn,
        public_base_url: str,
        allowed_origins: frozenset[str] = frozenset(),
    ) -> None:
        self.sign_in = sign_in
        self._allowed = allowed_origins
        site = urlsplit(public_base_url)
        self._origin = f"{site.scheme}://{site.netloc}".lower()
        self._host = site.netloc.lower()
        self._is_secure = site.scheme == "https"

    def visitor(self) -> User:
        """Who sends the present request. Errors: `NotSignedIn`, `TooManyLogins`,
        `ForeignOrigin` for a write that another site sends with our cookie (C41).
        """
        offer = presented.presented()
        if offer is None:
            raise NotSignedIn
        user = self._user(offer, _address())
        if isinstance(offer, LoginSecret) and offer.is_cookie and request.method not in _READING:
            self._refuse_foreigners()
        return user

    def later_visitor(self) -> Callable[[], User]:
        """The same question for when the request has been answered: is its sender still let in?"""
        offer, address = presented.presented(), _address()
        if offer is None:
            raise NotSignedIn
        return partial(self._user, offer, address)

    def let_in(self, name: str, password: str, remember: bool) -> NewLogin:
        """Sign somebody in, with cookies. Errors: `WrongPassword`, `TooManyLogins`,
        `ForeignOrigin`: no other site may sign its visitors in here.
        """
        self._refuse_foreigners()
        login = self.sign_in.sign_in(name, password, _address(), remember)
        self._set_cookies(login)
        return login

    def let_out(self) -> None:
        """Void the login of the present request and take its cookies back (C39)."""
        secrets = presented.login_secrets()
        if request.cookies:
            self._refuse_foreigners()
        self.sign_in.sign_out(secrets)
        after_this_request(self._without_cookies)

    def _user(self, offer: Presented, address: str) -> User:
        match offer:
            case ApiKey():
                return self.sign_in.user_of_key(offer.key)
            case Password():
                return self.sign_in.user_of_password(offer.name, offer.password, address)
            case LoginSecret():
                return self.sign_in.user_of_login(offer.secret)

    # --- foreign sites ---------------------------------------------------------------------------

    def _refuse_foreigners(self) -> None:
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
            self._set(response, presented.SESSION, login.session_secret, None)
            self._set(response, presented.PERMANENT, login.permanent_secret, _LASTING)
            self._set(response, presented.OPTIONS, option, _LASTING)
            return response

        after_this_request(write)

    def _without_cookies(self, response: Response) -> Response:
        for name in (presented.SESSION, presented.PERMANENT, presented.OPTIONS):
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
