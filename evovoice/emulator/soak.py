"""`python -m evovoice.emulator.soak`: an hour of conferences in virtual time, and what it costs."""

import argparse
import gc
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

from evovoice.emulator.choices import Choices
from evovoice.emulator.inprocess import InProcessTwilio
from evovoice.emulator.soak_app import OURS, VOICE_URL, SoakApp

_MINUTE = 60.0
_REMEMBERED = 200
_LONGEST_STORY = 600.0
_STATM = Path("/proc/self/statm")
_PAGE = 4096


@dataclass(slots=True)
class Sample:
    """A look at the whole, once every virtual minute."""

    calls: int
    conferences: int
    objects: int
    rss_mb: float


@dataclass(slots=True)
class Report:
    """What one soak came to; `flat` compares the last sample with that of the warm machine."""

    minutes: int
    real_seconds: float
    cpu_seconds: float
    calls_placed: int
    webhooks: int
    rest_requests: int
    most_calls: int
    most_conferences: int
    calls_left: int
    conferences_left: int
    unanswered_webhooks: int
    alerts: int
    warm: Sample
    last: Sample
    samples: list[Sample] = field(default_factory=list, repr=False)

    @property
    def events_per_second(self) -> float:
        """Webhooks and REST requests, per second of real time."""
        return (self.webhooks + self.rest_requests) / self.real_seconds

    @property
    def events_per_cpu_second(self) -> float:
        """The same where the machine has other work too."""
        return (self.webhooks + self.rest_requests) / self.cpu_seconds


def soak(
    minutes: int = 60, conferences: int = 50, seed: int = 1, remembered: int = _REMEMBERED
) -> Report:
    """Keep that many conferences of four going, then let everybody go home."""
    choices = Choices(remembered=remembered)
    twilio = InProcessTwilio(choices=choices, seed=seed, log_size=remembered)
    twilio.add_number(OURS, VOICE_URL)
    app = SoakApp(twilio, Random(seed), conferences)  # noqa: S311 - repeatable on purpose
    started = (time.perf_counter(), time.process_time())
    samples = _run(twilio, app, minutes)
    twilio.advance(_LONGEST_STORY)
    took = (time.perf_counter() - started[0], time.process_time() - started[1])
    return _report(twilio, app, took, samples)


def _run(twilio: InProcessTwilio, app: SoakApp, minutes: int) -> list[Sample]:
    app.open()
    samples = []
    for _ in range(minutes):
        twilio.advance(_MINUTE)
        samples.append(_look(twilio))
    app.close()
    return samples


def _look(twilio: InProcessTwilio) -> Sample:
    gc.collect()
    conferences = sum(
        not conference.over and len(conference.participants) > 1
        for conference in twilio.conferences()
    )
    return Sample(len(twilio.living_calls()), conferences, len(gc.get_objects()), _rss())


def _rss() -> float:
    """Resident memory in MB; 0 where the system does not tell."""
    if not _STATM.exists():
        return 0.0
    return round(int(_STATM.read_text().split()[1]) * _PAGE / 1e6, 1)


def _report(
    twilio: InProcessTwilio, app: SoakApp, took: tuple[float, float], samples: list[Sample]
) -> Report:
    return Report(
        minutes=len(samples),
        real_seconds=round(took[0], 2),
        cpu_seconds=round(took[1], 2),
        calls_placed=app.calls_placed,
        webhooks=app.webhooks,
        rest_requests=app.rest_requests,
        most_calls=max(one.calls for one in samples),
        most_conferences=max(one.conferences for one in samples),
        calls_left=len(twilio.living_calls()),
        conferences_left=sum(not conference.over for conference in twilio.conferences()),
        unanswered_webhooks=twilio.exchange.network.webhook_sender.unanswered,
        alerts=len(twilio.alerts),
        warm=samples[len(samples) // 3],
        last=samples[-1],
        samples=samples,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run it and print the report as one JSON line; 1 if somebody is left."""
    parser = argparse.ArgumentParser(prog="python -m evovoice.emulator.soak", description=__doc__)
    parser.add_argument("--minutes", type=int, default=60, help="virtual minutes (%(default)s)")
    parser.add_argument("--conferences", type=int, default=50, help="at a time (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the same again (%(default)s)")
    given = parser.parse_args(argv)
    report = soak(given.minutes, given.conferences, given.seed)
    told = {name: value for name, value in asdict(report).items() if name != "samples"}
    told["events_per_second"] = round(report.events_per_second)
    told["events_per_cpu_second"] = round(report.events_per_cpu_second)
    sys.stdout.write(json.dumps(told) + "\n")
    return 1 if report.calls_left or report.conferences_left else 0


if __name__ == "__main__":
    sys.exit(main())
