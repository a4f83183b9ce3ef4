"""Carries out what the core orders, and reports what comes of it."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial

from evovoice.emulator.audio import tones
from evovoice.emulator.audio.clip import Clip
from evovoice.emulator.audio.mixer import Mixer
from evovoice.emulator.audio.peer import Peer, PeerEvents
from evovoice.emulator.audio.sound_files import SoundFiles, Unplayable
from evovoice.emulator.audio.ticker import Ticker
from evovoice.emulator.state.media import (
    Answered,
    AnswerOffer,
    Close,
    Connected,
    File,
    Hear,
    Lost,
    MakeOffer,
    Measure,
    Measured,
    Offered,
    Order,
    Refused,
    Report,
    Sound,
    Speak,
    TakeAnswer,
)

_GRACE = 2.0  # a browser that hangs up says so and closes its connection, in whatever order


class MediaService:
    """Orders are obeyed in the order they come; about one leg also where they take a while."""

    def __init__(self, report: Callable[[Report], None], files: SoundFiles) -> None:
        self._report = report
        self._files = files
        self._mixer = Mixer(self._clip_of)
        self._peers: dict[str, Peer] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.ticker = Ticker(self._mixer.tick, lambda: self._mixer.is_idle)

    def obey(self, order: Order) -> None:
        """Without waiting."""
        match order:
            case AnswerOffer() | MakeOffer():
                self._open(order)
            case TakeAnswer():
                self._for_leg(order.leg, self._take_answer(order))
            case Hear():
                self._mixer.hear(order)
            case Speak():
                self._speak(order)
            case Measure():
                self._spawn(self._measure(order))
            case Close():
                self._close(order.leg)

    def peers(self) -> tuple[Peer, ...]:
        """Of the legs that are open."""
        return tuple(self._peers.values())

    async def close(self) -> None:
        """Every leg, without reports."""
        for leg in tuple(self._peers):
            self._close(leg)
        while self._tasks:
            await asyncio.wait(self._tasks)
        await self._files.close()

    def _open(self, order: AnswerOffer | MakeOffer) -> None:
        leg = order.leg
        events = PeerEvents(
            partial(self._tell, leg, Connected(leg)), lambda reason: self._lost(leg, reason)
        )
        peer = self._peers[leg] = Peer(events)
        self._mixer.add(leg, peer)
        self.ticker.wake()
        self._locks[leg] = asyncio.Lock()
        self._for_leg(leg, self._describe(peer, order))

    async def _describe(self, peer: Peer, order: AnswerOffer | MakeOffer) -> None:
        if isinstance(order, AnswerOffer):
            self._tell(order.leg, Answered(order.leg, await peer.answer(order.sdp)))
        else:
            self._tell(order.leg, Offered(order.leg, await peer.offer()))

    async def _take_answer(self, order: TakeAnswer) -> None:
        peer = self._peers.get(order.leg)
        if peer is not None:
            await peer.take_answer(order.sdp)

    def _for_leg(self, leg: str, work: Coroutine[None, None, None]) -> None:
        """One after the other; what fails is the end of the leg."""
        self._spawn(self._in_turn(leg, work))

    async def _in_turn(self, leg: str, work: Coroutine[None, None, None]) -> None:
        lock = self._locks.get(leg)
        if lock is None:
            work.close()
            return
        async with lock:
            try:
                await work
            except Exception as error:
                reason = f"The emulator's sound could not be set up: {error!r}"
                self._tell(leg, Refused(leg, reason))
                self._close(leg)

    def _tell(self, leg: str, report: Report) -> None:
        """As long as the leg is there."""
        if leg in self._peers:
            self._report(report)

    def _lost(self, leg: str, reason: str) -> None:
        late = partial(self._tell, leg, Lost(leg, reason))
        asyncio.get_running_loop().call_later(_GRACE, late)

    def _close(self, leg: str) -> None:
        peer, lock = self._peers.pop(leg, None), self._locks.pop(leg, None)
        self._mixer.remove(leg)
        if peer is not None and lock is not None:
            self._spawn(_close_in_turn(peer, lock))

    def _speak(self, order: Speak) -> None:
        clip = None if order.words is None else tones.telephone(order.number)
        self._mixer.speak(order.voice, clip)

    async def _measure(self, order: Measure) -> None:
        sound = order.sound
        try:
            clip = await self._files.fetch(sound.url) if isinstance(sound, File) else None
        except Unplayable as error:
            self._report(Measured(sound, None, str(error)))
            return
        self._report(Measured(sound, (clip or self._clip_of(sound)).seconds))

    def _clip_of(self, sound: Sound) -> Clip:
        return self._files.clip(sound.url) if isinstance(sound, File) else tones.clip_of(sound)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _close_in_turn(peer: Peer, lock: asyncio.Lock) -> None:
    async with lock:
        await peer.close()
