"""Twilio's words for how a call is, and ours: in its callbacks and its REST responses."""

from collections.abc import Mapping

from evovoice.domain.states import LegProgress, Outcome

PROGRESS: Mapping[str, LegProgress] = {
    "queued": LegProgress.QUEUED,
    "initiated": LegProgress.INITIATED,
    "ringing": LegProgress.RINGING,
    "in-progress": LegProgress.ANSWERED,
    "answered": LegProgress.ANSWERED,  # the event's name; its status says in-progress (4.2)
}

OUTCOMES: Mapping[str, Outcome] = {
    "completed": Outcome.COMPLETED,
    "busy": Outcome.BUSY,
    "no-answer": Outcome.NO_ANSWER,
    "failed": Outcome.FAILED,
    "canceled": Outcome.CANCELED,
}

# A participant is `connected` only once the party has answered, whenever it joined (4.3, S1).
PARTICIPANT_PROGRESS: Mapping[str, LegProgress] = {
    "queued": LegProgress.QUEUED,
    "connecting": LegProgress.INITIATED,
    "ringing": LegProgress.RINGING,
    "connected": LegProgress.ANSWERED,
}
