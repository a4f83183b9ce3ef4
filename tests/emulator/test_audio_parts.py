"""The parts of sound, without a process, a network or a clock."""

import asyncio
import wave
from collections.abc import Iterable
from io import BytesIO

import numpy as np
import pytest

from evovoice.emulator.audio import messages, private_parts, rtp, tones, ulaw
from evovoice.emulator.audio.clip import Clip
from evovoice.emulator.audio.jitter_buffer import JitterBuffer
from evovoice.emulator.audio.mixer import Mixer
from evovoice.emulator.audio.playback import Playback
from evovoice.emulator.audio.sound_files import Unplayable, decode
from evovoice.emulator.audio.ticker import TICK, Pace
from evovoice.emulator.audio.ulaw import FRAME, SILENCE
from evovoice.emulator.state.media import (
    File,
    Hear,
    Keys,
    Measured,
    Music,
    Order,
    Piece,
    Playing,
    Report,
    Silence,
    Speak,
    Words,
)

from .audio_far_end import peaks

FLAT = Words("a second of sound")


def test_mu_law_comes_back_within_its_own_precision() -> None:
    samples = np.arange(-32_000, 32_000, 7).astype(np.float32)
    back = ulaw.decode(ulaw.encode(samples).tobytes())
    assert float(np.max(np.abs(back - samples) / (np.abs(samples) + 132))) < 1 / 30
    assert [0.0] == ulaw.decode(SILENCE).tolist()


def test_what_is_too_loud_is_clipped_and_does_not_turn_over() -> None:
    loud = ulaw.decode(ulaw.encode(np.array([90_000, -90_000], np.float32)).tobytes())
    assert [32_124.0, -32_124.0] == loud.tolist()


def test_sources_header_extension_and_padding_of_a_packet_are_passed_over() -> None:
    extension, sources = b"\xbe\xde\x00\x01abcd", b"1234"
    head = bytes([0x80 | 0x20 | 0x10 | 1, 0x80]) + (7).to_bytes(2) + bytes(8)
    packet = rtp.read(head + sources + extension + b"sound" + b"\x00\x00\x03")
    assert rtp.Packet(0, 7, b"sound") == packet


def test_what_is_written_is_read() -> None:
    data = rtp.write(65_535, 4_000_000_000, 1, SILENCE * FRAME, first=True)
    assert rtp.Packet(rtp.PCMU, 65_535, SILENCE * FRAME) == rtp.read(data)
    assert rtp.is_media(data)
    assert not rtp.is_rtcp(data)


@pytest.mark.parametrize("data", [b"", b"\x80", b"\x90" + bytes(11), b"\x8f" + bytes(20)])
def test_a_packet_that_is_cut_short_is_none(data: bytes) -> None:
    assert rtp.read(data) is None


def test_jitter_buffer_waits_for_three_packets_and_again_after_a_gap() -> None:
    buffer, one = JitterBuffer(), b"\x01" * FRAME
    buffer.put(1, one)
    buffer.put(2, one)
    assert SILENCE * FRAME == buffer.take()
    buffer.put(3, one)
    assert [one] * 3 == [buffer.take() for _ in range(3)]
    assert SILENCE * FRAME == buffer.take()
    buffer.put(4, one)
    assert SILENCE * FRAME == buffer.take()


def test_jitter_buffer_loses_what_is_late_and_does_not_grow() -> None:
    buffer = JitterBuffer()
    for sequence in (65_534, 65_535, 65_535, 65_533, 0):  # over the end of the numbers
        buffer.put(sequence, bytes([sequence & 127]) * FRAME)
    assert [126, 127, 0] == [buffer.take()[0] for _ in range(3)]
    for sequence in range(1, 40):
        buffer.put(sequence, bytes([sequence]) * FRAME)
    assert 37 == next(frame for frame in iter(buffer.take, b"") if frame != SILENCE * FRAME)[0]


def _clip(values: Iterable[int]) -> Clip:
    return Clip(np.array(list(values), np.int16))


def test_pieces_are_cut_or_filled_with_silence_and_begin_again() -> None:
    second = ulaw.RATE
    pieces = (Piece(FLAT, 2 / second), Piece(Silence(), 1 / second), Piece(FLAT, 4 / second))
    playing = Playing(1, pieces, 2)
    clips = {FLAT: _clip([5, 6, 7]), Silence(): _clip([])}
    playback = Playback(playing, lambda sound: clips[sound])  # type: ignore[index]
    once = [5, 6, 0, 5, 6, 7, 0]
    assert [*once, *once, 0, 0] == [*playback.read(9), *playback.read(7)]
    assert playback.is_over


def test_what_plays_without_end_is_never_over_and_nothing_is_over_at_once() -> None:
    endless = Playback(Playing(1, (Piece(FLAT, 0.1),), 0), tones.clip_of)
    for _ in range(50):
        endless.read(FRAME)
    assert not endless.is_over
    assert Playback(Playing(1, (Piece(FLAT, 0.0),), 0), tones.clip_of).is_over


def test_texts_and_telephones_have_pitches_of_their_own() -> None:
    assert tones.pitch_of_words("hello") == tones.pitch_of_words("hello")
    assert tones.pitch_of_words("hello") != tones.pitch_of_words("hello!")
    assert 18 == len({tones.pitch_of_telephone(number) for number in range(18)})
    heard = tones.telephone(2).read(123_456, 4096)
    assert [pytest.approx(tones.pitch_of_telephone(2), abs=2)] == peaks(heard)


