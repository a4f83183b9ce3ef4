"""The `@servicestack/client` package from npm, unmodified, with the types that we serve."""

import pytest

from evovoice.demo.cast import COLLEAGUE, CUSTOMER, Cast
from tests.clients.conftest import LiveCall
from tests.clients.playing import JavaScript, compiled

SECOND, THIRD = "+12025550144", "+12025550155"


@pytest.fixture(scope="module")
def client(cast: Cast, tmp_path_factory: pytest.TempPathFactory) -> JavaScript:
    """Compiled once, which is itself the test that the served types are TypeScript."""
    return compiled(cast.api.base, tmp_path_factory.mktemp("javascript"))


def test_served_types_compile_strictly_against_the_package(client: JavaScript) -> None:
    assert (client.folder / "dtos.js").exists()


def test_signs_in_once_and_comes_back_by_cookies_c32_c39(
    client: JavaScript, call: LiveCall
) -> None:  # fmt: skip
    seen = client.play(call, "signsIn")
    assert ("Ann", call.session_id) == (seen["displayName"], seen["session"]["id"])
    assert 401 == seen["stranger"]["status"] == seen["afterwards"]["status"]


def test_adds_a_member_and_reads_the_session_c2_c20(client: JavaScript, call: LiveCall) -> None:
    seen = client.play(call, "adds")
    assert seen["url"].endswith("/api/AddConferenceMember")
    assert (COLLEAGUE, "needed") == (seen["tried"]["destination"], seen["tried"]["conference"])
    members = seen["session"]["members"]
    assert ["Caller", "Agent", "Transfer"] == [one["role"] for one in members]
    assert (CUSTOMER, COLLEAGUE) == (members[0]["identity"], members[2]["identity"])


def test_holds_and_resumes_with_enums_of_the_served_types_c21(
    client: JavaScript, call: LiveCall
) -> None:  # fmt: skip
    seen = client.play(call, "holdsAndResumes")
    assert seen["isHeld"] is True
    assert ("Connected", "None") == (seen["resumed"]["callState"], seen["resumed"]["holdReason"])


def test_supervises_a_live_call_c102(client: JavaScript, call: LiveCall, manager_key: str) -> None:
    seen = client.play(call, "supervises", key=manager_key)
    assert [call.session_id] == seen["live"]
    assert [None, None, "monitor"] == seen["supervising"]


def test_reads_its_rights_and_sets_when_the_call_ends_c104_c105(
    client: JavaScript, call: LiveCall
) -> None:  # fmt: skip
    seen = client.play(call, "hasRights")
    assert ("Manager", "Answered", True) == (seen["supervise"], seen["add"], seen["isNobody"])
    assert {"AddConferenceMember", "EndSession"} <= set(seen["allowed"])


def test_patches_one_member_with_a_body_c7(client: JavaScript, call: LiveCall) -> None:
    third = call.add()
    seen = client.play(call, "mutesOne", memberCallSid=third["callSid"])
    assert [False, False, True] == [one["muted"] for one in seen["muted"]["members"]]
    assert [False] * 3 == [one["muted"] for one in seen["unmuted"]["members"]]


def test_lists_sessions_parties_and_log_c9(client: JavaScript, call: LiveCall) -> None:
    seen = client.play(call, "lists")
    assert [call.session_id] == seen["active"]
    assert ["Caller", "Agent"] == [one["role"] for one in seen["members"]]
    assert [1, 2] == [number for number, _ in seen["events"]]


def test_finds_people_and_calls_from_the_own_device_c99_c100_c101(
    client: JavaScript, call: LiveCall
) -> None:  # fmt: skip
    seen = client.play(call, "findsPeople")
    assert ("Ready", "SetByUser") == (seen["state"], seen["presence"])
    assert ([[COLLEAGUE, "Office"]], 0, 1) == (seen["favorites"], seen["left"], seen["numbers"])
    assert {"Caller", "Agent"} == {one["role"] for one in seen["placed"]["members"]}


def test_tries_several_destinations_c115_c120(client: JavaScript, call: LiveCall) -> None:
    seen = client.play(call, "triesSeveral", other="+13125550143")
    assert ["1", "2"] == seen["attempts"]


def test_sends_digits_c112(client: JavaScript, call: LiveCall) -> None:
    third = call.add()
    seen = client.play(call, "sendsDigits", memberCallSid=third["callSid"])
    assert ("SendDigits" in seen["allowed"], "DigitsSent" in seen["events"]) == (True, True)


def test_transfers_by_the_served_types_c108(client: JavaScript, call: LiveCall) -> None:
    seen = client.play(call, "transfers")
    assert ["Cancelled", "Swapped", "Cancelled", "Completed"] == seen["states"]
    assert seen["isConsult"] is True


def test_survives_an_answer_without_a_body_c22(client: JavaScript, call: LiveCall) -> None:
    assert 204 == client.play(call, "ends")["status"]


def test_reads_the_response_status_of_every_error_c24_c25(
    client: JavaScript, call: LiveCall
) -> None:  # fmt: skip
    seen = client.play(call, "isRefused")
    found = {kind: (one["status"], one["errorCode"]) for kind, one in seen.items()}
    assert {
        "400": (400, "NotEmpty"),
        "401": (401, "Unauthorized"),
        "403": (403, "Forbidden"),
        "404": (404, "NotFound"),
        "409": (409, "CallNotInSession"),
    } == found
    assert ["Destination"] == seen["400"]["fields"]
    assert "Session 'nothing' was not found" == seen["404"]["message"]


def test_sends_a_batch_and_reads_which_item_failed_c5(client: JavaScript, call: LiveCall) -> None:
    seen = client.play(call, "sendsBatches", numbers=[SECOND, THIRD])
    assert seen["url"].endswith("/api/AddConferenceMember[]")
    assert "2" == seen["completed"]
    assert {SECOND, THIRD} <= set(seen["identities"][1])
    assert (400, "NotEmpty") == (seen["flawed"]["status"], seen["flawed"]["errorCode"])
    assert "1" == seen["flawed"]["meta"]["AutoBatchIndex"]
