"""What administrators and managers set up: accounts, users, numbers and API keys.

One set of functions for the command line and the API. `by` says who asks: a user, with the rules
of contract 2.6 and C92, or `OPERATOR`, the command line, which may do everything.
"""

from evovoice.services.administration.accounts import (
    AccountChanges,
    accounts_of,
    add_account,
    delete_account,
    set_account,
)
from evovoice.services.administration.actors import OPERATOR, Actor, Operator, managed
from evovoice.services.administration.keys import NewKey, add_key, keys_of, revoke_key
from evovoice.services.administration.numbers import (
    add_number,
    list_numbers,
    remove_number,
    set_number,
)
from evovoice.services.administration.typed_values import ALL_COUNTRIES
from evovoice.services.administration.user_import import (
    Imported,
    ImportWish,
    export_users,
    import_users,
)
from evovoice.services.administration.users import (
    UserChanges,
    add_user,
    delete_user,
    disable_user,
    enable_user,
    has_administrator,
    initial_password,
    list_users,
    reset_second_factor,
    set_password,
    set_user,
    user_shown,
    users_of,
)

__all__ = [
    "ALL_COUNTRIES",
    "OPERATOR",
    "AccountChanges",
    "Actor",
    "ImportWish",
    "Imported",
    "NewKey",
    "Operator",
    "UserChanges",
    "accounts_of",
    "add_account",
    "add_key",
    "add_number",
    "add_user",
    "delete_account",
    "delete_user",
    "disable_user",
    "enable_user",
    "export_users",
    "has_administrator",
    "import_users",
    "initial_password",
    "keys_of",
    "list_numbers",
    "list_users",
    "managed",
    "remove_number",
    "reset_second_factor",
    "revoke_key",
    "set_account",
    "set_number",
    "set_password",
    "set_user",
    "user_shown",
    "users_of",
]
