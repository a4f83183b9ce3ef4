"""The rows of warm transfer: consult, swap, complete, cancel (contract 2.1, C108)."""

from dataclasses import dataclass, replace

from evovoice.domain.values import Role
from evovoice.services import calls
from evovoice.services.calls import AddPurpose, AddRequest
from evovoice.web.dto.requests import NewPartySchema, SessionRequest, SessionRequestSchema
from evovoice.web.dto.session_answer import session_answer
from evovoice.web.dto.session_info import SessionInfo
from evovoice.web.dto.session_schemas import SessionInfoSchema
from evovoice.web.dto.transfer_info import GetTransfersResponseSchema, Transfers, transfers_info
from evovoice.web.request_context import RequestContext
from evovoice.web.servicestack.fields import FieldLocation, Flag, Text
from evovoice.web.servicestack.operation import Operation

_TRANSFERS = "/sessions/{sessionId}/transfers"
_TRANSFER = f"{_TRANSFERS}/{{transferId}}"


class TransferSchema(SessionRequestSchema):
    transfer_id = Text(
        "transferId", FieldLocation.PATH, "Which transfer", load_default="", filled=True
    )  # fmt: skip


class CompleteTransferSchema(TransferSchema):
    join = Flag(
        "join",
        FieldLocation.BODY,
        "All talk together; left out: the agent leaves and the others talk",
        load_default=False,
    )


@dataclass(frozen=True, slots=True)
class TransferRequest:
    session_id: str
    transfer_id: str


@dataclass(frozen=True, slots=True)
class CompleteTransferRequest:
    session_id: str
    transfer_id: str
    join: bool


def _start_transfer(context: RequestContext, asked: AddRequest) -> SessionInfo:
    wanted = replace(
        asked,
        call_sid=asked.call_sid or None,
        from_number=asked.from_number or None,
        idempotency_key=context.idempotency_key,
        purpose=AddPurpose.CONSULT,
    )
    return session_answer(context, calls.start_transfer(context.app, context.user, wanted))


def _get_transfers(context: RequestContext, asked: SessionRequest) -> Transfers:
    return transfers_info(context.calls.get_session(context.app, context.user, asked.session_id))


def _swap_transfer(context: RequestContext, asked: TransferRequest) -> SessionInfo:
    session = calls.swap_transfer(context.app, context.user, asked.session_id, asked.transfer_id)
    return session_answer(context, session)


def _complete_transfer(context: RequestContext, asked: CompleteTransferRequest) -> SessionInfo:
    return session_answer(
        context,
        calls.complete_transfer(
            context.app, context.user, asked.session_id, asked.transfer_id, joins=asked.join
        ),
    )


def _cancel_transfer(context: RequestContext, asked: TransferRequest) -> SessionInfo:
    session = calls.cancel_transfer(context.app, context.user, asked.session_id, asked.transfer_id)
    return session_answer(context, session)


OPERATIONS = (
    Operation(
        name="StartTransfer",
        description="Holds the others and rings a third party, to talk to them alone.",
        verbs=("POST",),
        routes=(_TRANSFERS,),
        role=Role.USER,
        request_schema=NewPartySchema(),
        request_type=AddRequest,
        response_schema=SessionInfoSchema(),
        handler=_start_transfer,
        is_repeatable=True,
    ),
    Operation(
        name="GetTransfers",
        description="Lists the transfers of the session.",
        verbs=("GET",),
        routes=(_TRANSFERS,),
        role=None,
        request_schema=SessionRequestSchema(),
        request_type=SessionRequest,
        response_schema=GetTransfersResponseSchema(),
        handler=_get_transfers,
    ),
    Operation(
        name="SwapTransfer",
        description="Holds the third party and talks to the others, or the other way round.",
        verbs=("POST",),
        routes=(f"{_TRANSFER}/swap",),
        role=Role.USER,
        request_schema=TransferSchema(),
        request_type=TransferRequest,
        response_schema=SessionInfoSchema(),
        handler=_swap_transfer,
    ),
    Operation(
        name="CompleteTransfer",
        description="Brings all together, or has the agent leave and the others talk.",
        verbs=("POST",),
        routes=(f"{_TRANSFER}/complete",),
        role=Role.USER,
        request_schema=CompleteTransferSchema(),
        request_type=CompleteTransferRequest,
        response_schema=SessionInfoSchema(),
        handler=_complete_transfer,
    ),
    Operation(
        name="CancelTransfer",
        description="Takes the third party out; whoever was held for the transfer comes back.",
        verbs=("DELETE",),
        routes=(_TRANSFER,),
        role=Role.USER,
        request_schema=TransferSchema(),
        request_type=TransferRequest,
        response_schema=SessionInfoSchema(),
        handler=_cancel_transfer,
    ),
)
