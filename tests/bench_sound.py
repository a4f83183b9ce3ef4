"""How many browsers the emulator's sound bears: `python -m tests.bench_sound [LEGS]` says in JSON.

The far ends are in a process of their own, so that what is measured is the process of sound alone:
rooms of four in which everybody speaks and hears the others, encrypted both ways, on one core.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from evovoice.emulator.audio.peer import Peer, PeerEvents
from evovoice.emulator.audio.private_parts import use_loopback_only
from evovoice.emulator.audio.process import ONE_THREAD
from evovoice.emulator.audio.service import MediaService
from evovoice.emulator.audio.sound_files import SoundFiles
from evovoice.emulator.audio.ticker import Ticker
from evovoice.emulator.audio.tones import telephone
from evovoice.emulator.audio.ulaw import FRAME, SILENCE, encode
from evovoice.emulator.state.media import Answered, AnswerOffer, Connected, Hear, Report

LEGS, ROOM, SECONDS = 60, 4, 10.0
LIMIT = 1 << 20
PATIENCE = 60.0


def _nothing(*_: object) -> None:
    """Neither the end of a bench nor a lost leg is waited for."""


async def far_ends(legs: int) -> None:
    """Offers on standard output, answers on standard input, a line each; then they speak."""
    use_loopback_only()
    events = PeerEvents(_nothing, _nothing)
    peers = [Peer(events) for _ in range(legs)]
    for peer in peers:
        sys.stdout.write(json.dumps(await peer.offer()) + "\n")
        sys.stdout.flush()
    frames = [encode(telephone(n).read(0, 50 * FRAME)).tobytes() for n in range(legs)]
    sent = 0

    def speak() -> None:
        nonlocal sent
        for peer, said in zip(peers, frames, strict=True):
            peer.take()
            peer.send(said[sent : sent + FRAME])
        sent = (sent + FRAME) % (50 * FRAME)

    ticker = Ticker(speak, lambda: False)
    ticker.pace.due = asyncio.get_running_loop().time()
    speaking = asyncio.create_task(ticker.run())
    for peer in peers:
        line = await asyncio.to_thread(sys.stdin.readline)
        await peer.take_answer(json.loads(line))
    await asyncio.to_thread(sys.stdin.readline)
    speaking.cancel()
    for peer in peers:
        await peer.close()


class _Reports:
    """Answers go to the far ends in the order of their legs."""

    def __init__(self) -> None:
        self.answers: dict[str, str] = {}
        self.connected: set[str] = set()

    def __call__(self, report: Report) -> None:
        if isinstance(report, Answered):
            self.answers[report.leg] = report.sdp
        elif isinstance(report, Connected):
            self.connected.add(report.leg)


async def bench(legs: int) -> dict[str, object]:
    """Connect them all, let them settle, and count for a while."""
    use_loopback_only()
    reports = _Reports()
    media = MediaService(reports, SoundFiles(lambda url: (url, {})))
    ticking = asyncio.create_task(media.ticker.run())
    names = [f"leg-{number}" for number in range(legs)]
    async with _far_ends(legs) as (offers, answers):
        for name in names:
            media.obey(AnswerOffer(name, json.loads(await offers.readline())))
            await _until(lambda name=name: name in reports.answers)
            answers.write(json.dumps(reports.answers[name]).encode() + b"\n")
        await _until(lambda: len(reports.connected) == legs)
        for index, name in enumerate(names):
            room = names[index - index % ROOM : index - index % ROOM + ROOM]
            media.obey(Hear(name, frozenset(room) - {name}, ()))
        await asyncio.sleep(1)
        figures = await _count(media, legs)
    if ticking.done():
        ticking.result()
    ticking.cancel()
    await media.close()
    return figures


async def _count(media: MediaService, legs: int) -> dict[str, object]:
    pace = media.ticker.pace
    ticks, late, cpu, began = pace.ticks, pace.late, time.process_time(), time.monotonic()
    await asyncio.sleep(SECONDS)
    seconds = time.monotonic() - began
    core = (time.process_time() - cpu) / seconds
    return {
        "figure": "legs_of_sound_on_one_core",
        "value": legs,
        "of_one_core": round(core, 3),
        "per_leg": round(core / legs, 5),
        "ticks_per_second": round((pace.ticks - ticks) / seconds, 2),
        "speaking": sum(peer.take() != SILENCE * FRAME for peer in media.peers()),
        "late_ticks": pace.late - late,
        "of_ticks": pace.ticks - ticks,
    }


@asynccontextmanager
async def _far_ends(legs: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    command = [sys.executable, "-m", "tests.bench_sound", "--far-ends", str(legs)]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, stdin=pipe, stdout=pipe, limit=LIMIT, env={**os.environ, **ONE_THREAD}
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout, process.stdin
    finally:
        process.stdin.close()
        await process.wait()


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not is_so():
            await asyncio.sleep(0.005)


def main(arguments: list[str]) -> int:
    """The figure, or the far ends."""
    if arguments[:1] == ["--far-ends"]:
        asyncio.run(far_ends(int(arguments[1])))
        return 0
    legs = int(arguments[0]) if arguments else LEGS
    sys.stdout.write(json.dumps(asyncio.run(bench(legs))) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
