"""What is said to a party of a conference, who stays in it; the key stands in its address."""

from enum import StrEnum


class Announcement(StrEnum):
    """Each by its key, which is stored with orders and never changes."""

    RETURNING = "returning"
    FALLING_BACK = "falling-back"

    @property
    def text(self) -> str:
        """The sentence that is heard."""
        return _TEXTS[self]


_TEXTS = {
    Announcement.RETURNING: (
        "The person you were being connected to could not be reached."
        " Please hold the line, we are calling back whoever you spoke to."
    ),
    Announcement.FALLING_BACK: (
        "We are sorry, nobody could be reached yet."
        " Please hold the line, we are connecting you to somebody else."
    ),
}
