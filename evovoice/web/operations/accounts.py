"""The rows with which accounts are looked after (contract 2.3, C93)."""

from dataclasses import dataclass

from evovoice.domain.states import EndPolicy
from evovoice.domain.values import Role
from evovoice.services import administration
from evovoice.services.administration import AccountChanges
from evovoice.web.dto.accounts import (
    AccountList,
    ListAccountsResponseSchema,
    ManagedAccount,
    ManagedAccountSchema,
    managed_account,
)
from evovoice.web.dto.requests import NoFields
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import (
    Choice,
    FieldLocation,
    Flag,
    TelephoneText,
    Text,
    Texts,
)
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.request_schema import RequestSchema

_COUNTRIES = "Where it may call, two letters each, or `all`"


class AddAccountSchema(RequestSchema):
    name = Text("name", FieldLocation.BODY, "Name of the account", load_default="", filled=True)
    country = Text(
        "country", FieldLocation.BODY, "Country that completes its national numbers, two letters",
        load_default="", filled=True,
    )  # fmt: skip
    countries = Texts("countries", FieldLocation.BODY, f"{_COUNTRIES}; left out: everywhere")


class DeleteAccountSchema(RequestSchema):
    account_id = Text(
        "accountId", FieldLocation.PATH, "Id of the account", load_default="", filled=True
    )  # fmt: skip


class SetAccountSchema(DeleteAccountSchema):
    name = Text("name", FieldLocation.BODY, "Name of the account; left out: as it is")
    country = Text(
        "country", FieldLocation.BODY,
        "Country that completes its national numbers; left out: as it is",
    )  # fmt: skip
    countries = Texts("countries", FieldLocation.BODY, f"{_COUNTRIES}; left out: as it is")
    end_policy = Choice(
        EndPolicy, "endPolicy", FieldLocation.BODY,
        "By which calls end that begin from now on; left out: as it is",
    )  # fmt: skip
    hides_supervisors = Flag(
        "hidesSupervisors", FieldLocation.BODY,
        "Whether its agents are kept from seeing who supervises them; left out: as it is",
    )  # fmt: skip
    fallback_number = TelephoneText(
        "fallbackNumber", FieldLocation.BODY,
        "Who is rung where a transfer reaches nobody, several with commas, in that order; empty:"
        " nobody; left out: as it is",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AddAccountRequest:
    name: str
    country: str
    countries: list[str]


@dataclass(frozen=True, slots=True)
class SetAccountRequest:
    account_id: str
    name: str | None
    country: str | None
    countries: list[str]
    end_policy: EndPolicy | None
    hides_supervisors: bool | None
    fallback_number: str | None


@dataclass(frozen=True, slots=True)
class DeleteAccountRequest:
    account_id: str


def _list_accounts(context: RequestContext, _asked: NoFields) -> AccountList:
    accounts = administration.accounts_of(context.app.database, context.user)
    return AccountList([managed_account(one) for one in accounts])


def _add_account(context: RequestContext, asked: AddAccountRequest) -> ManagedAccount:
    countries = ",".join(asked.countries) or administration.ALL_COUNTRIES
    return managed_account(
        administration.add_account(
            context.app.database, asked.name, asked.country, countries, context.user
        )
    )


def _set_account(context: RequestContext, asked: SetAccountRequest) -> ManagedAccount:
    countries = ",".join(asked.countries) or None
    changes = AccountChanges(
        asked.name,
        asked.country,
        countries,
        asked.end_policy,
        asked.hides_supervisors,
        asked.fallback_number,
    )
    return managed_account(
        administration.set_account(context.app.database, asked.account_id, changes, context.user)
    )


def _delete_account(context: RequestContext, asked: DeleteAccountRequest) -> None:
    administration.delete_account(context.app.database, asked.account_id, context.user)


OPERATIONS = (
    Operation(
        name="ListAccounts",
        description="Lists the accounts that the user may see.",
        verbs=("GET",),
        routes=("/admin/accounts",),
        role=Role.MANAGER,
        request_schema=RequestSchema(),
        request_type=NoFields,
        response_schema=ListAccountsResponseSchema(),
        handler=_list_accounts,
    ),
    Operation(
        name="AddAccount",
        description="Adds an account.",
        verbs=("POST",),
        routes=("/admin/accounts",),
        role=Role.SYSTEM_ADMINISTRATOR,
        request_schema=AddAccountSchema(),
        request_type=AddAccountRequest,
        response_schema=ManagedAccountSchema(),
        handler=_add_account,
    ),
    Operation(
        name="SetAccount",
        description="Changes an account: its name, by which policy its calls end, who is rung where"
        " a transfer reaches nobody and, by an administrator, the rest.",
        verbs=("PATCH",),
        routes=("/admin/accounts/{accountId}",),
        role=Role.MANAGER,
        request_schema=SetAccountSchema(),
        request_type=SetAccountRequest,
        response_schema=ManagedAccountSchema(),
        handler=_set_account,
    ),
    Operation(
        name="DeleteAccount",
        description="Deletes an account that has no users, numbers or sessions any more.",
        verbs=("DELETE",),
        routes=("/admin/accounts/{accountId}",),
        role=Role.SYSTEM_ADMINISTRATOR,
        request_schema=DeleteAccountSchema(),
        request_type=DeleteAccountRequest,
        response_schema=None,
        handler=_delete_account,
    ),
)
