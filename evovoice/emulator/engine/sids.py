"""Twilio's 34-character identifiers, drawn from a seed."""

from random import Random


class SidSource:
    """The same seed gives the same sids in the same order."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - names, not secrets

    def new(self, prefix: str) -> str:
        """A prefix such as CA, and 32 hexadecimal digits."""
        return f"{prefix}{self._random.getrandbits(128):032x}"

    def token(self) -> str:
        """An idempotency token in the shape of a UUID."""
        digits = f"{self._random.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
