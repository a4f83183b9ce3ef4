"""What was done already is recognised, also when it comes many times at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from evovoice.storage.unit_of_work import Conflict, Database, IdempotencyRecord
from tests.storage.builders import NOW, later


def test_only_the_first_of_many_deliveries_is_the_first(database: Database) -> None:
    """20 at once: one is told that it is the first."""

    def deliver(_: int) -> bool:
        with database.writing() as unit:
            return unit.receipts.first_time("a-acme", "CA1 ringing 2", NOW)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(deliver, range(20))) == [False] * 19 + [True]


def test_a_receipt_counts_within_its_account(database: Database) -> None:
    """The same key of another account is another delivery."""
    with database.writing() as unit:
        assert unit.receipts.first_time("a-acme", "key", NOW)
        assert unit.receipts.first_time("a-other", "key", NOW)
        assert not unit.receipts.first_time("a-acme", "key", later(1))


def test_a_receipt_of_a_transaction_that_failed_never_was(database: Database) -> None:
    """The delivery is processed when it comes again."""
    with pytest.raises(ZeroDivisionError), database.writing() as unit:
        _ = unit.receipts.first_time("a-acme", "key", NOW), 1 / 0
    with database.writing() as unit:
        assert unit.receipts.first_time("a-acme", "key", NOW)


def test_old_receipts_and_promises_are_forgotten(database: Database) -> None:
    """What is older than the moment goes, what is as old stays."""
    with database.writing() as unit:
        for number in range(3):
            unit.receipts.first_time("a-acme", f"key-{number}", later(number))
            unit.idempotency_records.add(
                "a-acme", f"key-{number}", IdempotencyRecord("print", "s", "m", later(number))
            )
        assert unit.receipts.forget_before(later(2)) == 2
        assert unit.idempotency_records.forget_before(later(2)) == 2
        assert not unit.receipts.first_time("a-acme", "key-2", NOW)
        assert unit.idempotency_records.find("a-acme", "key-1") is None
        assert unit.idempotency_records.find("a-acme", "key-2") is not None


def test_a_promise_is_recalled_by_its_account(database: Database) -> None:
    """Whole, and by nobody else."""
    with database.writing() as unit:
        unit.idempotency_records.add(
            "a-acme", "k" * 300, IdempotencyRecord("print", "s-1", "m-1", NOW)
        )
        record = unit.idempotency_records.find("a-acme", "k" * 300)
        assert IdempotencyRecord("print", "s-1", "m-1", NOW) == record
        assert unit.idempotency_records.find("a-other", "k" * 300) is None


def test_the_same_promise_twice_is_a_conflict(database: Database) -> None:
    """For a day; after it the key may be used anew."""
    day = timedelta(hours=24)
    with database.writing() as unit:
        unit.idempotency_records.add("a-acme", "key", IdempotencyRecord("first", "s-1", "m-1", NOW))
    with pytest.raises(Conflict), database.writing() as unit:
        unit.idempotency_records.add(
            "a-acme", "key", IdempotencyRecord("second", "s-2", "m-2", NOW + day)
        )
    with database.writing() as unit:
        unit.idempotency_records.add(
            "a-acme",
            "key",
            IdempotencyRecord("third", "s-3", "m-3", NOW + day + later(1).resolution),
        )
        record = unit.idempotency_records.find("a-acme", "key")
    assert record is not None
    assert record.fingerprint == "third"


def test_a_new_try_of_the_same_request_takes_the_place_of_the_earlier_once(
    database: Database,
) -> None:
    """Of two at once the second finds that the member is another by then."""
    first, second, third = (IdempotencyRecord("print", "s-1", f"m-{n}", NOW) for n in (1, 2, 3))
    with database.writing() as unit:
        unit.idempotency_records.add("a-acme", "key", first)
        unit.idempotency_records.add("a-acme", "key", second, replaced="m-1")
    with pytest.raises(Conflict), database.writing() as unit:
        unit.idempotency_records.add("a-acme", "key", third, replaced="m-1")
    with database.reading() as unit:
        assert second == unit.idempotency_records.find("a-acme", "key")


def test_what_the_carrier_refused_takes_the_place_of_the_try_that_was_stored(
    database: Database,
) -> None:
    """With its own code and status; from then on nothing replaces it."""
    tried = IdempotencyRecord("print", "s-1", "m-1", NOW)
    refused = IdempotencyRecord("print", "", "", NOW, "CarrierRefused", "no", 21211, 400)
    with database.writing() as unit:
        unit.idempotency_records.add("a-acme", "key", tried)
        unit.idempotency_records.add("a-acme", "key", refused, replaced="m-1")
    with pytest.raises(Conflict), database.writing() as unit:
        unit.idempotency_records.add("a-acme", "key", tried)
    with database.reading() as unit:
        assert refused == unit.idempotency_records.find("a-acme", "key")


def test_a_lasting_refusal_is_recalled_and_never_replaced(database: Database) -> None:
    refused = IdempotencyRecord("print", "", "", NOW, "UnknownAgent", "No user 'Zoe'")
    with database.writing() as unit:
        unit.idempotency_records.add("a-acme", "key", refused)
    with pytest.raises(Conflict), database.writing() as unit:
        unit.idempotency_records.add(
            "a-acme", "key", IdempotencyRecord("print", "s-1", "m-1", NOW), replaced=""
        )
    with database.reading() as unit:
        assert refused == unit.idempotency_records.find("a-acme", "key")
