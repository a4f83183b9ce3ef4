"""Refusals: Twilio's error codes with their HTTP status and text (section 3.6)."""

from evovoice.emulator.rest.messages import RestResponse

NOTICE = 0  # of an alert: Twilio has it, the emulator has not


class Refusal(Exception):
    """Becomes an error body with the four keys (R44)."""

    alert: int | None = None  # under which code the alerts list has it too, if at all

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status

    def response(self) -> RestResponse:
        """The error as Twilio writes it."""
        return error_response(self.code, self.message, self.status)


class NotImitated(Refusal):
    """Twilio has it and the emulator has not: 501, as no answer of Twilio's would be true.

    The code is our own: Twilio has none for this.
    """

    alert = NOTICE

    def __init__(self, message: str) -> None:
        super().__init__(20501, message, 501)


class NoSuchMethod(Refusal):
    """Twilio has that path, and nothing under this method: whoever follows a link of
    `subresource_uris` by GET may find that it is to be created by POST alone.
    """

    alert = 20004  # https://www.twilio.com/docs/api/errors/20004

    def __init__(self, method: str, others: str) -> None:
        sentence = f"Method not allowed: Twilio has no {method} there, but {others}"
        super().__init__(20004, sentence, 405)


def error_response(code: int, message: str, status: int) -> RestResponse:
    """code, message, more_info, status."""
    more_info = f"https://www.twilio.com/docs/errors/{code}"
    body: dict[str, object] = {
        "code": code,
        "message": message,
        "more_info": more_info,
        "status": status,
    }
    return RestResponse(status, body)


def not_found(path: str) -> Refusal:
    """An unknown sid, or a participant that has left (R38)."""
    return Refusal(20404, f"The requested resource {path} was not found", 404)


def not_in_progress() -> Refusal:
    """R9: its exact words."""
    return Refusal(21220, "Call is not in-progress. Cannot redirect.")


def not_recordable() -> Refusal:
    """A call that is not in progress cannot be recorded (1.5)."""
    return Refusal(21220, "Requested resource is not eligible for recording")
