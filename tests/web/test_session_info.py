"""The session as clients see it: names, order, and where each value comes from (contract 1.2)."""

import json
from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

import pytest
from marshmallow import Schema

from evovoice.domain.call_session import CallSession
from evovoice.domain.messages import LegEnded
from evovoice.domain.orders import Order
from evovoice.domain.states import (
    CallState,
    DialState,
    Direction,
    EndSource,
    LegProgress,
    MemberCallState,
    MemberRole,
    Outcome,
)
from evovoice.domain.values import ClientAddress, SipAddress
from evovoice.web.dto.session_info import SessionLogInfo, session_info
from evovoice.web.dto.session_schemas import SessionInfoSchema, SessionMemberInfoSchema
from evovoice.web.servicestack.formats.csv_format import write_csv
from evovoice.web.servicestack.formats.xml_format import write_xml
from evovoice.web.servicestack.response_schema import described
from tests.domain.builders import (
    AGENT,
    ANN,
    BOB,
    CALLER,
    CUSTOMER,
    NOW,
    OURS,
    ROOM,
    THIRD,
    ConferenceReports,
    add,
    answered,
    at,
    bridged,
    ended,
    in_conference,
    incoming,
    outgoing,
    progressed,
    tell,
)

HEADER = (
    "DialState,CallState,QueueState,AccountId,AccountName,CustomerId,CustomerBreadcrumb,"
    "CustomerName,EndpointId,EndpointName,DateCompleted,Destination,ToAddress,FromAddress,"
    "FromName,AnsweredByName,QueueMemberId,Channel,Ended,Outcome,CallSid,ConsoleData,"
    "HoldQueueName,HeldByUserId,HoldReason,ConferenceSid,DisplayName,Log,Members,CallbackNumber,"
    "AnsweredById,Direction,FromPhoneNumber,MostRecentParticipantCallSid,WasMissed,RingQueueId,"
    "Id,DateCreated,DateLastModified,CreatedBy,LastModifiedBy"
)  # contract 6
ALWAYS = {
    "dialState", "callState", "queueState", "customerBreadcrumb", "channel", "ended",
    "holdReason", "log", "members", "direction", "wasMissed", "stale", "version", "endPolicy",
}  # fmt: skip


def written(session: CallSession) -> dict[str, Any]:
    """The session after a trip over the wire."""
    text: dict[str, Any] = json.loads(json.dumps(SessionInfoSchema().dump(session_info(session))))
    return text


def hang_up(session: CallSession, *names: tuple[str, str]) -> list[Order]:
    return tell(session, *(ended(leg, sid) for leg, sid in names))


def _keys(schema: Any) -> list[str]:
    return [str(field.data_key) for field in schema.fields.values()]


def test_the_41_fields_come_in_the_contracts_order_and_ours_after_them_c20() -> None:
    names = [key[0].upper() + key[1:] for key in _keys(SessionInfoSchema())]
    ours = ["VerifiedAt", "Stale", "Version", "Allowed", "EndPolicy", "DryRun", "Transfer"]
    assert [*HEADER.split(","), *ours] == names


def test_our_own_fields_have_no_column_c48() -> None:
    """The header is the contract's, and so is the number of cells."""
    session = replace(bridged(), verified_at=at(55), look_failed=True)
    assert ("2026-03-01T14:00:55.000Z", True) == (
        written(session)["verifiedAt"], written(session)["stale"],
    )  # fmt: skip
    header, line, _ = write_csv(described(SessionInfoSchema), written(session)).split("\r\n")
    assert HEADER == header
    assert "2026-03-01T14:00:55.000Z" not in line


def test_our_own_fields_stand_in_their_place_in_xml_c62() -> None:
    session = replace(bridged(), verified_at=at(55))
    text = write_xml(described(SessionInfoSchema), written(session))
    assert "<Stale>false</Stale><ToAddress>" in text
    assert "<VerifiedAt>2026-03-01T14:00:55.000Z</VerifiedAt><Version>0</Version>" in text


def test_session_says_that_a_leg_may_live_which_was_taken_for_gone() -> None:
    session = in_conference(ConferenceReports())
    gone = LegEnded(
        "leg-third", THIRD, Outcome.COMPLETED, EndSource.INFERRED, at(30), "not found", 20404
    )
    assert not written(session)["stale"]
    tell(session, gone)
    assert written(session)["stale"]


def test_the_10_fields_of_a_member_come_in_the_contracts_order_c20() -> None:
    expected = [
        "identity", "endpointId", "displayName", "isOriginalMember", "avatarUrl",
        "applicationData", "callState", "role", "callSid", "muted",
    ]  # fmt: skip
    assert expected == _keys(SessionMemberInfoSchema())


