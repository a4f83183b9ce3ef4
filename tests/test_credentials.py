"""Passwords and keys: made unguessable, checked at a bounded cost."""

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from evovoice.services.auth import credentials
from evovoice.services.auth.credentials import (
    PasswordCache,
    digest,
    hash_password,
    new_key,
    verify_password,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def hashed() -> str:
    return hash_password("right")


def test_only_the_password_itself_is_right(hashed: str) -> None:
    """Neither another, nor none, nor one for a user who does not exist."""
    assert verify_password(hashed, "right")
    assert not verify_password(hashed, "wrong")
    assert not verify_password(hashed, "")
    assert not verify_password(None, "right")


@pytest.mark.parametrize("password", ["\0", "\udcff", "x" * 100_000])
def test_strange_passwords_are_wrong_and_harmless(hashed: str, password: str) -> None:
    """NUL, lone surrogates and length raise nothing."""
    assert not verify_password(hashed, password)
    assert not PasswordCache(Clock()).verify("ann@example.com", hashed, password)


def test_a_damaged_hash_matches_nothing() -> None:
    """What is stored may be damaged; signing in then fails, the service does not."""
    assert not verify_password("not a hash", "right")


def test_an_unknown_user_costs_as_much_as_a_known_one() -> None:
    """The stand-in hash has the parameters of the real ones."""
    assert not PasswordHasher().check_needs_rehash(credentials._NOBODY)


def test_keys_are_long_different_and_found_by_their_digest() -> None:
    """256 bits of secret; the id shows which key it is, and is no part of the secret."""
    (key_id, key, key_digest), (_, other, _) = new_key(), new_key()
    assert digest(key) == key_digest
    assert key != other
    assert key.startswith("ak-" + key_id.removeprefix("k-") + "-")
    assert len(key.rsplit("-", 1)[1]) == 64
    assert len(key_digest) == 64


def test_right_credentials_are_remembered_for_a_minute(
    hashed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Basic sends them with every request; the slow check is made once a minute."""
    checks: list[str] = []

    def counting(password_hash: str | None, password: str) -> bool:
        checks.append(password)
        return verify_password(password_hash, password)

    monkeypatch.setattr(credentials, "verify_password", counting)
    clock = Clock()
    cache = PasswordCache(clock)
    for seconds in (0, 1, 59.9, 60, 61):
        clock.now = NOW + timedelta(seconds=seconds)
        assert cache.verify("ann@example.com", hashed, "right")
    assert len(checks) == 2
    assert not cache.verify("ann@example.com", hashed, "wrong")
    assert not cache.verify("bob@example.com", None, "right")


def test_a_new_password_counts_at_once(hashed: str) -> None:
    """What was remembered belongs to the hash it was checked against."""
    cache = PasswordCache(Clock())
    assert cache.verify("ann@example.com", hashed, "right")
    assert not cache.verify("ann@example.com", hash_password("new"), "right")


def test_the_process_remembers_no_password(hashed: str) -> None:
    """Only an HMAC under a key of this process."""
    cache = PasswordCache(Clock())
    cache.verify("ann@example.com", hashed, "right")
    assert all(b"right" not in mark for mark in cache._right)
    assert PasswordCache(Clock())._secret != cache._secret
