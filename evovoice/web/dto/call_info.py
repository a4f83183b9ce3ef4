"""The shape of the carrier's records of calls (contract 1.4, CallInfo)."""

from dataclasses import dataclass
from datetime import datetime

from marshmallow import fields

from evovoice.carrier.port import CallRecord
from evovoice.web.dto.stamps import stamp
from evovoice.web.servicestack.formats.described import ENTITIES
from evovoice.web.servicestack.response_fields import nested_list, number, text
from evovoice.web.servicestack.response_schema import ResponseSchema


class Moment(fields.Field[datetime]):
    """A moment as the contract writes it."""

    def _serialize(self, value: datetime | None, *_: object, **__: object) -> str | None:
        return None if value is None else stamp(value)


def _moment(key: str, about: str) -> Moment:
    return Moment(data_key=key, metadata={"description": about})


class CallInfoSchema(ResponseSchema):
    """One call as the carrier has it in its books."""

    namespace = ENTITIES

    account_sid = text("accountSid", "The carrier's account")
    answered_by = text("answeredBy", "What answered, where the carrier listens for machines")
    caller_name = text("callerName", "Name of the caller, where the carrier looks it up")
    date_created = _moment("dateCreated", "When the carrier made the record, in UTC")
    date_updated = _moment("dateUpdated", "When the record last changed, in UTC")
    direction = text("direction", "Which way the call went, in the carrier's words")
    duration = number("duration", "How many seconds it has lasted")
    end_time = _moment("endTime", "When it ended, in UTC")
    forwarded_from = text("forwardedFrom", "Number that forwarded it")
    from_address = text("from", "Calling address")
    from_formatted = text("fromFormatted", "Calling address as people write it")
    parent_call_sid = text("parentCallSid", "Call that dialled this one")
    phone_number_sid = text("phoneNumberSid", "The carrier's id of our number")
    price = fields.Float(
        data_key="price", metadata={"description": "What it cost, as a negative amount"}
    )
    price_unit = text("priceUnit", "Currency of the price")
    sid = text("sid", "The carrier's id of the call")
    start_time = _moment("startTime", "When it began, in UTC")
    status = text("status", "State of the call, in the carrier's words")
    to_address = text("to", "Called address")
    to_formatted = text("toFormatted", "Called address as people write it")
    uri = text("uri", "Where the carrier keeps the record")


class GetActiveCallsResponseSchema(ResponseSchema):
    """The calls that are going on."""

    namespace = ENTITIES
    rows = "calls"

    calls = nested_list(CallInfoSchema, "calls", "The calls, as the carrier lists them")


@dataclass(frozen=True, slots=True)
class ActiveCalls:
    """As `GetActiveCallsResponseSchema`."""

    calls: list[CallRecord]
