"""A new exchange, put together."""

from datetime import datetime

from evovoice.emulator.choices import Choices
from evovoice.emulator.engine.far_ends import ScriptedPhone
from evovoice.emulator.engine.media_desk import MediaDesk
from evovoice.emulator.engine.sids import SidSource
from evovoice.emulator.engine.verbs import HANDLERS
from evovoice.emulator.engine.voice_network import VoiceNetwork
from evovoice.emulator.engine.webhook_sender import WebhookSender
from evovoice.emulator.state.account import Account
from evovoice.emulator.state.clock import Clock
from evovoice.emulator.state.phones import Character, PhoneBook
from evovoice.emulator.state.registers import ConferenceRegister, LegRegister, RecordingRegister


def new_network(account: Account, choices: Choices, start: datetime, seed: int) -> VoiceNetwork:
    """An exchange where nobody has called yet."""
    sids, clock = SidSource(seed), Clock(start)
    network = VoiceNetwork(
        choices=choices,
        account=account,
        clock=clock,
        sids=sids,
        webhook_sender=WebhookSender(account, sids, clock, choices),
        phones=PhoneBook(Character(answer_after=choices.default_answer_after)),
        legs=LegRegister(choices.remembered),
        conferences=ConferenceRegister(choices.remembered),
        recordings=RecordingRegister(choices.remembered),
        verbs=HANDLERS,
    )
    network.media = MediaDesk(clock, choices.media_patience)
    network.telephone = ScriptedPhone(network)
    return network
