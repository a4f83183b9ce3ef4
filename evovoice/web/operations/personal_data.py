"""The rows with which managers export and erase what is kept of an outside party (contract 2.7)."""

from dataclasses import dataclass
from itertools import islice

from evovoice.domain.values import Role
from evovoice.services.personal_data.erasing import erase_number
from evovoice.services.personal_data.exporting import export_number, favorites_with
from evovoice.services.personal_data.search import account_for
from evovoice.web.dto.personal_data import (
    PersonalDataErasure,
    PersonalDataErasureSchema,
    PersonalDataExport,
    PersonalDataExportSchema,
    personal_data_erasure,
    personal_data_favorites,
    personal_data_session,
)
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import FieldLocation, Flag, TelephoneText, Text, WholeNumber
from evovoice.web.servicestack.operation import Operation
from evovoice.web.servicestack.request_schema import RequestSchema

_ON_A_PAGE = 100  # sessions
_MOST_ERASED = 200  # sessions, in one request


class _PartySchema(RequestSchema):
    """Whose data, in which account."""

    number = TelephoneText(
        "number", FieldLocation.BODY, "Telephone number in any spelling, or SIP address",
        load_default="", filled=True,
    )  # fmt: skip
    account_id = Text(
        "accountId", FieldLocation.BODY, "Account; left out: all that the user may act on"
    )


class ExportPersonalDataSchema(_PartySchema):
    page = WholeNumber(
        "page", FieldLocation.BODY, "Which page, from 0 on", load_default=0, least=0, most=10**6
    )


class ErasePersonalDataSchema(_PartySchema):
    dry_run = Flag(
        "dryRun", FieldLocation.BODY, "Change nothing, and tell what would be", load_default=False
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPersonalDataRequest:
    number: str
    account_id: str | None = None
    page: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasePersonalDataRequest:
    number: str
    account_id: str | None = None
    dry_run: bool = False


def _export_personal_data(
    context: RequestContext, asked: ExportPersonalDataRequest
) -> PersonalDataExport:
    account_id = account_for(context.user, asked.account_id)
    kept = export_number(context.app, asked.number, account_id, asked.page * _ON_A_PAGE)
    sessions = [personal_data_session(one) for one in islice(kept, _ON_A_PAGE)]
    has_more = next(kept, None) is not None
    found = favorites_with(context.app, asked.number, account_id) if asked.page == 0 else []
    return PersonalDataExport(sessions, has_more, personal_data_favorites(found))


def _erase_personal_data(
    context: RequestContext, asked: ErasePersonalDataRequest
) -> PersonalDataErasure:
    account_id = account_for(context.user, asked.account_id)
    erasure = erase_number(
        context.app, asked.number, account_id, context.user.id,
        is_tried=asked.dry_run, most=_MOST_ERASED,
    )  # fmt: skip
    return personal_data_erasure(erasure, dry_run=asked.dry_run)


OPERATIONS = (
    Operation(
        name="ExportPersonalData",
        description="Tells what is kept of an outside party.",
        verbs=("POST",),
        routes=("/admin/personal-data/export",),
        role=Role.MANAGER,
        request_schema=ExportPersonalDataSchema(),
        request_type=ExportPersonalDataRequest,
        response_schema=PersonalDataExportSchema(),
        handler=_export_personal_data,
    ),
    Operation(
        name="ErasePersonalData",
        description="Erases the sessions in which an outside party stands.",
        verbs=("POST",),
        routes=("/admin/personal-data/erase",),
        role=Role.MANAGER,
        request_schema=ErasePersonalDataSchema(),
        request_type=ErasePersonalDataRequest,
        response_schema=PersonalDataErasureSchema(),
        handler=_erase_personal_data,
    ),
)
