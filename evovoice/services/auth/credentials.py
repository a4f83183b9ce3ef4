"""Passwords and API keys: made, hashed, and checked at a bounded cost."""

import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import BoundedSemaphore, Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from evovoice.services.auth.password_rules import normalised

_REMEMBERED = timedelta(seconds=60)
_MOST_REMEMBERED = 4096
_TURNS = 64
_LONGEST_TURN = 5.0  # seconds

NO_PASSWORD = ""  # in the place of a hash, of users whom another way lets in

_hasher = PasswordHasher()
_places = BoundedSemaphore(4)  # each verification takes 64 MiB
# the hash of a password nobody has: an unknown user must cost as much time as a known one
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$"
    "J1E9DQjFzyNUlbHU3BiZFA$tLX7yjqEoPyrcFamkz+/6OrpXuKBtVuiWwapEQFq85I"
)


def hash_password(password: str) -> str:
    """The Argon2 hash to store, with a new salt in every call."""
    with _places:
        return _hasher.hash(normalised(password))


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether that is the password; `None` stands for an unknown user, and neither that nor
    `NO_PASSWORD` is ever right.

    Also as it was typed: a hash may be older than the one spelling that is stored.
    """
    spellings = dict.fromkeys((normalised(password), password))
    is_right = any(_matches(password_hash or _NOBODY, one) for one in spellings)
    return is_right and bool(password_hash)


def _matches(password_hash: str, password: str) -> bool:
    try:
        with _places:
            return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


def new_key() -> tuple[str, str, str]:
    """A new API key: its id, the key itself (to be shown once) and the digest to store."""
    prefix = secrets.token_hex(6)
    key = f"ak-{prefix}-{secrets.token_hex(32)}"
    return f"k-{prefix}", key, digest(key)


def new_login_id() -> str:
    """The id of a login, which is no secret."""
    return f"li-{secrets.token_hex(12)}"


def new_login_secret() -> str:
    """What a client keeps of a login; the prefix lets the log recognise and mask it."""
    return f"ls-{secrets.token_urlsafe(32)}"


def digest(key: str) -> str:
    """How a key or a login's secret is stored and found; a long random text needs no slow hash."""
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()


def sealed(secret: bytes, *parts: str) -> str:
    """What stands for these parts where only who has the secret may find out which they are."""
    text = "\0".join(parts)
    return hmac.new(secret, text.encode(errors="surrogatepass"), "sha256").hexdigest()


class PasswordCache:
    """A cache of verified passwords, for a minute: Basic sends the password with every request.

    An entry is an HMAC under a key of this process. It covers the stored hash, so that a changed
    password makes it useless at once.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._right: OrderedDict[bytes, datetime] = OrderedDict()
        self._lock = Lock()
        self._turns = [Lock() for _ in range(_TURNS)]

    @contextmanager
    def turn(self, email: str, password: str) -> Iterator[None]:
        """One after the other with the same password: whoever sends the right one with several
        requests at once finds it in the cache, and takes one guess, not as many as come at once.
        """
        lock = self._turns[hash((email.casefold(), password)) % _TURNS]
        has_it = lock.acquire(timeout=_LONGEST_TURN)
        try:
            yield
        finally:
            if has_it:
                lock.release()

    def verify(self, email: str, password_hash: str | None, password: str) -> bool:
        """As `verify_password`, without hashing where the cache has that password."""
        if self.remembers(email, password_hash, password):
            return True
        if not verify_password(password_hash, password):
            return False
        self._remember(self._mark(email, password_hash, password), self._clock())
        return True

    def remembers(self, email: str, password_hash: str | None, password: str) -> bool:
        """Whether the cache has that password of that user as verified."""
        mark = self._mark(email, password_hash, password)
        with self._lock:
            until = self._right.get(mark)
        return until is not None and self._clock() < until

    def _remember(self, mark: bytes, now: datetime) -> None:
        with self._lock:
            self._right[mark] = now + _REMEMBERED
            self._right.move_to_end(mark)
            while len(self._right) > _MOST_REMEMBERED:
                self._right.popitem(last=False)

    def _mark(self, email: str, password_hash: str | None, password: str) -> bytes:
        parts = (email.casefold(), password_hash or "", password)
        encoded = [part.encode(errors="surrogatepass") for part in parts]
        lengths = b"".join(len(part).to_bytes(8) for part in encoded)
        return hmac.digest(self._secret, lengths + b"".join(encoded), "sha256")
