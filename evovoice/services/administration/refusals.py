"""Why something that managers and administrators set up was refused (contract C92, C93)."""

from evovoice.services.errors import Refusal, SetupProblem


class NotOnOneself(Refusal):
    """Somebody wants to disable or delete themselves, or to change their own role: then perhaps
    nobody could enable anybody. `deed`: what nobody does.
    """

    def __init__(self, deed: str) -> None:
        super().__init__(f"Nobody {deed}: ask another manager")


class GivesGreaterRole(Refusal):
    """Somebody would get a greater role than that of who gives it."""

    def __init__(self) -> None:
        super().__init__("Nobody gives a greater role than their own")


class OnlyAdministrators(Refusal):
    """A manager wants to change what belongs to whoever runs the service."""

    def __init__(self) -> None:
        super().__init__("Only a SystemAdministrator changes that")


class KeyNotFound(Refusal):
    """There is no such API key, or it is of another account."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"API key '{key_id}' was not found")


class NumberNotFound(Refusal):
    """There is no such number, or it is of another account."""

    def __init__(self, number: str) -> None:
        super().__init__(f"Number '{number}' was not found")


class AlreadyTaken(SetupProblem):
    """A name, a number or an e-mail address that is somebody else's."""


class AccountInUse(SetupProblem):
    """An account that is to be deleted, and is not empty."""


class InvalidLines(SetupProblem):
    """A list that is to be imported; `flaws` has each flaw with the number of its line."""

    def __init__(self, flaws: list[tuple[int, str]]) -> None:
        self.flaws = flaws
        lines = [f"line {number}: {flaw}" for number, flaw in flaws]
        super().__init__("\n".join(["Nothing is imported.", *lines]))


class UserIsDisabled(SetupProblem):
    """Something is to be set up for a user who is disabled: it would not work."""

    def __init__(self, name: str, user_id: str) -> None:
        super().__init__(f"{name} is disabled; enable {user_id} first.")
