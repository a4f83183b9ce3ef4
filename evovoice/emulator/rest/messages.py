"""One REST request and its response, apart from any transport."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

JsonObject = dict[str, object]
Pairs = tuple[tuple[str, str], ...]


class Form:
    """Form or query fields; a name may come several times."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.pairs: Pairs = tuple(pairs)

    @cached_property
    def _last(self) -> Mapping[str, str]:
        return dict(self.pairs)

    @property
    def names(self) -> frozenset[str]:
        """Every name that was given."""
        return frozenset(self._last)

    def __contains__(self, name: str) -> bool:
        return name in self._last

    def get(self, name: str) -> str | None:
        """The last value, or None."""
        return self._last.get(name)

    def text(self, name: str) -> str:
        """The last value, or an empty string."""
        return self._last.get(name, "")

    def flag(self, name: str, default: bool = False) -> bool:
        """Every value except `true` counts as false."""
        value = self._last.get(name)
        return default if value is None else value.lower() == "true"

    def words(self, name: str) -> frozenset[str]:
        """R34: repeated keys and one space-separated value mean the same list."""
        return frozenset(word for key, text in self.pairs if key == name for word in text.split())


@dataclass(frozen=True, slots=True)
class RestRequest:
    """`path` is still percent-encoded; `form` is the body of a POST, else the query."""

    method: str
    path: str
    form: Form
    authorization: str | None


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound file and its content type."""

    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class RestResponse:
    """A status and a JSON object; None is the empty body of a 204; `after` seconds late.

    With a `sound` that is the body.
    """

    status: int
    body: JsonObject | None
    after: float = 0.0
    sound: Sound | None = None
