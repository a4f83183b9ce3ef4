"""The process of sound with real peers: everybody has a tone, and hears exactly what is ordered."""

import asyncio
import os
import signal
import wave
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from aiohttp import web

from evovoice.emulator.audio.process import AudioProcess, is_installed
from evovoice.emulator.audio.tones import pitch_of_telephone, pitch_of_words
from evovoice.emulator.state.media import (
    Answered,
    AnswerOffer,
    Close,
    Connected,
    File,
    Gone,
    Hear,
    Lost,
    MakeOffer,
    Measure,
    Measured,
    Offered,
    Piece,
    Playing,
    Refused,
    Report,
    Ringing,
    Sound,
    Speak,
    TakeAnswer,
    Words,
)

from .audio_far_end import LEVEL, PATIENCE, FarEnd

Kind = TypeVar("Kind")
TONES = {"ann": 620.0, "bob": 900.0, "eve": 1290.0}
ANN, BOB, EVE = TONES.values()


class Studio:
    """Three browsers, connected; two of them called, the third was called."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._arrived = asyncio.Event()
        self.reports: list[Report] = []
        self.process = AudioProcess(lambda: None, self._arrived.set)
        self.process.attach(self.reports.append)
        self.ends: dict[str, FarEnd] = {}
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        await self._serve_files()
        for name in ("ann", "bob"):
            await self.call(name, TONES[name])
        await self.be_called("eve", EVE)

    async def close(self) -> None:
        for end in self.ends.values():
            await end.close()
        await self.process.close()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _serve_files(self) -> None:
        app = web.Application()
        app.router.add_static("/", self._folder)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def call(self, name: str, pitch: float) -> FarEnd:
        end = self.ends[name] = FarEnd(pitch)
        self.process.order(AnswerOffer(name, await end.offer()))
        answered = await self.report(Answered, lambda one: one.leg == name)
        await end.take_answer(answered.sdp)
        await self.report(Connected, lambda one: one.leg == name)
        return end

    async def be_called(self, name: str, pitch: float) -> FarEnd:
        end = self.ends[name] = FarEnd(pitch)
        self.process.order(MakeOffer(name))
        offered = await self.report(Offered, lambda one: one.leg == name)
        self.process.order(TakeAnswer(name, await end.answer(offered.sdp)))
        await self.report(Connected, lambda one: one.leg == name)
        return end

    async def report(self, kind: type[Kind], fits: Callable[[Kind], bool]) -> Kind:
        """Once it has come."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for one in self.reports:
                    if isinstance(one, kind) and fits(one):
                        return one
                self._arrived.clear()
                await self._arrived.wait()

    async def measured(self, sound: Words | File) -> Measured:
        self.process.order(Measure(sound))
        return await self.report(Measured, lambda one: one.sound == sound)

    def let_hear(self, name: str, *voices: str, playing: tuple[Playing, ...] = ()) -> None:
        self.process.order(Hear(name, frozenset(voices), playing))

    async def all_hear(self, **tones: tuple[float, ...]) -> None:
        """At the same time."""
        await asyncio.gather(*(self.ends[name].hears(*heard) for name, heard in tones.items()))


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """One loop for all; between two tests it stands still."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sounds")
    step = np.arange(48_000 * 2) / 48_000
    tone = (np.sin(2 * np.pi * 1750 * step) * LEVEL).astype("<i2")
    with wave.open(str(folder / "two seconds.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(tone.tobytes())
    (folder / "text.wav").write_text("no sound")
    return folder


@pytest.fixture(scope="module")
def studio(runner: asyncio.Runner, folder: Path) -> Iterator[Studio]:
    async def make() -> Studio:
        return Studio(folder)

    studio = runner.run(make())
    runner.run(studio.open())
    yield studio
    runner.run(studio.close())


@pytest.fixture(scope="module")
def act(runner: asyncio.Runner) -> Callable[[Coroutine[None, None, None]], None]:
    return runner.run


Act = Callable[[Coroutine[None, None, None]], None]


def endless(number: int, sound: Sound, seconds: float = 3600.0) -> tuple[Playing, ...]:
    return (Playing(number, (Piece(sound, seconds),), 0),)


def talk(studio: Studio) -> None:
    """Everybody hears the others."""
    for name in TONES:
        studio.let_hear(name, *(TONES.keys() - {name}))


def test_the_extra_is_installed_where_the_tests_run() -> None:
    """Nothing below is ever skipped."""
    assert is_installed()


def test_everybody_hears_exactly_the_others(studio: Studio, act: Act) -> None:
    async def story() -> None:
        talk(studio)
        await studio.all_hear(ann=(BOB, EVE), bob=(ANN, EVE), eve=(ANN, BOB))

    act(story())


def test_who_is_coached_alone_hears_the_coach_and_who_is_muted_is_not_heard(
    studio: Studio, act: Act
) -> None:
    """Eve coaches Ann, whom Bob hears; then Ann is muted."""

    async def story() -> None:
        studio.let_hear("ann", "bob", "eve")
        studio.let_hear("bob", "ann")
        studio.let_hear("eve", "ann", "bob")
        await studio.all_hear(ann=(BOB, EVE), bob=(ANN,), eve=(ANN, BOB))
        studio.let_hear("bob")
        studio.let_hear("eve", "bob")
        await studio.all_hear(ann=(BOB, EVE), bob=(), eve=(BOB,))

    act(story())


def test_who_is_on_hold_hears_what_plays_alone_and_the_others_go_on(
    studio: Studio, act: Act
) -> None:
    async def story() -> None:
        words = Words("please hold the line")
        studio.let_hear("ann", playing=endless(1, words, 1.2))
        studio.let_hear("bob", "eve")
        studio.let_hear("eve", "bob")
        await studio.all_hear(ann=(pitch_of_words(words.text),), bob=(EVE,), eve=(BOB,))
        talk(studio)
        await studio.all_hear(ann=(BOB, EVE), bob=(ANN, EVE))

    act(story())


def test_a_caller_hears_ringing_and_a_telephone_that_speaks(studio: Studio, act: Act) -> None:
    async def story() -> None:
        studio.let_hear("ann", playing=endless(2, Ringing()))
        studio.let_hear("bob", "CA1")
        studio.process.order(Speak("CA1", 3, "hello"))
        await studio.all_hear(ann=(440.0, 480.0), bob=(pitch_of_telephone(3),))
        studio.process.order(Speak("CA1", 3, None))
        await studio.all_hear(bob=())

    act(story())


def test_a_file_of_the_application_is_measured_and_heard(studio: Studio, act: Act) -> None:
    async def story() -> None:
        sound = File(f"{studio.address}/two%20seconds.wav")
        assert 2.0 == (await studio.measured(sound)).seconds
        studio.let_hear("ann", "bob", playing=endless(3, sound, 2.0))
        await studio.all_hear(ann=(BOB, 1750.0))

    act(story())


def test_what_cannot_be_played_is_said_in_a_sentence(studio: Studio, act: Act) -> None:
    async def story() -> None:
        absent = await studio.measured(File(f"{studio.address}/none.wav"))
        assert (None, "its address answered with status 404") == (absent.seconds, absent.problem)
        text = await studio.measured(File(f"{studio.address}/text.wav"))
        assert (None, "it is neither WAV nor MP3 nor AIFF") == (text.seconds, text.problem)

    act(story())


def test_what_is_said_is_as_long_as_its_text(studio: Studio, act: Act) -> None:
    async def story() -> None:
        assert 0.6 == (await studio.measured(Words("ten signs."))).seconds

    act(story())


def test_an_sdp_that_is_none_is_refused_with_a_sentence(studio: Studio, act: Act) -> None:
    async def story() -> None:
        studio.process.order(AnswerOffer("odd", "v=0\r\nnonsense"))
        refused = await studio.report(Refused, lambda one: one.leg == "odd")
        assert "could not be set up" in refused.reason

    act(story())


def test_who_leaves_is_heard_no_more_and_whose_network_is_gone_is_reported(
    studio: Studio, act: Act
) -> None:
    async def story() -> None:
        talk(studio)
        studio.process.order(Close("eve"))
        await studio.all_hear(ann=(BOB,), bob=(ANN,))
        await studio.ends["bob"].close()
        await studio.report(Lost, lambda one: one.leg == "bob")
        await studio.all_hear(ann=())

    act(story())


def test_the_end_of_the_process_is_reported(runner: asyncio.Runner, tmp_path: Path) -> None:
    async def story() -> None:
        studio = Studio(tmp_path)
        studio.process.order(Measure(Words("hello")))
        await studio.report(Measured, lambda one: one.seconds == 0.3)
        assert studio.process.pid is not None
        os.kill(studio.process.pid, signal.SIGKILL)
        gone = await studio.report(Gone, lambda _: True)
        assert "its process has ended (SIGKILL)" == gone.reason
        await studio.process.close()

    runner.run(story())
