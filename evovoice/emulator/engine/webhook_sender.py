"""Webhooks to the application: signed, put into the outbox, and matched with their responses."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from evovoice.emulator.choices import Choices
from evovoice.emulator.engine import http_redirects
from evovoice.emulator.engine.cookies import CookieJar
from evovoice.emulator.engine.overrides import Overrides, overrides_of
from evovoice.emulator.engine.sids import SidSource
from evovoice.emulator.engine.signature import sign
from evovoice.emulator.state.account import Account
from evovoice.emulator.state.clock import MICROS, Clock
from evovoice.emulator.state.messages import (
    Delivery,
    DeliveryKind,
    NoResponse,
    Params,
    Reply,
    WebhookResponse,
    form_encoded,
)


@dataclass(frozen=True, slots=True)
class _Open:
    delivery: Delivery
    overrides: Overrides
    deadline: int  # for this attempt and every retry together, in virtual microseconds
    then: Callable[[Reply], None]
    hops: int = 0  # redirections followed so far


class WebhookSender:
    """Sends nothing itself: others take deliveries from the outbox and hand responses back."""

    def __init__(self, account: Account, sids: SidSource, clock: Clock, choices: Choices) -> None:
        self._account = account
        self._sids = sids
        self._clock = clock
        self._most_hops = choices.most_redirects
        self._post_becomes_get = choices.redirected_post_becomes_get
        self._cookies = CookieJar(choices.remembered)
        self._last_id = 0
        self._open: dict[int, _Open] = {}
        self.outbox: deque[Delivery] = deque()

    @property
    def unanswered(self) -> int:
        """How many deliveries wait for a reply."""
        return len(self._open)

    def send(
        self,
        kind: DeliveryKind,
        url: str,
        method: str,
        params: Params,
        then: Callable[[Reply], None],
        *,
        call_sid: str | None = None,
        conference_sid: str | None = None,
    ) -> None:
        """Put a request into the outbox; `then` gets the reply once, whatever arrives twice."""
        overrides = overrides_of(url)
        address = _with_query(overrides.url, params) if method == "GET" else overrides.url
        token = self._sids.token()
        delivery = Delivery(
            id=self._next_id(),
            kind=kind,
            method=method,
            url=address,
            params=params,
            headers=self._headers(address, () if method == "GET" else params, token, call_sid),
            token=token,
            call_sid=call_sid,
            conference_sid=conference_sid,
            total_seconds=overrides.total_seconds,
            connect_seconds=overrides.connect_seconds,
            read_seconds=overrides.read_seconds,
        )
        deadline = self._clock.micros + round(overrides.total_seconds * MICROS)
        self._put(_Open(delivery, overrides, deadline, then))

    def replied(self, delivery: Delivery, reply: Reply) -> None:
        """Hand a reply to whoever waits for it, follow it elsewhere, or try once more (4.4)."""
        waiting = self._open.pop(delivery.id, None)
        if waiting is None:
            return
        if isinstance(reply, WebhookResponse):
            self._cookies.keep(delivery.call_sid, delivery.url, reply.set_cookies)
        left = (waiting.deadline - self._clock.micros) / MICROS
        onward = http_redirects.onward(delivery, reply, post_becomes_get=self._post_becomes_get)
        if onward is not None and left > 0 and waiting.hops < self._most_hops:
            self._follow(waiting, *onward, left)
        elif left > 0 and waiting.overrides.wants_retry(reply, delivery.attempt):
            self._repeat(waiting, left)
        else:
            waiting.then(_placed(waiting, reply))

    def _follow(self, waiting: _Open, method: str, url: str, left: float) -> None:
        """The same request elsewhere; as a GET it loses its parameters."""
        old = waiting.delivery
        params = () if method == "GET" else old.params
        elsewhere = replace(
            old,
            id=self._next_id(),
            method=method,
            url=url,
            params=params,
            headers=self._headers(url, params, old.token, old.call_sid),
            total_seconds=left,
        )
        self._put(replace(waiting, delivery=elsewhere, hops=waiting.hops + 1))

    def _repeat(self, waiting: _Open, left: float) -> None:
        old = waiting.delivery
        again = replace(old, id=self._next_id(), attempt=old.attempt + 1, total_seconds=left)
        self._put(replace(waiting, delivery=again))

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _put(self, waiting: _Open) -> None:
        self._open[waiting.delivery.id] = waiting
        self.outbox.append(waiting.delivery)

    def _headers(
        self, url: str, signed: Iterable[tuple[str, str]], token: str, call_sid: str | None
    ) -> dict[str, str]:
        return {
            **self._cookies.header(call_sid, url),
            "X-Twilio-Signature": sign(self._account.auth_token, url, signed),
            "I-Twilio-Idempotency-Token": token,
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }


def _placed(waiting: _Open, reply: Reply) -> Reply:
    """Relative addresses in a document count from where it was found in the end."""
    if waiting.hops == 0 or not isinstance(reply, WebhookResponse):
        return reply
    return replace(reply, url=waiting.delivery.url)


def _with_query(url: str, params: Params) -> str:
    if not params:
        return url
    return f"{url}{'&' if '?' in url else '?'}{form_encoded(params)}"


def describe(reply: Reply) -> str:
    """A reply in a few words, for an alert."""
    if isinstance(reply, NoResponse):
        return f"no answer ({reply.reason})"
    return f"HTTP {reply.status}"
