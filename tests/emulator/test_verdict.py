"""What machine detection concludes, and when: R42.

https://www.twilio.com/docs/voice/answering-machine-detection
"""

import pytest

from evovoice.emulator.engine.verdict import verdict
from evovoice.emulator.state.orders import Detection
from evovoice.emulator.state.phones import Character, ready_made
from evovoice.emulator.state.tuning import Tuning

PERSON = Character()
MACHINE = Character("voicemail", greeting=8.0)
NO_BEEP = Character("voicemail", greeting=8.0, beeps=False)


def judged(phone: Character, *, to_the_end: bool = False, **tuning: int) -> tuple[float, str]:
    seconds, answered_by = verdict(
        phone, Detection(None, to_the_end=to_the_end, tuning=Tuning(**tuning))
    )
    return round(seconds, 3), answered_by


@pytest.mark.parametrize(
    ("phone", "at_once", "to_the_end"),
    [
        (PERSON, (2.2, "human"), (2.2, "human")),
        (Character(quiet=2.0), (4.2, "human"), (4.2, "human")),
        (Character(hello=3.0), (2.4, "machine_start"), (4.2, "machine_end_silence")),
        (MACHINE, (2.4, "machine_start"), (8.0, "machine_end_beep")),
        (NO_BEEP, (2.4, "machine_start"), (9.2, "machine_end_silence")),
        (Character("voicemail", greeting=2.0), (3.2, "human"), (3.2, "human")),
        (Character("voicemail", greeting=40.0), (2.4, "machine_start"), (30.0, "unknown")),
        (ready_made("+15550009912"), (1.0, "fax"), (1.0, "fax")),
        (ready_made("+15550009913"), (5.0, "unknown"), (5.0, "unknown")),
        (Character(quiet=6.0), (5.0, "unknown"), (5.0, "unknown")),
        (
            Character("voicemail", answered_by="machine_end_other"),
            (2.4, "machine_start"),
            (5.2, "machine_end_other"),
        ),
        (Character("voicemail", answered_by="human"), (2.2, "human"), (2.2, "human")),
    ],
)
def test_r42_the_character_and_the_mode_give_the_verdict_and_its_time(
    phone: Character, at_once: tuple[float, str], to_the_end: tuple[float, str]
) -> None:
    assert at_once == judged(phone)
    assert to_the_end == judged(phone, to_the_end=True)


def test_r42_the_speech_threshold_tells_a_person_from_a_machine() -> None:
    assert (4.2, "human") == judged(Character(hello=3.0), speech_threshold=4000)
    assert (1.0, "machine_start") == judged(PERSON, speech_threshold=1000)


def test_r42_the_speech_end_threshold_is_the_silence_that_ends_a_speech() -> None:
    assert (1.5, "human") == judged(PERSON, speech_end_threshold=500)
    assert (13.0, "machine_end_silence") == judged(
        NO_BEEP, to_the_end=True, speech_end_threshold=5000
    )


def test_r42_the_silence_timeout_bounds_the_silence_at_the_beginning() -> None:
    assert (2.0, "unknown") == judged(Character(hello=0.0), silence_timeout=2000)
    assert (9.2, "human") == judged(Character(quiet=7.0), silence_timeout=8000)


def test_r42_the_timeout_bounds_the_whole_detection() -> None:
    assert (5.0, "unknown") == judged(MACHINE, to_the_end=True, timeout=5)
    assert (3.0, "unknown") == judged(Character(quiet=2.0), timeout=3)
