"""What a phone says, as people write it into files and forms, and as it is shown."""

from evovoice.emulator.fields import Fields, Unclear
from evovoice.emulator.rest.messages import JsonObject
from evovoice.emulator.state.speech import SOON, SURE, Utterance


def utterances_in(fields: Fields, name: str = "says") -> tuple[Utterance, ...]:
    """A text, a table, or a list of both. Errors: `Unclear`."""
    written = fields.anything(name)
    several = written if isinstance(written, list) else [] if written is None else [written]
    return tuple(
        _utterance(f"{fields.where}: {name} {place}", one) for place, one in enumerate(several, 1)
    )


def _utterance(where: str, written: object) -> Utterance:
    if isinstance(written, str):
        return Utterance(written)
    if not isinstance(written, dict):
        raise Unclear(f"{where} has to be text in quotes, or a table with words")
    fields = Fields(where, written)
    utterance = utterance_of(fields)
    fields.done()
    return utterance


def utterance_of(fields: Fields) -> Utterance:
    """The fields of one utterance; without `words` it has to say how many `seconds` it lasts."""
    if "at" in fields and "after" in fields:
        raise fields.wrong("after", "is for answers, which have no at")
    seconds = fields.seconds("seconds", None)
    return Utterance(
        words=fields.text("words", None if seconds is None else ""),
        at=fields.seconds("at", None),
        after=fields.seconds("after", SOON) or 0.0,
        seconds=seconds,
        confidence=fields.share("confidence", SURE),
        partial=_partial(fields),
    )


def _partial(fields: Fields) -> tuple[str, ...]:
    written = fields.anything("partial")
    if written is None:
        return ()
    several = written if isinstance(written, list) else [written]
    if not all(isinstance(one, str) for one in several):
        raise fields.wrong("partial", "has to be text in quotes, or a list of texts")
    return tuple(map(str, several))


def utterance_view(one: Utterance) -> JsonObject:
    """One utterance in JSON."""
    when: JsonObject = {"after": one.after} if one.at is None else {"at": one.at}
    return {
        "words": one.words,
        **when,
        "seconds": one.seconds,
        "confidence": one.confidence,
        "partial": list(one.partial),
    }