def test_keys_have_the_tones_of_their_row_and_column_and_pauses_none() -> None:
    assert [pytest.approx(770, abs=16), pytest.approx(1336, abs=16)] == peaks(
        tones.keys("5").samples[:560]
    )
    assert 1.6 == tones.keys("wW1").seconds


def test_music_begins_again() -> None:
    music = tones.clip_of(Music())
    length = len(music.samples)
    assert music.read(3, 50).tolist() == music.read(length * 7 + 3, 50).tolist()


def _wav(rate: int, channels: int) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(2)
        written.setframerate(rate)
        written.writeframes(np.full(rate * channels // 2, 4000, "<i2").tobytes())
    return file.getvalue()


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (44_100, 2)])
def test_a_file_is_half_a_second_at_any_rate(rate: int, channels: int) -> None:
    assert len(decode(_wav(rate, channels))) == pytest.approx(4000, abs=20)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "neither WAV"),
        (b"#EXTM3U\nfile:///etc/passwd\n", "neither WAV"),
        (b"RIFF\x00\x00\x00\x00WAVE", "cannot be read as WAV"),
    ],
)
def test_what_is_no_sound_is_refused_and_play_lists_are_not_followed(
    data: bytes, reason: str
) -> None:
    with pytest.raises(Unplayable, match=reason):
        decode(data)


class _Line:
    def __init__(self, level: int) -> None:
        self._said = ulaw.encode(np.full(FRAME, level, np.float32)).tobytes()
        self.heard: list[float] = []

    def take(self) -> bytes:
        return self._said

    def send(self, frame: bytes) -> None:
        self.heard.append(float(ulaw.decode(frame)[0]))


HEARD = ([0, 6000, 2000], [0, 1500, 1000], [0, 500])  # at each tick; c is gone at the third


def test_each_hears_the_sum_of_whom_it_was_told_to_hear_and_what_plays_for_it() -> None:
    """Samples are exact: 1,000, 2,000 and 4,000 say which voices are in a sum."""
    clips = Clip(np.full(ulaw.RATE, 500, np.int16))
    mixer, lines = Mixer(lambda _: clips), [_Line(1000), _Line(2000), _Line(4000)]
    for name, line in zip("abc", lines, strict=True):
        mixer.add(name, line)
    mixer.tick()
    mixer.hear(Hear("a", frozenset("bc"), ()))
    mixer.hear(Hear("b", frozenset({"a", "telephone", "nobody"}), ()))
    mixer.hear(Hear("c", frozenset(), (Playing(1, (Piece(FLAT, 1.0),)),)))
    mixer.speak("telephone", Clip(np.full(ulaw.RATE, 500, np.int16), repeats=True))
    mixer.tick()
    mixer.remove("c")
    mixer.speak("telephone", None)
    mixer.tick()
    a, b, c = (pytest.approx(wanted, rel=0.04) for wanted in HEARD)
    assert [a, b, c] == [line.heard for line in lines]


def test_what_plays_in_the_next_order_too_goes_on_undisturbed() -> None:
    clip = Clip(np.arange(0, 16_000, 4).astype(np.int16))
    mixer, line = Mixer(lambda _: clip), _Line(0)
    mixer.add("a", line)
    playing = (Playing(1, (Piece(FLAT, 1.0),)),)
    mixer.hear(Hear("a", frozenset(), playing))
    mixer.tick()
    mixer.hear(Hear("a", frozenset("b"), playing))
    mixer.tick()
    mixer.hear(Hear("a", frozenset("b"), ()))
    mixer.tick()
    assert [0, pytest.approx(640, rel=0.04), 0] == line.heard


def test_ticks_keep_their_deadline_and_late_ones_are_counted() -> None:
    pace = Pace(due=10.0)
    for now in (10.001, 10.021, 10.055, 10.061):
        pace.begun(now)
    assert (4, 1, pytest.approx(10.08)) == (pace.ticks, pace.late, pace.due)


def test_after_half_a_second_what_was_missed_is_missed() -> None:
    pace = Pace(due=10.0)
    pace.begun(10.7)
    assert pytest.approx(10.7 + TICK) == pace.due


@pytest.mark.parametrize(
    "message",
    [
        Hear("CA1", frozenset({"b", "a"}), (Playing(3, (Piece(Keys("1w"), 0.6),), 0),)),
        Hear("CA1", frozenset(), ()),
        Speak("CA2", 0, None),
        Measured(File("https://app.test/a.wav"), None, "there is none"),
        Measured(Words("Grüße", "de-DE"), 1.5),
    ],
)
def test_orders_and_reports_survive_the_socket(message: Order | Report) -> None:
    line = messages.to_line(message)
    assert line.count(b"\n") == 1
    assert message == messages.read_order(line)


class _Socket(asyncio.DatagramTransport):
    """As asyncio's: to send over it once it is closed is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[object] = []
        self.closed = False

    def sendto(self, data: object, addr: object = None) -> None:
        assert not self.closed
        self.sent.append((data, addr))

    def is_closing(self) -> bool:
        return self.closed


def test_a_socket_that_is_closed_already_stops_nobody_else() -> None:
    """A browser that falls silent is gone before anybody says so."""
    socket, address = _Socket(), ("127.0.0.1", 9)
    route = private_parts.Route(socket, address, bytes.upper, 1)
    route.send(b"heard")
    socket.closed = True
    route.send(b"lost")
    assert [(b"HEARD", address)] == socket.sent


def test_a_private_part_that_is_gone_is_named() -> None:
    with pytest.raises(private_parts.PartMissing, match=r"_Line\._nominated"):
        private_parts.require(_Line(0), ("heard", "_nominated"))
