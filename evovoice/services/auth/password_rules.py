"""What a new password must be: long enough, not a common one, not the user's own name.

After NIST SP 800-63B, 3.1.1.2, and OWASP ASVS 6.2: no rules of composition and no renewal.
Passwords set before a rule was made go on until they are changed.
"""

import unicodedata
from functools import cache

from evovoice.domain.values import folded
from evovoice.services.errors import BadPassword

LEAST, MOST = 12, 1024  # characters
_LENGTH = f"A password is {LEAST} to {MOST} characters."
_COMMON = "This password is one of those that are guessed first; choose another."
_OWN = "A password is neither the user's name nor their e-mail address; choose another."


def checked_password(password: str, *own: str) -> str:
    """The password, where it may be set. `own`: the name and e-mail address of its user.

    Errors: `BadPassword`.
    """
    plain = normalised(password)
    if len(plain) < LEAST or len(password) > MOST or not _is_storable(plain):
        raise BadPassword(_LENGTH)
    if folded(plain) in {folded(normalised(one)) for one in own}:
        raise BadPassword(_OWN)
    if plain.casefold() in _common_passwords():
        raise BadPassword(_COMMON)
    return password


def normalised(password: str) -> str:
    """The one spelling of those that look the same: keyboards differ in how they send an umlaut.

    NFC, as of RFC 8265 (OpaqueString): characters that look different stay different.
    """
    return unicodedata.normalize("NFC", password)


def _is_storable(password: str) -> bool:
    return not any(one == "\0" or "\ud800" <= one <= "\udfff" for one in password)


@cache
def _common_passwords() -> frozenset[str]:
    """Of the list only those that are long enough. To import it takes 50 ms and 15 MB, which most
    processes never need.
    """
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415 (see above)

    return frozenset(one for one in FREQUENCY_LISTS["passwords"] if len(one) >= LEAST)
