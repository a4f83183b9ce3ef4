"""What lets a user in, taken away and given back: the whole of it, or the logins alone.

What is taken is gone with the commit. Event streams that are open, in every process, are told by
the feed to ask again who listens.
"""

from datetime import datetime

from evovoice.domain.values import User
from evovoice.services import audit
from evovoice.storage.unit_of_work import UnitOfWork


def disable(work: UnitOfWork, user: User, now: datetime) -> bool:
    """Let nothing in that stands for this user, and ring them no more; False where it is so."""
    if not work.known_users.disable(user.id, now):
        return False
    end_logins(work, user, now)
    audit.record(work, "user.disabled", user.id, user.account_id, now=now)
    return True


def enable(work: UnitOfWork, user: User, now: datetime) -> bool:
    """Let the password and the API keys in again, and ring the user; False where it is so.

    Logins and tokens stay ended, one too that was made while the user was being disabled.
    """
    if not work.known_users.enable(user.id):
        return False
    work.logins.void_all_of(user, now)
    audit.record(work, "user.enabled", user.id, user.account_id, now=now)
    return True


def reset_second_factor(work: UnitOfWork, user: User, now: datetime) -> bool:
    """Let the password alone let in a user who has lost their second factor; False where they have
    none. Logins end: they may be on the device that was lost.
    """
    if not work.second_factors.remove(user):
        return False
    end_logins(work, user, now)
    audit.record(work, "second_factor.reset", user.id, user.account_id, now=now)
    return True


def delete(work: UnitOfWork, user: User, now: datetime) -> bool:
    """As `disable`, for good: also the API keys end, and the user leaves what they were in; False
    where it is so.
    """
    if not work.known_users.delete(user, now):
        return False
    work.api_keys.revoke_all_of(user, now)
    work.second_factors.remove(user)
    work.external_identities.forget_all_of(user)
    end_logins(work, user, now)
    audit.record(work, "user.deleted", user.id, user.account_id, now=now)
    return True


def tell_streams(work: UnitOfWork, user: User, now: datetime) -> None:
    """Have the streams of this user, and those opened with tokens that they had made, ask again
    who listens.
    """
    others = [one for one in work.logins.users_of_made(user) if one.id != user.id]
    for one in [user, *others]:
        work.feed.add_access_change(one, now)


def end_logins(work: UnitOfWork, user: User, now: datetime) -> None:
    """End every login and token of this user, every token that they had made for somebody, and the
    streams that were opened with them.
    """
    tell_streams(work, user, now)
    work.logins.void_all_of(user, now)
