"""A scenario file (TOML): numbers, phones, chaos, faults and calls, read and put into force."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from evovoice.emulator.chaos import ChaosRule, rules_from
from evovoice.emulator.engine import remote_party
from evovoice.emulator.engine.amd import ANSWERED_BY
from evovoice.emulator.exchange import Exchange
from evovoice.emulator.expected_keys import expected_in
from evovoice.emulator.fields import Fields, Unclear
from evovoice.emulator.http import control_json
from evovoice.emulator.spoken import utterances_in
from evovoice.emulator.state.account import METHODS, VoiceSettings
from evovoice.emulator.state.numbers import as_dialled
from evovoice.emulator.state.phones import OUTCOMES, Character

Change = Callable[[Character], Character]


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """Somebody calls, that many seconds after the start."""

    at: float
    from_: str
    to: str
    hang_up_after: float | None
    digits: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """What stands in the file; nothing has happened yet."""

    speed: float | None
    seed: int | None
    numbers: tuple[tuple[str, VoiceSettings], ...]
    applications: tuple[tuple[str | None, VoiceSettings], ...]
    phones: tuple[tuple[str, Change], ...]
    chaos: tuple[ChaosRule, ...]
    faults: tuple[control_json.FaultRequest, ...]
    calls: tuple[PlannedCall, ...]


def load(path: Path) -> Scenario:
    """The file, or a complaint that names it."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unclear(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise Unclear(f"{path}: {error}") from error


def parse(text: str) -> Scenario:
    """The file's text."""
    file = Fields("scenario", tomllib.loads(text))
    scenario = Scenario(
        speed=file.seconds("speed", None),
        seed=file.whole("seed"),
        numbers=tuple(_number(one) for one in file.tables("number")),
        applications=tuple(_application(one) for one in file.tables("application")),
        phones=tuple(_phone(name, one) for name, one in file.named("phone").items()),
        chaos=tuple(rule for one in file.tables("chaos") for rule in rules_from(one)),
        faults=tuple(_fault(one) for one in file.tables("fault")),
        calls=tuple(_call(one) for one in file.tables("call")),
    )
    file.done()
    return scenario


def set_up(exchange: Exchange, scenario: Scenario) -> None:
    """Put it into force; the planned calls follow in virtual time."""
    for number, voice in scenario.numbers:
        exchange.set_number(number, voice)
    for sid, voice in scenario.applications:
        exchange.set_application(sid, voice)
    for address, change in scenario.phones:
        phones = exchange.network.phones
        phones.put(address, change(phones.at(address)))
    if scenario.seed is not None:
        exchange.chaos.reseed(scenario.seed)
    exchange.chaos.add(replace(rule, hits=0) for rule in scenario.chaos)
    for order in scenario.faults:
        exchange.rest_api.faults.add(order.method, order.path, order.fault, order.count)
    for place, call in enumerate(scenario.calls, 1):
        _plan(exchange, call, f"call {place}")


def _plan(exchange: Exchange, call: PlannedCall, where: str) -> None:
    account = exchange.network.account
    _, client, identity = call.from_.partition("client:")
    if client:
        _admit(exchange, identity, where)
        if not account.applications:
            raise Unclear(f"{where}: a client needs an [[application]] to call through")
    elif call.to not in account.numbers:
        raise Unclear(f"{where}: to {call.to!r} is not a [[number]] of this account")
    exchange.network.clock.after(call.at, partial(_place, exchange, call))


def _admit(exchange: Exchange, identity: str, where: str) -> None:
    """Now, for nobody hears the refusal in the middle of the play."""
    try:
        remote_party.admit(exchange.network, identity)
    except remote_party.Impossible as error:
        raise Unclear(f"{where}: {error}") from error


def _place(exchange: Exchange, call: PlannedCall) -> None:
    network = exchange.network
    _, client, identity = call.from_.partition("client:")
    if client:
        application = next(iter(network.account.applications))
        remote_party.connect_device(
            network, identity, application, {"To": call.to} if call.to else {}
        )
    else:
        remote_party.place_call(network, call.from_, call.to, call.hang_up_after, call.digits)


def _voice(fields: Fields) -> VoiceSettings:
    voice = VoiceSettings(
        voice_url=fields.optional_text("voice_url"),
        voice_fallback_url=fields.optional_text("voice_fallback_url"),
        status_callback=fields.optional_text("status_callback"),
        voice_method=fields.word("voice_method", METHODS, "POST"),
    )
    fields.done()
    return voice


def _number(fields: Fields) -> tuple[str, VoiceSettings]:
    return as_dialled(fields.text("number")), _voice(fields)


def _application(fields: Fields) -> tuple[str | None, VoiceSettings]:
    return fields.optional_text("sid"), _voice(fields)


def _phone(name: str, fields: Fields) -> tuple[str, Change]:
    if not name.startswith(("+", "client:", "sip:")):
        raise fields.wrong("name", "has to begin with +, client: or sip:")
    change = character_change(fields)
    return name, change


def character_change(fields: Fields) -> Change:
    """What a phone's table changes; what is left out stays as it was."""
    outcome = fields.word("outcome", OUTCOMES) if "outcome" in fields else None
    changes: dict[str, object] = {} if outcome is None else {"outcome": outcome}
    for name in ("answer_after", "hang_up_after"):
        if name in fields:
            changes[name] = fields.seconds(name, None)
    for name in ("greeting", "quiet", "hello", "listens_after"):
        if name in fields:
            changes[name] = fields.seconds(name, None) or 0.0
    if "beeps" in fields:
        changes["beeps"] = fields.flag("beeps")
    if "answered_by" in fields:
        changes["answered_by"] = fields.word("answered_by", ANSWERED_BY)
    if "digits" in fields:
        changes["digits"] = fields.text("digits", "")
    if "says" in fields:
        changes["says"] = utterances_in(fields)
    if "expects" in fields:
        changes["expects"] = expected_in(fields)
    fields.done()
    return lambda old: replace(old, **changes)  # type: ignore[arg-type]


def _fault(fields: Fields) -> control_json.FaultRequest:
    try:
        return control_json.fault_request(fields.rest())
    except control_json.Unreadable as error:
        raise Unclear(f"{fields.where}: {error}") from error


def _call(fields: Fields) -> PlannedCall:
    from_ = fields.text("from")
    call = PlannedCall(
        at=fields.seconds("at", 0.0) or 0.0,
        from_=from_,
        to=fields.text("to", "" if from_.startswith("client:") else None),
        hang_up_after=fields.seconds("hang_up_after", None),
        digits=fields.text("digits", ""),
    )
    fields.done()
    return call
