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

    account_sid = fields.String(data_key="accountSid")
    answered_by = fields.String(data_key="answeredBy")
    caller_name = fields.String(data_key="callerName")
    date_created = Moment(data_key="dateCreated")
    date_updated = Moment(data_key="dateUpdated")
    direction = fields.String(data_key="direction")
    duration = fields.Integer(data_key="duration")
    end_time = Moment(data_key="endTime")
    forwarded_from = fields.String(data_key="forwardedFrom")
    from_address = fields.String(data_key="from")
    from_formatted = fields.String(data_key="fromFormatted")
    parent_call_sid = fields.String(data_key="parentCallSid")
    phone_number_sid = fields.String(data_key="phoneNumberSid")
    price = fields.Float(data_key="price")
    price_unit = fields.String(data_key="priceUnit")
    sid = fields.String(data_key="sid")
    start_time = Moment(data_key="startTime")
    status = fields.String(data_key="status")
    to_address = fields.String(data_key="to")
    to_formatted = fields.String(data_key="toFormatted")
    uri = fields.String(data_key="uri")


class GetActiveCallsResponseSchema(AnswerSchema):
    """The calls that are going on."""

    namespace = ENTITIES
    rows = "calls"

    calls = fields.List(fields.Nested(CallInfoSchema), data_key="calls")


@dataclass(frozen=True, slots=True)
class ActiveCalls:
    """As `GetActiveCallsResponseSchema`."""

    calls: list[CallRecord]
