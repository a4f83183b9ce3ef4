"""Pages of sessions, as the published Python client asks for them."""

from tests.clients.conftest import LiveCall
from tests.clients.playing import play


def test_lists_in_a_query_are_spelled_as_this_client_does_c44_c45_c72(call: LiveCall) -> None:
    seen = play(call, "asks_for_a_page")
    account = call.session()["accountId"]
    address, _, query = seen["url"].partition("?")
    assert address.endswith("/api/ListSessions")
    assert {f"accountIds=%5B{account},b%5D", "all=true"} == set(query.split("&"))
    assert call.session_id in seen["ids"]
    assert ["SessionInfo"] == seen["types"]
    assert len(seen["ids"]) == seen["totalCount"]
    assert seen["hasMorePages"] is False
