"""Why a request is refused before any service sees it; `errors.py` gives each its status."""

from dataclasses import dataclass


class BadRequest(Exception):
    """The request cannot be taken as it is; the text is for whoever sent it."""


class UnreadableBody(BadRequest):
    """`flaw` says what is wrong and where; `part` is what was read."""

    def __init__(self, flaw: str, part: str = "JSON body") -> None:
        super().__init__(f"Could not read the {part}: {flaw}")


class UnsupportedContentType(BadRequest):
    def __init__(self, content_type: str) -> None:
        super().__init__(f"Content type '{content_type}' is not supported")


class BatchTooLong(BadRequest):
    def __init__(self, most: int) -> None:
        super().__init__(f"At most {most} requests in one batch")


@dataclass(frozen=True, slots=True)
class FieldFlaw:
    """One entry of the contract's `errors` (C25)."""

    code: str
    field: str
    message: str


class BadFields(BadRequest):
    """Fields that can be read, and cannot be taken together."""

    def __init__(self, flaws: list[FieldFlaw]) -> None:
        self.flaws = flaws
        super().__init__(flaws[0].message)


class EmptyFields(BadFields):
    """Fields that must be filled were empty or left out."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            [FieldFlaw("NotEmpty", name, f"'{name}' must not be empty.") for name in names]
        )


class NoBounds(BadFields):
    """Neither the one nor the other bound of what is to be deleted was given."""

    def __init__(self, names: list[str]) -> None:
        either = " or ".join(f"'{name}'" for name in names)
        super().__init__(
            [FieldFlaw("NotEmpty", name, f"{either} must be given.") for name in names]
        )


class EndBeforeStart(BadFields):
    """A stretch of time that ends before it begins."""

    def __init__(self, start: str, end: str) -> None:
        flaw = FieldFlaw("EndBeforeStart", end, f"'{end}' must not lie before '{start}'.")
        super().__init__([flaw])


class WrongRole(BadRequest):
    """The user is known, and may not do this."""

    def __init__(self) -> None:
        super().__init__("Invalid Role")


class ForeignOrigin(BadRequest):
    """A page of another site uses the login that a browser keeps for us."""

    def __init__(self, origin: str) -> None:
        super().__init__(f"Requests from {origin} are not accepted")


class UnknownProvider(BadRequest):
    """A way to sign in that we do not have."""

    def __init__(self, provider: str) -> None:
        super().__init__(f"There is no sign-in provider '{provider}'")


class InvalidSignature(BadRequest):
    """A webhook that the carrier has not signed."""

    def __init__(self) -> None:
        super().__init__("The signature is not the carrier's")


class WrongMetricsToken(BadRequest):
    """Somebody asks for the metrics without the operator's token."""

    def __init__(self) -> None:
        super().__init__("The metrics are for whoever has their token")


class NotReady(BadRequest):
    """The database does not answer, or its tables are not those of this program."""

    def __init__(self) -> None:
        super().__init__("The service is not ready")
