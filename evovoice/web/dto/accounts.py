"""The shapes in which managers see accounts and numbers (contract 1.4, 2.3)."""

from dataclasses import dataclass

from evovoice.domain.states import EndPolicy
from evovoice.domain.values import Account
from evovoice.services.administration import ALL_COUNTRIES
from evovoice.storage.unit_of_work import StoredNumber
from evovoice.web.servicestack.formats.described import ENTITIES
from evovoice.web.servicestack.response_fields import flag, nested_list, number, text, texts
from evovoice.web.servicestack.response_schema import ResponseSchema


class ManagedAccountSchema(ResponseSchema):
    """An account (tenant)."""

    namespace = ENTITIES

    id = text("id", "Id of the account")
    name = text("name", "Name; two accounts of one name are told apart by their ids")
    country = text("country", "Country that completes its national numbers, two letters")
    countries = texts("countries", "Where it may call, two letters each; `all`: everywhere")
    end_policy = text("endPolicy", f"By which calls end that begin: {', '.join(EndPolicy)}")
    hides_supervisors = flag(
        "hidesSupervisors", "Whether its agents are kept from seeing who supervises them"
    )
    fallback_number = text("fallbackNumber", "Who is rung where a transfer reaches nobody")


class ListAccountsResponseSchema(ResponseSchema):
    """The accounts that may be seen."""

    namespace = ENTITIES
    rows = "accounts"

    accounts = nested_list(ManagedAccountSchema, "accounts", "The accounts, by name")


class ManagedNumberSchema(ResponseSchema):
    """A telephone number of an account."""

    namespace = ENTITIES

    number = text("number", "The number, in E.164")
    account_id = text("accountId", "Account of the number")
    is_default = flag("isDefault", "Whether it is shown to those whom the account calls")
    agent_ids = texts("agentIds", "Users who ring when it is called, in order")
    agent_names = texts("agentNames", "Their names, in the same order")


class ListNumbersResponseSchema(ResponseSchema):
    """A page of numbers."""

    namespace = ENTITIES
    rows = "numbers"

    items = nested_list(ManagedNumberSchema, "numbers", "The numbers of this page, by account")
    total_count = number(
        "totalCount", "How many there are on all pages; 0 where that was not asked for"
    )
    total_pages = number("totalPages", "How many pages there are; 0 where that was not asked for")
    has_more_pages = flag("hasMorePages", "Whether a page follows")


@dataclass(frozen=True, slots=True)
class ManagedAccount:
    """As `ManagedAccountSchema`."""

    id: str
    name: str
    country: str
    countries: list[str]
    end_policy: str
    hides_supervisors: bool
    fallback_number: str | None


@dataclass(frozen=True, slots=True)
class AccountList:
    """As `ListAccountsResponseSchema`."""

    accounts: list[ManagedAccount]


@dataclass(frozen=True, slots=True)
class ManagedNumber:
    """As `ManagedNumberSchema`."""

    number: str
    account_id: str
    is_default: bool
    agent_ids: list[str]
    agent_names: list[str]


def managed_account(account: Account) -> ManagedAccount:
    """That account, as managers see it."""
    countries = sorted(account.countries) or [ALL_COUNTRIES]
    return ManagedAccount(
        account.id, account.name, account.country, countries, account.end_policy.value,
        account.hides_supervisors, account.fallback_number,
    )  # fmt: skip


def managed_number(stored: StoredNumber) -> ManagedNumber:
    """That number, as managers see it."""
    ids, names = [one.id for one in stored.agents], [one.name for one in stored.agents]
    return ManagedNumber(stored.e164, stored.account_id, stored.is_default, ids, names)
