"""What `--fix` would change: single fields of numbers of the directory and of the TwiML App."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from evovoice.carrier.setup_check.findings import Finding
from evovoice.carrier.setup_check.questions import SetupOrders, VoiceAnswer
from evovoice.carrier.setup_check.voice_addresses import Flaw


@dataclass(frozen=True, slots=True)
class Target:
    """Whose field it is; `name` as people read it."""

    kind: Literal["number", "application"]
    sid: str
    name: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field, from what it is to what the service needs."""

    target: Target
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, and what would set it right."""

    findings: Sequence[Finding]
    changes: Sequence[Change] = field(default=())


def changes_of(target: Target, voice: VoiceAnswer, found: Sequence[Flaw]) -> list[Change]:
    """A change for each flaw that may be set right without asking its owner."""
    return [
        Change(target, flaw.field, getattr(voice, flaw.field), flaw.needed)
        for flaw in found
        if flaw.needed is not None
    ]


def carry_out(orders: SetupOrders, changes: Sequence[Change]) -> None:
    """One request for each number and for the App. Errors: `CarrierError`; those before it are
    done.
    """
    for target, of_target in groupby(changes, key=lambda change: change.target):
        fields = {change.field: change.new for change in of_target}
        if target.kind == "number":
            orders.set_number(target.sid, fields)
        else:
            orders.set_application(target.sid, fields)
