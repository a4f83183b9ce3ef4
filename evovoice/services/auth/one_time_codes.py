"""Codes of a second factor: those of an authenticator app (TOTP, RFC 6238), and recovery codes."""

import base64
import hmac
import re
import secrets
from datetime import datetime

import pyotp

from evovoice.services.auth.credentials import digest, sealed

RECOVERY_CODES = 10
_ISSUER = "Evo Voice"
_STEP = 30  # seconds
_DRIFT = 1  # steps that a telephone's clock may be off, either way
_SECRET_BYTES = 20  # RFC 4226, 4: 160 bits
_RECOVERY_BYTES = 15  # 120 bits: too many to be guessed from a digest
_CODE = re.compile(r"[0-9]{6}", re.ASCII)
_RECOVERY = re.compile(r"[a-z2-7]{24}", re.ASCII)
_BLANKS = re.compile(r"[\s-]+")


def new_salt() -> str:
    """What makes a secret differ from every other of the same user."""
    return secrets.token_hex(16)


class TotpSecret:
    """The secret of a user's factor. It follows from SECRET_KEY (`key`) and a stored salt, so that
    a copy of the database alone makes no codes.
    """

    def __init__(self, key: bytes, user_id: str, salt: str) -> None:
        raw = bytes.fromhex(sealed(key, "second factor", user_id, salt))[:_SECRET_BYTES]
        self.text = base64.b32encode(raw).decode()
        self._totp = pyotp.TOTP(self.text, interval=_STEP)

    @property
    def mark(self) -> str:
        """Tells whether the secret is still the one that was given out."""
        return digest(self.text)[:32]

    def uri(self, email: str) -> str:
        """What an authenticator app reads, mostly as a picture."""
        return self._totp.provisioning_uri(name=email, issuer_name=_ISSUER)

    def step_of(self, code: str, now: datetime) -> int | None:
        """Of which step around now that is the code; the newest, None for any other."""
        present = int(now.timestamp()) // _STEP
        steps = range(present + _DRIFT, present - _DRIFT - 1, -1)
        found = [one for one in steps if hmac.compare_digest(self._totp.generate_otp(one), code)]
        return found[0] if found else None


def plain_code(typed: str) -> str:
    """A code without the blanks and hyphens that make it readable, in small letters."""
    return _BLANKS.sub("", typed).lower()


def is_of_an_app(code: str) -> bool:
    """Whether that may be a code of an authenticator app."""
    return _CODE.fullmatch(code) is not None


def is_recovery_code(code: str) -> bool:
    """Whether that may be a recovery code."""
    return _RECOVERY.fullmatch(code) is not None


def new_recovery_codes() -> list[str]:
    """Codes to be written down, `abcd-efgh-…`."""
    return [_readable(secrets.token_bytes(_RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]


def recovery_digest(user_id: str, code: str) -> str:
    """How a recovery code is stored and found."""
    return digest(f"recovery code\0{user_id}\0{plain_code(code)}")


def _readable(raw: bytes) -> str:
    text = base64.b32encode(raw).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
