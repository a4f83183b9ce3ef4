"""Size: many conferences for a long virtual time leave nobody behind and nothing piled up."""

import json

import pytest

from evovoice.emulator.soak import main, soak


def test_conferences_come_and_go_in_flat_memory_and_nobody_is_left() -> None:
    report = soak(minutes=24, conferences=8, remembered=20)
    assert (32, 8) == (report.most_calls, report.most_conferences)
    assert report.calls_placed > 24 * 8
    assert (0, 0, 0) == (
        report.calls_left,
        report.conferences_left,
        report.unanswered_webhooks,
    )
    assert report.last.objects < report.warm.objects * 1.05


def test_the_soak_is_the_same_every_time() -> None:
    first, second = (soak(minutes=5, conferences=3, seed=4) for _ in range(2))
    assert (first.webhooks, first.calls_placed) == (second.webhooks, second.calls_placed)
    assert [one.calls for one in first.samples] == [one.calls for one in second.samples]


def test_the_command_prints_one_json_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(["--minutes", "3", "--conferences", "2"])
    (line,) = capsys.readouterr().out.splitlines()
    assert {"calls_left": 0, "minutes": 3}.items() <= json.loads(line).items()
