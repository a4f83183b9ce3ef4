"""The shape of the carrier's records of calls (contract 1.4, CallInfo)."""

from dataclasses import dataclass
from datetime import datetime

from marshmallow import fields

from evovoice.carrier.port import CallRecord
from evovoice.web.answer_schema import AnswerSchema
from evovoice.web.formats.described import ENTITIES
from evovoice.web.session_info import stamp


class Moment(fields.Field[datetime]):
    """A moment as the contract writes it."""

    def _serialize(self, value: datetime | None, *_: object, **__: object) -> str | None:
        return None if value is None else stamp(value)


class CallInfoSchema(AnswerSchema):
    """One call as the carrier has it in its books."""

    namespace = ENTITIES

    account_sid = fields.String(
        data_key="accountSid", metadata={"description": "The carrier's account"}
    )
    answered_by = fields.String(
        data_key="answeredBy",
        metadata={"description": "What answered, where the carrier listens for machines"},
    )
    caller_name = fields.String(
        data_key="callerName",
        metadata={"description": "Name of the caller, where the carrier looks it up"},
    )
    date_created = Moment(
        data_key="dateCreated", metadata={"description": "When the carrier made the record, in UTC"}
    )
    date_updated = Moment(
        data_key="dateUpdated", metadata={"description": "When the record last changed, in UTC"}
    )
    direction = fields.String(
        data_key="direction",
        metadata={"description": "Which way the call went, in the carrier's words"},
    )
    duration = fields.Integer(
        data_key="duration", metadata={"description": "How many seconds it has lasted"}
    )
    end_time = Moment(data_key="endTime", metadata={"description": "When it ended, in UTC"})
    forwarded_from = fields.String(
        data_key="forwardedFrom", metadata={"description": "Number that forwarded it"}
    )
    from_address = fields.String(data_key="from", metadata={"description": "Calling address"})
    from_formatted = fields.String(
        data_key="fromFormatted", metadata={"description": "Calling address as people write it"}
    )
    parent_call_sid = fields.String(
        data_key="parentCallSid", metadata={"description": "Call that dialled this one"}
    )
    phone_number_sid = fields.String(
        data_key="phoneNumberSid", metadata={"description": "The carrier's id of our number"}
    )
    price = fields.Float(
        data_key="price", metadata={"description": "What it cost, as a negative amount"}
    )
    price_unit = fields.String(
        data_key="priceUnit", metadata={"description": "Currency of the price"}
    )
    sid = fields.String(data_key="sid", metadata={"description": "The carrier's id of the call"})
    start_time = Moment(data_key="startTime", metadata={"description": "When it began, in UTC"})
    status = fields.String(
        data_key="status", metadata={"description": "State of the call, in the carrier's words"}
    )
    to_address = fields.String(data_key="to", metadata={"description": "Called address"})
    to_formatted = fields.String(
        data_key="toFormatted", metadata={"description": "Called address as people write it"}
    )
    uri = fields.String(
        data_key="uri", metadata={"description": "Where the carrier keeps the record"}
    )


class GetActiveCallsResponseSchema(AnswerSchema):
    """The calls that are going on."""

    namespace = ENTITIES
    rows = "calls"

    calls = fields.List(
        fields.Nested(CallInfoSchema),
        data_key="calls",
        metadata={"description": "The calls, as the carrier lists them"},
    )


@dataclass(frozen=True, slots=True)
class ActiveCalls:
    """As `GetActiveCallsResponseSchema`."""

    calls: list[CallRecord]
