"""Traces and errors for services outside, where the operator has set their standard variables.

What leaves is written down as a list, in `spans.py` and `sentry.py`: everything that is not on it
stays here, whoever has put it into a span or an event.
"""

from evovoice.telemetry.telemetry import NO_TELEMETRY, Around, Telemetry, telemetry_from

__all__ = ["NO_TELEMETRY", "Around", "Telemetry", "telemetry_from"]
