"""What people say: words, when they say them, and how sure a recognizer is of having heard them."""

from dataclasses import dataclass

SOON = 0.5  # seconds until an answer
SURE = 0.9


@dataclass(frozen=True, slots=True)
class Utterance:
    """One piece of speech.

    With `at` it is said that many seconds after the answer, whoever listens. Without, it is an
    answer: said `after` seconds after the prompts of the next verb that listens for speech.
    """

    words: str = ""
    at: float | None = None
    after: float = SOON
    seconds: float | None = None  # how long it lasts, if not by its number of words
    confidence: float = SURE  # between 0 and 1, as a recognizer reports it
    partial: tuple[str, ...] = ()  # what it is taken for meanwhile, if not word by word

    def lasts(self, seconds_per_word: float) -> float:
        """Its length in seconds."""
        if self.seconds is not None:
            return self.seconds
        return max(1, len(self.words.split())) * seconds_per_word

    @property
    def partials(self) -> tuple[str, ...]:
        """What a recognizer has understood so far, in the order in which it does."""
        if self.partial:
            return self.partial
        words = self.words.split()
        return tuple(" ".join(words[:count]) for count in range(1, len(words) + 1))
