"""Who there is: accounts, users and numbers."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    Executable,
    and_,
    bindparam,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from evovoice.domain.states import EndPolicy
from evovoice.domain.values import Account, User, folded
from evovoice.storage.database.connection import Connection, Row
from evovoice.storage.mapping.accounts import account_from, stored_countries
from evovoice.storage.mapping.users import user_from
from evovoice.storage.repositories.account_contents import (
    CONTENTS,
    DELETE_ACCOUNT,
    DELETE_REST_OF_ACCOUNT,
    AccountContents,
)
from evovoice.storage.repositories.call_sessions import Conflict
from evovoice.storage.repositories.deleted_sessions import CALL_WAS_DELETED, call_digest
from evovoice.storage.repositories.stored_passwords import (
    CREDENTIALS,
    REPLACE_PASSWORD,
    SET_PASSWORD,
    StoredPassword,
    stored_password,
)
from evovoice.storage.tables import (
    AccountRow,
    CallSessionRow,
    NumberAgentRow,
    NumberRow,
    UserRow,
    table,
)

_accounts, _users, _numbers = table(AccountRow), table(UserRow), table(NumberRow)
_agents, _sessions = table(NumberAgentRow), table(CallSessionRow)
_u, _n, _a = _users.c, _numbers.c, _agents.c
_wanted: BindParameter[str] = bindparam("wanted")

_ACCOUNTS = select(_accounts).order_by(_accounts.c.name, _accounts.c.id)
_ACCOUNT = select(_accounts).where(_accounts.c.id == _wanted)
_NUMBER_OWNER = select(_accounts).join(_numbers).where(_n.e164 == _wanted)
_CALLED = (
    select(_accounts, CALL_WAS_DELETED.label("is_over")).join(_numbers).where(_n.e164 == _wanted)
)
_IS_ENABLED = and_(_u.disabled_at.is_(None), _u.deleted_at.is_(None))
_USER = select(_users).where(_u.id == _wanted, _IS_ENABLED)
_IS_DEVICE = or_(_u.identity == _wanted, _u.former_identity == _wanted)
_USER_BY_IDENTITY = select(_users).where(_IS_DEVICE, _IS_ENABLED)
_LIKE_USER = select(_users).where(
    _u.account_id == bindparam("account_id"),
    _IS_ENABLED,
    or_(
        _u.id == _wanted,
        _IS_DEVICE,
        _u.email_key == bindparam("folded"),
        _u.name_key == bindparam("folded"),
        _u.extension == _wanted,
    ),
)
_OWNS = select(_n.e164).where(_n.account_id == bindparam("account_id"), _n.e164 == _wanted)
_OWN_NUMBERS = (
    select(_n.e164)
    .where(_n.account_id == _wanted)
    .order_by(_n.is_default.desc(), _n.position, _n.e164)
    .limit(1)
)
_NUMBERS = select(_n.account_id, _n.e164).order_by(_n.account_id, _n.position, _n.e164)
_NEXT_POSITION = select(func.coalesce(func.max(_n.position) + 1, 0)).where(_n.account_id == _wanted)
_ADD_ACCOUNT, _ADD_USER, _ADD_NUMBER = insert(_accounts), insert(_users), insert(_numbers)
_ADD_AGENT = insert(_agents)
_OF_ACCOUNT = update(_accounts).where(_accounts.c.id == _wanted)
_RENAME_ACCOUNT = _OF_ACCOUNT.values(name=bindparam("new_name"), name_key=bindparam("new_key"))
_SET_END_POLICY = _OF_ACCOUNT.values(end_policy=bindparam("policy"))
_SET_COUNTRIES = _OF_ACCOUNT.values(country=bindparam("home"), countries=bindparam("allowed"))
_SET_OPTIONS = _OF_ACCOUNT.values(
    hides_supervisors=bindparam("hides"), fallback_number=bindparam("fallback")
)


class Directory:
    """Accounts and the people, numbers and keys that belong to them.

    A user who is disabled is nowhere among them: whoever finds one may let them in, and ring them.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # --- adding: each may find that it is there already (`Conflict`) ----------------------------

    def add_account(
        self, account_id: str, name: str, country: str, countries: frozenset[str] = frozenset()
    ) -> None:
        """Add a tenant; its name, in any case, is its own."""
        values = {"id": account_id, "name": name, "name_key": folded(name), "country": country}
        self._unless_taken(_ADD_ACCOUNT, values | {"countries": stored_countries(countries)})

    def add_user(self, user: User, password_hash: str) -> None:
        """Add somebody; identity and e-mail address are unique over all accounts."""
        values = {
            "account_id": user.account_id, "id": user.id, "name": user.name,
            "name_key": folded(user.name), "email": user.email,
            "email_key": folded(user.email), "role": user.role.value,
            "identity": user.identity, "password_hash": password_hash,
            "former_identity": None, "extension": user.extension,
        }  # fmt: skip
        self._unless_taken(_ADD_USER, values)

    def add_number(self, account_id: str, e164: str, agent_ids: Sequence[str]) -> None:
        """Add a telephone number; `agent_ids` ring when it is called."""
        position = self._connection.execute(_NEXT_POSITION, {"wanted": account_id}).scalar_one()
        own = {"account_id": account_id, "e164": e164}
        self._unless_taken(_ADD_NUMBER, own | {"position": position})
        agents = [
            own | {"user_id": user_id, "position": index} for index, user_id in enumerate(agent_ids)
        ]
        if agents:
            self._unless_taken(_ADD_AGENT, agents)

    # --- changing --------------------------------------------------------------------------------

    def rename_account(self, account_id: str, name: str) -> None:
        """Give an account another name. Errors: `Conflict`."""
        values = {"wanted": account_id, "new_name": name, "new_key": folded(name)}
        self._unless_taken(_RENAME_ACCOUNT, values)

    def set_countries(self, account_id: str, country: str, allowed: frozenset[str]) -> None:
        """Replace the country that completes national numbers, and those that may be called."""
        values = {"wanted": account_id, "home": country, "allowed": stored_countries(allowed)}
        self._connection.execute(_SET_COUNTRIES, values)

    def set_options(self, account_id: str, *, hides: bool, fallback: str | None) -> None:
        """Replace whether an account's agents are kept from seeing who supervises them, and who is
        rung where a transfer reaches nobody.
        """
        values = {"wanted": account_id, "hides": hides, "fallback": fallback}
        self._connection.execute(_SET_OPTIONS, values)

    def set_end_policy(self, account_id: str, policy: EndPolicy) -> None:
        """Replace the policy by which calls end that begin from now on."""
        values = {"wanted": account_id, "policy": policy.value}
        self._connection.execute(_SET_END_POLICY, values)

    def contents(self, account_id: str) -> AccountContents:
        """What is left of an account."""
        row = self._connection.execute(CONTENTS, {"wanted": account_id}).one()
        return AccountContents(row.users, row.numbers, row.sessions)

    def delete_account(self, account_id: str) -> None:
        """Delete an account without users, and what is left of those who were deleted.

        Errors: `Conflict` where somebody is adding something to it.
        """
        for statement in (*DELETE_REST_OF_ACCOUNT, DELETE_ACCOUNT):
            self._unless_taken(statement, {"wanted": account_id})

    def set_password(self, user_id: str, password_hash: str) -> None:
        """Replace the hash of a user's password."""
        self._connection.execute(SET_PASSWORD, {"wanted": user_id, "hash": password_hash})

    def replace_password(self, user_id: str, known_hash: str, password_hash: str) -> bool:
        """Replace that hash of a user's password; False where it is another by now."""
        values = {"wanted": user_id, "known": known_hash, "hash": password_hash}
        return self._connection.execute(REPLACE_PASSWORD, values).rowcount == 1

    # --- finding ---------------------------------------------------------------------------------

    def account(self, account_id: str) -> Account | None:
        """The account with that id."""
        row = self._first(_ACCOUNT, account_id)
        return account_from(row) if row else None

    def accounts(self) -> list[Account]:
        """All accounts by name."""
        rows = self._connection.execute(_ACCOUNTS)
        return [account_from(row) for row in rows]

    def numbers(self) -> list[tuple[str, str]]:
        """All telephone numbers, each after the id of its account."""
        return [(row.account_id, row.e164) for row in self._connection.execute(_NUMBERS)]

    def number_owner(self, e164: str) -> Account | None:
        """Whose number that is."""
        row = self._first(_NUMBER_OWNER, e164)
        return account_from(row) if row else None

    def called(self, e164: str, call_sid: str) -> tuple[Account, bool] | None:
        """Whose number a call reaches, and whether the session of that call was deleted."""
        row = self._first(_CALLED, e164, call_digest=call_digest(call_sid))
        return (account_from(row), bool(row.is_over)) if row else None

    def owns(self, account_id: str, e164: str) -> bool:
        """Whether the number belongs to that account."""
        return self._first(_OWNS, e164, account_id=account_id) is not None

    def default_number(self, account_id: str) -> str | None:
        """The number that was made the account's default, or the one it got first."""
        row = self._first(_OWN_NUMBERS, account_id)
        return row.e164 if row else None

    def user(self, user_id: str) -> User | None:
        """The user with that id."""
        return self._one_user(_USER, user_id)

    def user_by_identity(self, identity: str) -> User | None:
        """The user whose device has that client name, or had it before it was renamed.

        No identity of today can equal a former one: those have signs that today's have not.
        """
        return self._one_user(_USER_BY_IDENTITY, identity)

    def credentials(self, email: str) -> StoredPassword | None:
        """The user with that e-mail address, and what they sign in with."""
        row = self._first(CREDENTIALS, folded(email))
        return stored_password(row) if row else None

    def find_user(self, account_id: str, text: str) -> User | None:
        """The user somebody means: by id, identity (the former too), e-mail, extension or name.

        A name counts where only one has it.
        """
        wanted = {"account_id": account_id, "wanted": text.strip(), "folded": folded(text)}
        rows = self._connection.execute(_LIKE_USER, wanted).all()
        named = [row for row in rows if row.name_key == wanted["folded"]]
        exact = [
            row for row in rows if wanted["wanted"] in {row.id, row.identity, row.former_identity}
        ]
        mailed = [row for row in rows if row.email_key == wanted["folded"]]
        reached = [row for row in rows if row.extension == wanted["wanted"]]
        best = exact or mailed or reached or named
        return user_from(best[0]) if len(best) == 1 else None

    def _one_user(self, query: Executable, wanted: str) -> User | None:
        row = self._first(query, wanted)
        return user_from(row) if row else None

    def _first(self, query: Executable, wanted: str, **more: str) -> Row | None:
        return self._connection.execute(query, {"wanted": wanted, **more}).first()

    def _unless_taken(
        self, statement: Executable, values: dict[str, Any] | list[dict[str, Any]]
    ) -> None:
        try:
            self._connection.execute(statement, values)
        except IntegrityError as error:
            raise Conflict("This is there already, or refers to nothing") from error
