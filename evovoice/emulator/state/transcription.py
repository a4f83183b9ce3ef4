"""A transcription: what was understood of a recording."""

from dataclasses import dataclass
from typing import Literal

TranscriptionStatus = Literal["in-progress", "completed", "failed"]


@dataclass(slots=True, eq=False)
class Transcription:
    """`text` is empty until it is completed, and where nothing was understood."""

    sid: str
    recording_sid: str
    seconds: int  # of the recording
    created: int
    updated: int
    text: str = ""
    status: TranscriptionStatus = "in-progress"
