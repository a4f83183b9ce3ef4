"""What goes wrong between Twilio and the application: by rule, or at random from a seed (R49)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from random import Random
from typing import Literal, get_args

from evovoice.emulator.fields import Fields, Unclear
from evovoice.emulator.state.messages import Delivery

Deed = Literal["delay", "duplicate", "lose", "refuse", "reorder", "slow"]
DEEDS: tuple[Deed, ...] = get_args(Deed)
_DEFAULT_SECONDS = (2.0, 2.0)


@dataclass(slots=True, eq=False)
class ChaosRule:
    """Deliveries that match kind, event and url meet this deed, `count` times, with that rate."""

    do: Deed
    kind: str = "*"
    event: str = "*"
    url: str = "*"
    seconds: tuple[float, float] = _DEFAULT_SECONDS  # from, to
    rate: float = 1.0
    count: int | None = None
    hits: int = 0

    @property
    def spent(self) -> bool:
        """Whether its count is used up."""
        return self.count is not None and self.hits >= self.count

    def matches(self, delivery: Delivery) -> bool:
        """Whether this delivery is meant."""
        return (
            not self.spent
            and fnmatchcase(delivery.kind, self.kind)
            and fnmatchcase(delivery.url, self.url)
            and any(fnmatchcase(event, self.event) for event in events_of(delivery))
        )


@dataclass(slots=True)
class Fate:
    """What becomes of one delivery."""

    lost: bool = False
    refused: bool = False
    delay: float = 0.0
    slow: float = 0.0
    again: list[float] = field(default_factory=list)  # delays of further copies
    behind: ChaosRule | None = None  # waits until another delivery of this rule has passed
    behind_seconds: float = 0.0

    @property
    def note(self) -> str:
        """The same in words, for the log."""
        told = {
            "lost": self.lost,
            "refused": self.refused,
            f"late by {self.delay:g} s": self.delay,
            f"answer slowed by {self.slow:g} s": self.slow,
            f"sent {len(self.again) + 1} times": self.again,
            "out of order": self.behind,
        }
        return ", ".join(text for text, happened in told.items() if happened)


class Chaos:
    """The rules in force; every matching rule applies. The dice come from the seed alone."""

    def __init__(self, seed: int) -> None:
        self.reseed(seed)
        self.rules: list[ChaosRule] = []

    def reseed(self, seed: int) -> None:
        """Start the same random sequence again."""
        self.seed = seed
        self._dice = Random(seed)  # noqa: S311 - repeatable on purpose

    def add(self, rules: Iterable[ChaosRule]) -> None:
        """From now on also these."""
        self.rules.extend(rules)

    def clear(self) -> None:
        """Calm."""
        self.rules.clear()

    def fate(self, delivery: Delivery) -> Fate:
        """What the rules in force make of this delivery."""
        fate = Fate()
        for rule in self.rules:
            if rule.matches(delivery) and self._strikes(rule):
                rule.hits += 1
                self._apply(rule, fate)
        return fate

    def _strikes(self, rule: ChaosRule) -> bool:
        return rule.rate >= 1 or self._dice.random() < rule.rate

    def _seconds(self, rule: ChaosRule) -> float:
        low, high = rule.seconds
        return low if low >= high else round(self._dice.uniform(low, high), 3)

    def _apply(self, rule: ChaosRule, fate: Fate) -> None:
        match rule.do:
            case "lose":
                fate.lost = True
            case "refuse":
                fate.refused = True
            case "delay":
                fate.delay += self._seconds(rule)
            case "slow":
                fate.slow += self._seconds(rule)
            case "duplicate":
                fate.again.append(self._seconds(rule))
            case "reorder":
                fate.behind = rule
                fate.behind_seconds = self._seconds(rule)


def events_of(delivery: Delivery) -> tuple[str, ...]:
    """The words an event can be called by; deliveries that are no events have an empty one."""
    form = delivery.form
    if delivery.kind == "conference-status":
        return (form.get("StatusCallbackEvent", ""),)
    if delivery.kind == "call-status":
        status = form.get("CallStatus")
        if status is None:  # redirected, and without its parameters
            return ("",)
        words = {"initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}
        return (words.get(status, "completed"), status)
    return ("",)


def weather(rate: float) -> list[ChaosRule]:
    """Bad, but not hopeless: events may be lost, documents are only late, slow or doubled."""
    events, pause = "*-status", (0.0, 3.0)
    return [
        ChaosRule("delay", rate=rate, seconds=pause),
        ChaosRule("slow", rate=rate / 2, seconds=pause),
        ChaosRule("duplicate", rate=rate / 2, seconds=pause),
        ChaosRule("reorder", kind=events, rate=rate / 2),
        ChaosRule("refuse", rate=rate / 4),
        ChaosRule("lose", kind=events, rate=rate / 4),
    ]


def rules_from(fields: Fields) -> list[ChaosRule]:
    """`do` = a deed, or `random` for the weather; everything else may be left out."""
    do = fields.word("do", (*DEEDS, "random"))
    if do == "random":
        rules = weather(fields.share("rate", 0.2))
    else:
        rules = [_rule(DEEDS[DEEDS.index(do)], fields)]
    fields.done()
    return rules


def _rule(do: Deed, fields: Fields) -> ChaosRule:
    return ChaosRule(
        do=do,
        kind=fields.text("kind", "*"),
        event=fields.text("event", "*"),
        url=fields.text("url", "*"),
        seconds=_seconds(fields),
        rate=fields.share("rate", 1.0),
        count=fields.whole("count"),
    )


def _seconds(fields: Fields) -> tuple[float, float]:
    """`seconds`, or `seconds` up to `seconds_to` at random."""
    low = fields.seconds("seconds", _DEFAULT_SECONDS[0])
    high = fields.seconds("seconds_to", low)
    if low is None or high is None or high < low:
        raise fields.wrong("seconds_to", "has to be no less than seconds")
    return low, high


def rules_from_text(text: str) -> list[ChaosRule]:
    """The command line's `lose,kind=call-status,event=answered,count=1`."""
    do, *settings = text.split(",")
    table = {"do": do.strip()}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise Unclear(f"chaos {text}: {setting!r} is not name=value")
        table[name.strip()] = value.strip()
    return rules_from(Fields(f"chaos {text}", table))
