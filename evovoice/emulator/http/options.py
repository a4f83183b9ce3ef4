"""The server's command line, as one frozen value."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evovoice.emulator.chaos import DEEDS, ChaosRule, rules_from_text
from evovoice.emulator.choices import ChildRedirectReport, Choices, JoinAt
from evovoice.emulator.fields import Unclear
from evovoice.emulator.http.choice_words import choice
from evovoice.emulator.scenario import Scenario, load
from evovoice.emulator.state.account import VoiceSettings
from evovoice.emulator.state.standing import COUNTRIES, STATUSES, TYPES, Standing

_SID = "AC" + "0" * 31 + "1"
_TOKEN = "emulated-auth-token"  # noqa: S105 - opens nothing but this emulator

_SPEEDS = {"real": 1.0, "fast": 10.0, "stepped": 0.0}
_FASTEST = 10_000.0
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
    _add_behaviour(parser)
    _add_weather(parser)
    return parser


def _add_account(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    add("--port", type=int, default=8010, help="0 takes a free one (default %(default)s)")
    add("--account-sid", default=_SID, metavar="AC..", help="default %(default)s")
    add("--auth-token", default=_TOKEN, metavar="TOKEN", help="default %(default)s")
    add("--api-key", action="append", default=[], type=_api_key, metavar="SK..:SECRET")
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
        type=_named_voice,
        metavar="+1..=VOICE_URL[,STATUS_CALLBACK_URL]",
        help="a number of the account (repeatable); the URLs may be left out",
    )
    add(
        "--application",
        action="append",
        default=[],
        type=_named_voice,
        metavar="AP..=VOICE_URL[,STATUS_CALLBACK_URL]",
        help="a TwiML App (repeatable)",
    )


def _add_standing(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--restricted-key",
        action="append",
        default=[],
        type=_api_key,
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
        type=_report,
        default=("completed", False),
        metavar="completed|answered[,duration]",
        help="switch S2 (default completed, without DialCallDuration)",
    )
    add("--answer-after", type=float, default=2.0, help="seconds a phone rings (%(default)s)")
    add("--hold-phones", action="store_true", help="phones ring until told what to do")
    add(
        "--speed",
        type=_speed,
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
    add("--scenario", type=_scenario, metavar="FILE.toml", help="numbers, phones, chaos, calls")
    add(
        "--chaos",
        action="append",
        default=[],
        type=_chaos,
        metavar="DEED[,name=value..]",
        help=f"what happens to webhooks (repeatable): {', '.join(DEEDS)}, or random[,rate=0.2];"
        " names: kind, event, url (shell patterns), seconds, seconds_to, rate, count",
    )
    add("--chaos-seed", type=int, metavar="N", help="the dice of --chaos; printed at the start")


def _speed(text: str) -> float:
    try:
        speed = _SPEEDS[text] if text in _SPEEDS else float(text)
    except ValueError:
        speed = -1.0
    if not 0 <= speed <= _FASTEST:
        raise argparse.ArgumentTypeError(f"{text!r} is not real, fast, stepped or a number")
    return speed


def _scenario(text: str) -> Scenario:
    try:
        return load(Path(text))
    except Unclear as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _chaos(text: str) -> list[ChaosRule]:
    try:
        return rules_from_text(text)
    except Unclear as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _api_key(text: str) -> tuple[str, str]:
    sid, colon, secret = text.partition(":")
    if not (sid and colon and secret):
        raise argparse.ArgumentTypeError(f"{text!r} is not SID:SECRET")
    return sid, secret


def _named_voice(text: str) -> tuple[str, VoiceSettings]:
    name, _, urls = text.partition("=")
    voice_url, _, status_callback = urls.partition(",")
    if not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VOICE_URL[,STATUS_CALLBACK_URL]")
    return name, VoiceSettings(voice_url or None, status_callback=status_callback or None)


def _report(text: str) -> tuple[ChildRedirectReport, bool]:
    word, _, extra = text.partition(",")
    if word not in {"completed", "answered"} or extra not in {"", "duration"}:
        raise argparse.ArgumentTypeError(f"{text!r} is not completed|answered[,duration]")
    return ("answered" if word == "answered" else "completed"), extra == "duration"