def test_keys_are_written_in_that_order_c20() -> None:
    for session in (incoming(), in_conference(ConferenceReports()), outgoing()):
        keys = list(written(session))
        order = _keys(SessionInfoSchema())
        assert sorted(keys, key=order.index) == keys


def test_what_has_no_value_is_left_out_and_the_rest_always_written_c20() -> None:
    for session in (incoming(), outgoing(), in_conference(ConferenceReports())):
        assert set(written(session)) >= ALWAYS
        assert None not in written(session).values()
    assert ([], [], False) == tuple(
        written(incoming())[key] for key in ("log", "customerBreadcrumb", "ended")
    )


def test_inbound_call_while_it_rings() -> None:
    expected = {
        "dialState": "Active", "callState": "Ringing", "queueState": "None", "accountId": "a-1",
        "accountName": "Acme", "customerBreadcrumb": [], "endpointId": "u-ann",
        "endpointName": "Ann", "toAddress": OURS, "fromAddress": CUSTOMER, "channel": "Voice",
        "ended": False, "callSid": CALLER, "holdReason": "None", "displayName": CUSTOMER,
        "log": [], "callbackNumber": CUSTOMER, "direction": "Incoming", "wasMissed": False,
        "id": "s-1", "dateCreated": "2026-03-01T14:00:00.000Z",
        "dateLastModified": "2026-03-01T14:00:00.000Z", "stale": False, "version": 0,
        "endPolicy": "two_left",
    }  # fmt: skip
    session = written(incoming())
    assert ["Caller", "Agent"] == [m["role"] for m in session.pop("members")]
    assert expected == session


def test_of_several_agents_rung_none_is_the_endpoint_until_one_answers() -> None:
    session = incoming(ANN, BOB)
    assert "endpointId" not in written(session)
    tell(session, answered("leg-u-bob", AGENT))
    info = written(session)
    assert ("u-bob", "Bob") == (info["endpointId"], info["endpointName"])
    assert ("u-bob", "Bob") == (info["answeredById"], info["answeredByName"])


def test_outbound_call_belongs_to_its_agent() -> None:
    session = outgoing()
    tell(session, answered("leg-caller", CALLER))
    info = written(session)
    assert ("u-ann", "Ann") == (info["endpointId"], info["endpointName"])
    assert ("202 555 0123", CUSTOMER, OURS) == (
        info["destination"], info["toAddress"], info["fromAddress"],
    )  # fmt: skip
    assert ("Outgoing", AGENT, CUSTOMER) == (
        info["direction"], info["callSid"], info["displayName"],
    )  # fmt: skip
    assert ("u-ann", CUSTOMER) == (info["createdBy"], info["answeredByName"])
    assert "answeredById" not in info
    assert "callbackNumber" not in info


def test_call_between_two_of_our_users_has_bare_addresses() -> None:
    session = outgoing()
    session.to_address = "client:bob_1"
    session.members[1].address = ClientAddress("bob_1")
    info = written(session)
    assert "bob_1" == info["toAddress"]
    assert ["bob_1", "ann_1"] == [m["identity"] for m in info["members"]]


def test_sip_address_is_kept_whole() -> None:
    session = outgoing()
    session.members[1].address = SipAddress("sip:desk@pbx.example")
    assert "sip:desk@pbx.example" == written(session)["members"][0]["identity"]


@pytest.mark.parametrize("caller", ["", "anonymous", "Restricted"])
def test_withheld_number_is_no_callback_number(caller: str) -> None:
    session = incoming()
    session.from_address = caller
    assert "callbackNumber" not in written(session)


def test_conference_sid_appears_with_the_conference_and_stays() -> None:
    session = bridged()
    assert "conferenceSid" not in written(session)
    reports = ConferenceReports()
    add(session)
    tell(session, reports.joins(AGENT))
    assert "conferenceSid" not in written(session)
    tell(session, reports.joins(CALLER), reports.starts())
    assert ROOM == written(session)["conferenceSid"]
    tell(session, reports.closes())
    hang_up(session, ("leg-u-ann", AGENT), ("leg-caller", CALLER), ("leg-third", THIRD))
    info = written(session)
    assert (True, ROOM) == (info["ended"], info["conferenceSid"])


def test_added_party_is_listed_last_with_what_is_known_of_it() -> None:
    session = in_conference(ConferenceReports())
    member = written(session)["members"][-1]
    expected = {
        "memberId": "m-third", "status": "queued", "destination": "+442079460123",
        "addedBy": "u-ann", "addedAt": "2026-03-01T14:00:05.000Z",
    }  # fmt: skip
    assert expected == member.pop("applicationData")
    assert member == {
        "identity": "+442079460123", "displayName": "+442079460123", "isOriginalMember": False,
        "callState": "None", "role": "Transfer", "callSid": THIRD, "muted": False,
    }  # fmt: skip
    assert THIRD == written(session)["mostRecentParticipantCallSid"]


