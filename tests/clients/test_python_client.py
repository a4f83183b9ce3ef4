"""The `servicestack` package from PyPI, unmodified, with the types that the service serves."""

from evovoice.demo.cast import COLLEAGUE, CUSTOMER
from tests.clients.conftest import LiveCall
from tests.clients.playing import play

SECOND, THIRD = "+12025550144", "+12025550155"


def test_signs_in_once_and_comes_back_by_cookies_c32_c70(call: LiveCall) -> None:
    seen = play(call, "signs_in")
    assert "Ann" == seen["displayName"]
    assert ["evo-device", "ss-id", "ss-opt", "ss-pid"] == seen["cookies"]
    assert ("SessionInfo", call.session_id) == (seen["session"]["type"], seen["session"]["id"])
    assert 401 == seen["stranger"]["status"] == seen["afterwards"]["status"]


def test_adds_a_member_and_reads_the_session_c70(call: LiveCall) -> None:
    seen = play(call, "adds")
    assert seen["url"].endswith("/api/AddConferenceMember")
    assert (COLLEAGUE, "needed") == (seen["tried"]["destination"], seen["tried"]["conference"])
    session = seen["session"]
    assert ("SessionInfo", "Connected", False) == (
        session["type"], session["callState"], session["ended"],
    )  # fmt: skip
    assert [CUSTOMER, COLLEAGUE] == [session["identities"][0], session["identities"][2]]
    assert ["Caller", "Agent", "Transfer"] == [one["role"] for one in session["members"]]
    assert {"SessionMemberInfo"} == {one["type"] for one in session["members"]}


def test_reads_its_rights_and_sets_when_the_call_ends_c104_c105(call: LiveCall) -> None:
    seen = play(call, "has_rights")
    assert (["Manager"], ["Answered"]) == (seen["supervise"], seen["add"])
    assert {"AddConferenceMember", "EndSession"} <= set(seen["allowed"])
    assert "SuperviseSession" not in seen["allowed"]
    assert "nobody" == seen["endPolicy"]


def test_holds_and_resumes_with_enums_of_the_served_types_c70(call: LiveCall) -> None:
    seen = play(call, "holds_and_resumes")
    assert ("Hold", "Transferring") == (seen["held"]["callState"], seen["held"]["holdReason"])
    assert [True, "SessionCallState"] == seen["is"]
    assert ("Connected", "None") == (seen["resumed"]["callState"], seen["resumed"]["holdReason"])


def test_supervises_a_live_call_c102(call: LiveCall, manager_key: str) -> None:
    seen = play(call, "supervises", key=manager_key)
    assert [call.session_id] == seen["live"]
    assert [None, None, "monitor"] == seen["supervising"]


def test_patches_one_member_with_a_body_c70(call: LiveCall) -> None:
    third = call.add()
    seen = play(call, "mutes_one", memberCallSid=third["callSid"])
    assert [False, False, True] == [one["muted"] for one in seen["muted"]["members"]]
    assert [False] * 3 == [one["muted"] for one in seen["unmuted"]["members"]]


def test_tries_several_destinations_c70_c115_c120(call: LiveCall) -> None:
    seen = play(call, "tries_several", other="+13125550143")
    assert ["1", "2"] == seen["attempts"]


def test_sends_digits_c70_c112(call: LiveCall) -> None:
    third = call.add()
    seen = play(call, "sends_digits", memberCallSid=third["callSid"])
    assert ("SendDigits" in seen["allowed"], "DigitsSent" in seen["events"]) == (True, True)


def test_transfers_by_the_served_types_c70_c108(call: LiveCall) -> None:
    seen = play(call, "transfers")
    assert ["Cancelled", "Swapped", "Cancelled", "Completed"] == seen["states"]
    assert ["TransferInfo", "TransferKind"] == seen["is"]


def test_lists_sessions_parties_and_log_c70(call: LiveCall) -> None:
    seen = play(call, "lists")
    assert [call.session_id] == seen["active"]
    assert call.session_id in seen["mine"]
    assert ["Caller", "Agent"] == [one["role"] for one in seen["members"]]
    assert [[1, "SessionCreated"], [2, "MemberDialed"]] == seen["events"]
    assert seen["hasMore"] is True


def test_finds_people_and_calls_from_the_own_device_c99_c100_c101(call: LiveCall) -> None:
    seen = play(call, "finds_people")
    assert ("Ready", "SetByUser") == (seen["state"], seen["presence"])
    assert ([[COLLEAGUE, "Office"]], 0, 1) == (seen["favorites"], seen["left"], seen["numbers"])
    assert {"Caller", "Agent"} == {one["role"] for one in seen["placed"]["members"]}


def test_survives_an_answer_without_a_body_c22_c70(call: LiveCall) -> None:
    seen = play(call, "ends")
    assert 204 == seen["status"]
    assert seen["session"]["id"] == call.session_id


def test_reads_status_reason_and_response_status_of_every_error_c71(call: LiveCall) -> None:
    seen = play(call, "is_refused")
    found = {kind: (one["status"], one["reason"], one["errorCode"]) for kind, one in seen.items()}
    assert {
        "400": (400, "BAD REQUEST", "NotEmpty"),
        "401": (401, "UNAUTHORIZED", "Unauthorized"),
        "401 without a body": (401, "UNAUTHORIZED", "401"),
        "403": (403, "Invalid Role", "Forbidden"),
        "404": (404, "NOT FOUND", "NotFound"),
        "409": (409, "CONFLICT", "CallNotInSession"),
    } == found
    assert (["Destination"], "'Destination' must not be empty.") == (
        seen["400"]["fields"], seen["400"]["message"],
    )  # fmt: skip
    assert "Session 'nothing' was not found" == seen["404"]["message"]


def test_sends_a_batch_and_reads_all_its_answers_c5_c71(call: LiveCall) -> None:
    seen = play(call, "sends_batches", numbers=[SECOND, THIRD])
    assert seen["url"].endswith("/api/AddConferenceMember%5B%5D")
    assert "2" == seen["completed"]
    assert ["SessionInfo", "SessionInfo"] == seen["types"]
    assert SECOND in seen["identities"][0]
    assert {SECOND, THIRD} <= set(seen["identities"][1])


def test_reads_which_item_of_a_batch_failed_c5_c71(call: LiveCall) -> None:
    flawed = play(call, "sends_batches", numbers=[SECOND, THIRD])["flawed"]
    assert (400, "NotEmpty", ["Destination"]) == (
        flawed["status"], flawed["errorCode"], flawed["fields"],
    )  # fmt: skip
    assert ["AutoBatchIndex", "1"] in flawed["meta"]
