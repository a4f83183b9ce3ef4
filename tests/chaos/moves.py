"""What agents and people do while everything breaks: chosen by the story's own dice."""

import asyncio
import secrets
import time
from typing import Any

from tests.chaos.cast import Agent
from tests.chaos.player import Player
from tests.chaos.records import Party, Shown

Flags = tuple[tuple[str, str, bool | str | None], ...]
_MOVES = {
    "add": 5, "hold": 2, "resume": 2, "patch": 4, "remove": 2, "leave": 1, "hand over": 1,
    "hang up": 2,
}  # fmt: skip
_ONCE_MORE = (429, 500, 503)  # what a client repeats, one second later
_OUTCOMES = ("answer",) * 7 + ("busy", "no-answer", "reject", "silent", "unreachable")
_REPEATS = 2
_LEAST = 3  # moves of a story, however slow the machine is


async def play(player: Player, seconds: float, ends_by_itself: float) -> None:
    """A call of about so many seconds; with that chance it ends by itself."""
    dice = player.dice
    await (player.call_in() if dice.random() < 0.6 else player.call_out())
    if not await player.find():
        return
    until, made = time.time() + seconds, 0
    await asyncio.sleep(dice.uniform(1, 3))
    while time.time() < until or made < _LEAST:
        made += 1
        at_once = 2 if dice.random() < 0.2 else 1
        await asyncio.gather(*(_move(player) for _ in range(at_once)))
        await asyncio.sleep(dice.choice((0.0, 0.3, 0.7, 1.5, 3.0)))
    if dice.random() < ends_by_itself:
        await _end(player)


async def give_phones(player: Player) -> None:
    """Everybody's telephone gets a character: who answers, and how soon."""
    dice, cast = player.dice, player.cast
    for address in (cast.ann.address, cast.bob.address, cast.customer):
        await player.phone(address, outcome="answer", answerAfter=round(dice.uniform(0.2, 2), 2))
    for address in cast.others:
        outcome = dice.choice(_OUTCOMES)
        await player.phone(address, outcome=outcome, answerAfter=round(dice.uniform(0.2, 4), 2))


async def _move(player: Player) -> None:
    agent = player.cast.bob if player.dice.random() < 0.15 else player.cast.ann
    shown = await player.look(agent.key)
    if shown is None or shown.ended:
        return
    kind = player.dice.choices(list(_MOVES), list(_MOVES.values()))[0]
    if kind in ("leave", "remove", "hang up") and len(_up(shown)) < 3:
        kind = "add"  # where two talk that would be the end, and that comes by itself
    if kind == "add":
        await _add(player, agent)
    elif kind in ("hold", "resume"):
        await _hold(player, agent, shown, kind == "hold")
    elif kind == "patch":
        await _patch(player, agent, shown)
    else:
        await _take_out(player, agent, shown, kind)


async def _add(player: Player, agent: Agent, kind: str = "add") -> None:
    """Repeated as a client does: with its key after a broken connection or a passing error."""
    dice = player.dice
    bob = player.cast.bob.address
    if dice.random() < 0.25 and agent is player.cast.ann:
        address = bob
    elif player.unrung and dice.random() < 0.9:
        address = player.unrung.pop()
    else:
        address = dice.choice(player.cast.others)
    intent, repeatable = secrets.token_hex(6), dice.random() < 0.7 and kind == "add"
    for _ in range(1 + _REPEATS):
        answer = await player.add(agent, address, intent, repeatable, kind)
        passing = answer.status is None or answer.status in _ONCE_MORE
        if not (passing and repeatable):
            return
        await asyncio.sleep(1)


async def _hold(player: Player, agent: Agent, shown: Shown, on: bool) -> None:
    own = agent.identity
    flags: Flags = tuple(
        (str(party.call_sid), "hold", on)
        for party in _up(shown)
        if on is False or party.identity != own
    )  # fmt: skip
    kind = "hold" if on else "resume"
    await player.command(agent, kind, "POST", kind, {}, flags=flags)


async def _patch(player: Player, agent: Agent, shown: Shown) -> None:
    up = _up(shown)
    if not up:
        return
    party = player.dice.choice(up)
    sid = str(party.call_sid)
    what = player.dice.choice(("hold", "muted", "coaching"))
    wish: Any = player.dice.random() < 0.6
    if what == "coaching":
        others = [one.call_sid for one in up if one is not party and one.state == "Connected"]
        wish = player.dice.choice(others) if wish and others else ""
    path = f"conference/members/{sid}"
    flags: Flags = ((sid, what, wish),)
    await player.command(agent, "patch", "PATCH", path, {what: wish}, target=sid, flags=flags)


async def _take_out(player: Player, agent: Agent, shown: Shown, kind: str) -> None:
    """Somebody leaves the others."""
    up = _up(shown)
    own = next((str(one.call_sid) for one in up if one.identity == agent.identity), "")
    if kind == "hand over":
        await _add(player, agent, "hand-over")
    elif kind == "leave" and own:
        path = "conference/leave"
        await player.command(agent, "leave", "POST", path, {"callSid": own}, target=own)
    elif kind == "remove":
        sid = str(player.dice.choice([one for one in shown.parties if one.call_sid]).call_sid)
        path = f"conference/members/{sid}"
        await player.command(agent, "remove", "DELETE", path, target=sid)
    elif kind == "hang up":
        await player.hang_up(str(player.dice.choice(up).call_sid))


def _up(shown: Shown) -> list[Party]:
    """Who can be acted on."""
    return [one for one in shown.parties if one.call_sid and one.state in ("Connected", "Hold")]


async def _end(player: Player) -> None:
    """An agent ends the call, or the people hang up, one after the other."""
    if player.dice.random() < 0.4:
        await player.command(player.cast.ann, "end", "DELETE", "")
        return
    up = [leg for leg in player.story.last().alive() if leg.is_up]
    player.dice.shuffle(up)
    for leg in up[: player.dice.randint(1, max(1, len(up)))]:
        await player.hang_up(leg.sid)
