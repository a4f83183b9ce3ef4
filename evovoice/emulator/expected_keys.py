"""The keys a phone expects, as people write them into files and forms, and as they are shown."""

import re

from evovoice.emulator.fields import Fields, Unclear
from evovoice.emulator.rest.messages import JsonObject
from evovoice.emulator.spoken import utterance_view, utterances_in
from evovoice.emulator.state.expected import Expected, KeyListener, Reaction, reaction_of

_KEYS = re.compile(r"[0-9A-D*#]{1,32}")
_OTHERWISE = "otherwise"
_ADDRESSES = ("+", "client:", "sip:")


def expected_in(fields: Fields) -> Expected | None:
    """A table from keys to a text that is said, or to what follows. Errors: `Unclear`."""
    written = fields.anything("expects")
    if written is None:
        return None
    if not isinstance(written, dict):
        raise fields.wrong("expects", 'has to be a table of keys: { "1" = "sales" }')
    where = f"{fields.where}: expects"
    reactions = {_keys(where, str(name)): _reaction(where, name, written[name]) for name in written}
    otherwise = reactions.pop(_OTHERWISE, Reaction())
    return Expected(tuple(reactions.items()), otherwise)


def _keys(where: str, name: str) -> str:
    if name == _OTHERWISE or _KEYS.fullmatch(name.upper()):
        return name if name == _OTHERWISE else name.upper()
    raise Unclear(f"{where}: {name!r} is neither keys (0-9, A-D, * and #) nor {_OTHERWISE}")


def _reaction(where: str, name: object, written: object) -> Reaction:
    if isinstance(written, str):
        return reaction_of(written, None, "", None)
    fields = Fields(f"{where} {name}", written)
    transfers_to = fields.text("transfers_to", "")
    if transfers_to and not transfers_to.startswith(_ADDRESSES):
        raise fields.wrong("transfers_to", "has to begin with +, client: or sip:")
    reaction = Reaction(
        says=utterances_in(fields),
        hang_up_after=fields.seconds("hang_up_after", None),
        transfers_to=transfers_to,
        expects=expected_in(fields),
    )
    fields.done()
    return reaction


def expected_view(expected: Expected | None) -> JsonObject | None:
    """The same table in JSON."""
    if expected is None:
        return None
    table = {keys: _view(reaction) for keys, reaction in expected.entries}
    return {**table, _OTHERWISE: _view(expected.otherwise)}


def _view(reaction: Reaction) -> JsonObject:
    return {
        "says": [utterance_view(one) for one in reaction.says],
        "hangUpAfter": reaction.hang_up_after,
        "transfersTo": reaction.transfers_to,
        "expects": expected_view(reaction.expects),
    }


def entries_view(listener: KeyListener) -> list[JsonObject]:
    """What has been entered on a call, and whether it was expected."""
    return [{"keys": one.keys, "expected": one.is_expected} for one in listener.entries]
