"""The server's command line, as one frozen value."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace

from evovoice.emulator.chaos import DEEDS, ChaosRule
from evovoice.emulator.choices import Choices, JoinAt
from evovoice.emulator.http.choice_words import choice
from evovoice.emulator.http.option_values import (
    api_key,
    chaos_value,
    mapping,
    named_voice,
    report,
    scenario_value,
    speed_value,
)
from evovoice.emulator.scenario import Scenario
from evovoice.emulator.state.account import VoiceSettings
from evovoice.emulator.state.standing import COUNTRIES, STATUSES, TYPES, Standing

_SID = "AC" + "0" * 31 + "1"
_TOKEN = "emulated-auth-token"  # noqa: S105 - opens nothing but this emulator

_EPILOG = """\
more:
  evovoice emulator call --help     place a call with a running emulator
  http://127.0.0.1:8010/_emulator/  a page that shows who is in which call and conference

examples:
  evovoice emulator --number +15550001111=http://127.0.0.1:5000/voice
  evovoice emulator --scenario demo.toml --speed fast
  evovoice emulator --chaos lose,kind=call-status,event=answered,count=1
  evovoice emulator --chaos random,rate=0.3 --chaos-seed 7
"""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """`speed` is virtual seconds per real second; 0 stands still until told."""

    host: str
    port: int
    account_sid: str
    auth_token: str
    api_keys: tuple[tuple[str, str], ...]
    verified: tuple[str, ...]
    standing: Standing
    numbers: tuple[tuple[str, VoiceSettings], ...]
    applications: tuple[tuple[str, VoiceSettings], ...]
    choices: Choices
    hold_phones: bool
    speed: float | None
    latency: float
    seed: int | None
    log_size: int
    scenario: Scenario | None
    chaos: tuple[ChaosRule, ...]
    chaos_seed: int | None
    addresses: tuple[tuple[str, str], ...]
    allowed_hosts: frozenset[str]


def parse_options(argv: Sequence[str] | None) -> ServerOptions:
    """Read the command line, or stop with a message."""
    given = _parser().parse_args(argv)
    return ServerOptions(
        host=given.host,
        port=given.port,
        account_sid=given.account_sid,
        auth_token=given.auth_token,
        api_keys=(*given.api_key, *given.restricted_key),
        verified=tuple(given.verified),
        standing=_standing(given),
        numbers=tuple(given.number),
        applications=tuple(given.application),
        choices=_choices(given),
        hold_phones=given.hold_phones,
        speed=given.speed,
        latency=given.latency,
        seed=given.seed,
        log_size=given.log_size,
        scenario=given.scenario,
        chaos=tuple(rule for rules in given.chaos for rule in rules),
        chaos_seed=given.chaos_seed,
        addresses=tuple(given.map),
        allowed_hosts=frozenset(name.lower() for name in given.allow_host),
    )


def _standing(given: argparse.Namespace) -> Standing:
    return Standing(
        type=given.account_type,
        status=given.account_status,
        restricted_keys=frozenset(sid for sid, _ in given.restricted_key),
        closed_countries=frozenset(given.closed_country),
    )


def _choices(given: argparse.Namespace) -> Choices:
    join_at: JoinAt = "ringing" if given.join_at == "ringing" else "answer"
    report, with_duration = given.child_redirect_report
    choices = Choices(
        join_at=join_at,
        child_redirect_report=report,
        child_redirect_duration=with_duration,
        default_answer_after=given.answer_after,
        participants_per_second=given.participants_per_second or None,
    )
    return replace(choices, **dict(given.choose))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="evovoice emulator",
        description="A local Twilio Voice: REST, TwiML, webhooks and scripted telephones.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_account(parser)
    _add_standing(parser)
    _add_reach(parser)
    _add_behaviour(parser)
    _add_weather(parser)
    return parser


def _add_account(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    add("--port", type=int, default=8010, help="0 takes a free one (default %(default)s)")
    add("--account-sid", default=_SID, metavar="AC..", help="default %(default)s")
    add("--auth-token", default=_TOKEN, metavar="TOKEN", help="default %(default)s")
    add("--api-key", action="append", default=[], type=api_key, metavar="SK..:SECRET")
    add(
        "--verified",
        action="append",
        default=[],
        metavar="+1..",
        help="a number of somebody else that may be shown as caller id (repeatable)",
    )
    add(
        "--number",
        action="append",
        default=[],
        type=named_voice,
        metavar="+1..=[GET ]VOICE_URL[,STATUS_CALLBACK_URL]",
        help="a number of the account (repeatable); the URLs may be left out",
    )
    add(
        "--application",
        action="append",
        default=[],
        type=named_voice,
        metavar="AP..=[GET ]VOICE_URL[,STATUS_CALLBACK_URL]",
        help="a TwiML App (repeatable)",
    )


def _add_reach(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--map",
        action="append",
        default=[],
        type=mapping,
        metavar="https://app.example=http://127.0.0.1:3030",
        help="webhooks for the first address are signed for it and sent to the second (repeatable)",
    )
    add(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a name under which other machines may use the control address, such as a"
        " container's (repeatable); whoever reaches it can steer every call",
    )


def _add_standing(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--restricted-key",
        action="append",
        default=[],
        type=api_key,
        metavar="SK..:SECRET",
        help="an API key that signs no access tokens (repeatable)",
    )
    add("--account-type", choices=TYPES, default=TYPES[0], help="default %(default)s")
    add("--account-status", choices=STATUSES, default=STATUSES[0], help="default %(default)s")
    add(
        "--closed-country",
        action="append",
        default=[],
        choices=tuple(COUNTRIES),
        metavar="GB",
        help="a country that may not be called, as REST tells it (repeatable)",
    )


def _add_behaviour(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--choose",
        action="append",
        default=[],
        type=choice,
        metavar="NAME=VALUE",
        help="any field of choices.py, where Twilio's behaviour is not known (repeatable)",
    )
    add("--join-at", choices=("ringing", "answer"), default="answer", help="switch S1")
    add(
        "--child-redirect-report",
        type=report,
        default=("completed", False),
        metavar="completed|answered[,duration]",
        help="switch S2 (default completed, without DialCallDuration)",
    )
    add("--answer-after", type=float, default=2.0, help="seconds a phone rings (%(default)s)")
    add("--hold-phones", action="store_true", help="phones ring until told what to do")
    add(
        "--speed",
        type=speed_value,
        metavar="real|fast|stepped|N",
        help="virtual seconds per second: real = 1 (default), fast = 10, stepped = 0",
    )
    add("--latency", type=float, default=0.0, help="seconds added to every REST answer")
    add(
        "--participants-per-second",
        type=float,
        default=1.0,
        help="how many REST may dial into conferences (%(default)s, as Twilio); 0 = no limit",
    )
    add("--seed", type=int, help="makes sids repeatable")
    add("--log-size", type=int, default=1000, help="entries kept of each log (%(default)s)")


def _add_weather(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--scenario", type=scenario_value, metavar="FILE.toml", help="numbers, phones, chaos, calls"
    )
    add(
        "--chaos",
        action="append",
        default=[],
        type=chaos_value,
        metavar="DEED[,name=value..]",
        help=f"what happens to webhooks (repeatable): {', '.join(DEEDS)}, or random[,rate=0.2];"
        " names: kind, event, url (shell patterns), seconds, seconds_to, rate, count",
    )
    add("--chaos-seed", type=int, metavar="N", help="the dice of --chaos; printed at the start")
