"""Tokens of devices: kept once, with whoever has the device now, and not without end."""

from datetime import timedelta

import pytest

from evovoice.storage.unit_of_work import Database, DeviceToken
from tests.storage.builders import ACME, ANN, BOB, NOW


@pytest.fixture
def staffed(database: Database) -> Database:
    """An account with Ann and Bob."""
    with database.writing() as unit:
        unit.directory.add_account(ACME.id, ACME.name, ACME.country)
        for user in (ANN, BOB):
            unit.directory.add_user(user, f"hash of {user.id}")
    return database


def _keep(database: Database, user: object, token: str, minute: int = 0, most: int = 3) -> None:
    device = DeviceToken("iOS", token, f"digest of {token}")
    with database.writing() as unit:
        unit.device_tokens.keep(user, device, NOW + timedelta(minutes=minute), most)  # type: ignore[arg-type]


def _tokens(database: Database, user: object) -> list[str]:
    with database.reading() as unit:
        return [device.token for device in unit.device_tokens.of_user(user)]  # type: ignore[arg-type]


def test_token_said_again_is_kept_once_and_counts_as_newest(staffed: Database) -> None:
    for minute, token in enumerate(("one", "two", "one")):
        _keep(staffed, ANN, token, minute)
    assert ["one", "two"] == _tokens(staffed, ANN)


def test_device_that_changes_hands_takes_its_token_along(staffed: Database) -> None:
    """Else the earlier user's calls would wake it."""
    _keep(staffed, ANN, "one")
    _keep(staffed, BOB, "one", 1)
    assert ([], ["one"]) == (_tokens(staffed, ANN), _tokens(staffed, BOB))


def test_oldest_tokens_make_room_and_only_those_of_the_same_user(staffed: Database) -> None:
    _keep(staffed, BOB, "his")
    for minute in range(5):
        _keep(staffed, ANN, str(minute), minute)
    assert ["4", "3", "2"] == _tokens(staffed, ANN)
    assert ["his"] == _tokens(staffed, BOB)


def test_token_is_not_shown_when_printed() -> None:
    assert "secret" not in repr(DeviceToken("iOS", "secret", "digest"))
