"""Who is asking: the user behind an API key, or behind an e-mail address and password."""

from evovoice.domain.values import User
from evovoice.services.credentials import PasswordCache, digest
from evovoice.services.errors import NotSignedIn
from evovoice.storage.unit_of_work import Database


class SignIn:
    """Checks credentials; every failure looks the same from outside and costs the same."""

    def __init__(self, database: Database, cache: PasswordCache) -> None:
        self._database = database
        self._cache = cache

    def user_of_key(self, key: str) -> User:
        """The owner of an API key. Errors: `NotSignedIn`."""
        with self._database.reading() as work:
            user = work.directory.user_of_key(digest(key))
        if user is None:
            raise NotSignedIn
        return user

    def user_of_password(self, name: str, password: str) -> User:
        """The user with that e-mail address and password. Errors: `NotSignedIn`."""
        with self._database.reading() as work:
            known = work.directory.credentials(name)
        stored = known[1] if known else None
        if not self._cache.verify(name, stored, password) or known is None:
            raise NotSignedIn
        return known[0]
