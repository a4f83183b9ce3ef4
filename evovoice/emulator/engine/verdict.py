"""What answering machine detection concludes from what a phone lets it hear, and when.

A speech shorter than the speech threshold is a person's, and is over after the silence of the
speech end threshold; a longer one is a machine's. Silence and a detection that takes too long are
`unknown`. https://www.twilio.com/docs/voice/answering-machine-detection
"""

from evovoice.emulator.state.orders import Detection
from evovoice.emulator.state.phones import Character

_FAX_TONE = 1.0  # (?) how much of a fax tone is enough
Verdict = tuple[float, str]  # seconds after the answer, AnsweredBy


def verdict(phone: Character, detection: Detection) -> Verdict:
    """When the result is there, and what it is."""
    limit = float(detection.tuning.timeout)
    seconds, answered_by = _heard(phone, detection)
    return (seconds, answered_by) if seconds < limit else (limit, "unknown")


def _heard(phone: Character, detection: Detection) -> Verdict:
    patience = detection.tuning.silence_timeout / 1000
    if phone.answered_by == "fax":
        return phone.quiet + _FAX_TONE, "fax"
    if not phone.speaks_for or phone.quiet >= patience:
        return patience, "unknown"
    return _judged(phone, detection)


def _judged(phone: Character, detection: Detection) -> Verdict:
    """Somebody or something speaks; what the character is told to be taken for goes first."""
    tuning, word = detection.tuning, phone.answered_by
    threshold, pause = tuning.speech_threshold / 1000, tuning.speech_end_threshold / 1000
    spoken = phone.quiet + phone.speaks_for
    is_machine = word.startswith("machine") or phone.speaks_for >= threshold
    if word in {"human", "unknown"} or not is_machine:
        return spoken + pause, word or "human"
    if not detection.to_the_end:
        return phone.quiet + min(threshold, phone.speaks_for), "machine_start"
    ends = word if word.startswith("machine_end") else _end(phone)
    return spoken + (0.0 if ends == "machine_end_beep" else pause), ends


def _end(phone: Character) -> str:
    return "machine_end_beep" if phone.is_machine and phone.beeps else "machine_end_silence"