def test_added_party_before_the_carrier_knows_it_has_no_call_sid() -> None:
    session = bridged()
    add(session)
    info = written(session)
    assert "callSid" not in info["members"][-1]
    assert "mostRecentParticipantCallSid" not in info


def test_our_users_are_known_by_endpoint_and_others_are_not() -> None:
    caller, agent = written(bridged())["members"]
    assert ("ann_1", "u-ann", "Ann") == (
        agent["identity"], agent["endpointId"], agent["displayName"],
    )  # fmt: skip
    assert "endpointId" not in caller
    assert (True, True) == (caller["isOriginalMember"], agent["isOriginalMember"])


def test_hold_and_mute_show_on_the_member_and_hold_on_the_session() -> None:
    reports = ConferenceReports()
    session = in_conference(reports)
    tell(session, reports.holds(CALLER), reports.mutes(AGENT))
    info = written(session)
    assert ["Hold", "Connected", "None"] == [m["callState"] for m in info["members"]]
    assert [False, True, False] == [m["muted"] for m in info["members"]]
    assert ("Hold", "hold-s-1") == (info["callState"], info["holdQueueName"])


def test_application_data_holds_texts_only_and_says_how_it_ended() -> None:
    session = in_conference(ConferenceReports())
    tell(session, answered("leg-third", THIRD), progressed("leg-third", THIRD, LegProgress.RINGING))
    hang_up(session, ("leg-u-ann", AGENT), ("leg-caller", CALLER), ("leg-third", THIRD))
    info = written(session)
    data = info["members"][-1]["applicationData"]
    assert all(isinstance(value, str) for value in data.values())
    assert ("2026-03-01T14:00:02.000Z", "2026-03-01T14:01:00.000Z") == (
        data["answeredAt"], data["endedAt"],
    )  # fmt: skip
    assert {"None"} == {member["callState"] for member in info["members"]}


def test_missed_call_says_so_once_it_is_over() -> None:
    session = incoming()
    tell(session, ended("leg-u-ann", AGENT, Outcome.NO_ANSWER), ended("leg-caller", CALLER))
    info = written(session)
    assert (True, "MissedCall", True) == (info["wasMissed"], info["outcome"], info["ended"])
    assert info["dateCompleted"].endswith("Z")


def test_dates_are_utc_with_milliseconds_wherever_they_come_from() -> None:
    session = incoming()
    session.modified_at = (NOW + timedelta(microseconds=123_999)).astimezone(
        timezone(timedelta(hours=5, minutes=30))
    )
    assert "2026-03-01T14:00:00.123Z" == written(session)["dateLastModified"]


def test_outbound_call_that_could_dial_nobody_is_still_shown() -> None:
    session = outgoing()
    del session.members[1]
    session.to_address = ""
    info = written(session)
    assert "202 555 0123" == info["displayName"]
    assert "toAddress" not in info


@pytest.mark.parametrize(
    ("enum", "names"),
    [
        (DialState, "None Active"), (Direction, "Incoming Outgoing"),
        (CallState, "Disconnected Ringing Connected Hold Passive"),
        (MemberCallState, "None Ringing Connected Hold"),
        (MemberRole, "None Caller Agent Transfer"),
    ],
)  # fmt: skip
def test_enums_are_written_by_the_names_of_the_contract_c21(enum: Any, names: str) -> None:
    assert set(names.split()) >= {one.value for one in enum}


def test_states_on_the_wire_are_names_and_never_numbers_c21() -> None:
    for session in (incoming(), outgoing(), in_conference(ConferenceReports())):
        info = written(session)
        states = [info[key] for key in ("dialState", "callState", "queueState", "direction")]
        states += [member[key] for member in info["members"] for key in ("callState", "role")]
        assert all(isinstance(state, str) and state.isalpha() for state in states)


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nothing(one) for key, one in value.items() if one is not None}
    return [_without_nothing(one) for one in value] if isinstance(value, list) else value


def test_answers_are_written_as_marshmallow_would_but_faster_c20() -> None:
    schema = SessionInfoSchema()
    for session in (incoming(), outgoing(), in_conference(ConferenceReports())):
        info = session_info(session)._replace(log=(SessionLogInfo("d", "m"),))
        theirs = _without_nothing(Schema.dump(schema, info))
        assert theirs == schema.dump(info)
        assert [theirs] == schema.dump([info], many=True)
