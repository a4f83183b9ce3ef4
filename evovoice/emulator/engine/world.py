"""Everything the parts of the exchange share: state, time, names, and the way out."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from evovoice.emulator.choices import Choices
from evovoice.emulator.engine.account import Account
from evovoice.emulator.engine.clock import Clock
from evovoice.emulator.engine.courier import Courier
from evovoice.emulator.engine.formats import rfc2822
from evovoice.emulator.engine.messages import Alert
from evovoice.emulator.engine.phones import Character, PhoneBook
from evovoice.emulator.engine.registers import LegRegister, RoomRegister
from evovoice.emulator.engine.sids import SidSource


@dataclass(slots=True)
class World:
    """One account's exchange."""

    choices: Choices
    account: Account
    clock: Clock
    sids: SidSource
    courier: Courier
    phones: PhoneBook
    legs: LegRegister
    rooms: RoomRegister
    alerts: deque[Alert] = field(default_factory=lambda: deque(maxlen=10_000))
    next_free_slot: int = 0  # R37: when the next REST participant may be dialled

    @property
    def now(self) -> int:
        """Virtual microseconds."""
        return self.clock.micros

    def alert(
        self,
        code: int,
        text: str,
        call_sid: str | None = None,
        details: Mapping[str, str] | None = None,
    ) -> None:
        """Write a line into the debugger."""
        self.alerts.append(Alert(code, text, call_sid, rfc2822(self.now), details or {}))


def new_world(account: Account, choices: Choices, start: datetime, seed: int) -> World:
    """An exchange where nobody has called yet."""
    sids, clock = SidSource(seed), Clock(start)
    return World(
        choices=choices,
        account=account,
        clock=clock,
        sids=sids,
        courier=Courier(account, sids, clock),
        phones=PhoneBook(Character(answer_after=choices.default_answer_after)),
        legs=LegRegister(choices.remembered),
        rooms=RoomRegister(choices.remembered),
    )
