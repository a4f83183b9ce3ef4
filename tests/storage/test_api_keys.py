"""An API key leads to its user as long as it counts, and its last use is known to the hour."""

import pytest

from evovoice.storage.repositories.api_keys import FoundKey
from evovoice.storage.unit_of_work import ApiKey, Conflict, Database
from tests.storage.builders import ACME, ANN, BOB, NOW, later
from tests.storage.test_directory import furnished

__all__ = ["furnished"]

HOUR = 3600


@pytest.fixture
def keyed(furnished: Database) -> Database:
    """Bob has a key without an end and one that ends in an hour, which Ann had made."""
    with furnished.writing() as unit:
        unit.api_keys.add(ACME.id, ApiKey("k-2", BOB.id, later(2), name="Console"), "digest 2")
        ends = ApiKey("k-1", BOB.id, later(1), expires_at=later(HOUR), maker_id=ANN.id)
        unit.api_keys.add(ACME.id, ends, "digest 1")
    return furnished


def test_a_key_leads_to_its_user_until_its_end(keyed: Database) -> None:
    """By its digest; an unknown one leads nowhere."""
    with keyed.reading() as unit:
        found = [unit.api_keys.find(digest, NOW) for digest in ("digest 1", "digest 2", "other")]
        assert [FoundKey(BOB, False), FoundKey(BOB, False), None] == found
        assert unit.api_keys.find("digest 1", later(HOUR)) is None
        assert unit.api_keys.find("digest 2", later(HOUR)) is not None


def test_keys_are_listed_and_revoked(keyed: Database) -> None:
    """A revoked key leads nowhere, at once, and keeps the moment of its first revocation."""
    with keyed.writing() as unit:
        keys = unit.api_keys
        keys.revoke("k-1", later(5))
        keys.revoke("k-1", later(9))
        assert keys.find("digest 1", NOW) is None
        (first, second) = keys.of_user("u-bob")
        assert ("k-1", later(5), later(HOUR), ANN.id) == (
            first.id, first.revoked_at, first.expires_at, first.maker_id
        )  # fmt: skip
        assert ApiKey("k-2", "u-bob", later(2), name="Console") == second == keys.by_id("k-2")
        assert second == keys.by_digest("digest 2")
        assert keys.by_id("k-3") is None
        assert keys.of_user("u-ann") == []


def test_use_is_noted_once_an_hour(keyed: Database) -> None:
    """The first time too; what was noted a short while ago is fresh."""
    with keyed.writing() as unit:
        keys = unit.api_keys
        for at, used_at in ((10, 10), (HOUR, 10), (HOUR + 11, HOUR + 11)):
            keys.note_use("digest 2", later(at))
            assert later(used_at) == next(one.used_at for one in keys.of_user(BOB.id)[1:])
        assert keys.find("digest 2", later(HOUR + 12)) == FoundKey(BOB, True)
        assert keys.find("digest 2", later(3 * HOUR)) == FoundKey(BOB, False)


def test_keys_of_others_that_somebody_had_made_are_found_while_they_count(keyed: Database) -> None:
    """Their own are not among them."""
    with keyed.writing() as unit:
        own = ApiKey("k-3", ANN.id, NOW, maker_id=ANN.id)
        unit.api_keys.add(ACME.id, own, "digest 3")
        made = unit.api_keys.of_others_made_by
        assert ["k-1"] == [key.id for key in made(ANN.id, NOW)]
        assert [] == made(ANN.id, later(HOUR))
        unit.api_keys.revoke("k-1", NOW)
        assert [] == made(ANN.id, NOW)


def test_all_keys_of_a_user_end_at_once(keyed: Database) -> None:
    """And nobody else's."""
    with keyed.writing() as unit:
        unit.api_keys.add(ACME.id, ApiKey("k-3", ANN.id, NOW), "digest 3")
        unit.api_keys.revoke_all_of(BOB, later(5))
        assert [later(5)] * 2 == [key.revoked_at for key in unit.api_keys.of_user(BOB.id)]
        assert FoundKey(ANN, False) == unit.api_keys.find("digest 3", NOW)


def test_a_key_of_nobody_is_a_conflict(furnished: Database) -> None:
    with pytest.raises(Conflict), furnished.writing() as unit:
        unit.api_keys.add(ACME.id, ApiKey("k-1", "u-none", NOW), "digest")
