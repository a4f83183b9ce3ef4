"""The addresses of an operation: names, prefixes, suffixes, other verbs, batches (C1-C6)."""

from typing import Any

import pytest

from evovoice.domain.errors import SessionNotFound
from tests.web.doubles import MEMBERS, WebApp, refused

BODY = {"sessionId": "s-1", "destination": "x"}
ADD = "AddConferenceMember"


def _asked(web: WebApp) -> list[tuple[str, str]]:
    return [(one.session_id, one.destination) for _, (_, one) in web.calls.calls]


@pytest.mark.parametrize(
    "path", [f"/api/{ADD}", "/API/addconferencemember/", f"/Api/{ADD.upper()}"]
)
def test_every_operation_answers_under_its_name_in_any_case_c2(web: WebApp, path: str) -> None:
    assert "s-1" == web.api("POST", path, json=BODY).get_json()["id"]
    assert [("s-1", "x")] == _asked(web)


def test_name_of_no_operation_is_404_c2(web: WebApp) -> None:
    for path in ("/api/Nothing", "/api", "/api/", "/api/GetSession/s-1", "/json/reply/Nothing"):
        refused(web.api("GET", path), 404, "NotFound")


@pytest.mark.parametrize(
    ("kind", "content_type"),
    [
        ("json", "application/json; charset=utf-8"), ("xml", "application/xml"),
        ("jsv", "application/jsv"), ("csv", "text/csv"), ("CSV", "text/csv"),
    ],
)  # fmt: skip
def test_prefix_says_the_format_c3_c19(web: WebApp, kind: str, content_type: str) -> None:
    response = web.api("POST", f"/{kind}/reply/{ADD}", json=BODY)
    assert (200, content_type) == (response.status_code, response.headers["Content-Type"])


@pytest.mark.parametrize("kind", ["json", "xml", "jsv", "csv"])
def test_one_way_does_the_work_and_answers_nothing_c3(web: WebApp, kind: str) -> None:
    response = web.api("POST", f"/{kind}/oneway/{ADD}", json=BODY)
    assert (204, b"") == (response.status_code, response.data)
    assert [("s-1", "x")] == _asked(web)


def test_one_way_still_says_what_is_wrong_c3(web: WebApp) -> None:
    response = web.api("POST", f"/csv/oneway/{ADD}", json={})
    assert (400, "text/csv") == (response.status_code, response.headers["Content-Type"])


@pytest.mark.parametrize("path", [f"/api/{ADD}", f"/csv/reply/{ADD}", f"/xml/oneway/{ADD}"])
def test_operation_takes_its_own_verb_on_every_address_c4(web: WebApp, path: str) -> None:
    response = web.api("GET", path, headers={"Accept": "application/json"})
    assert (405, "POST") == (response.status_code, response.headers["Allow"])
    assert f"{ADD} takes POST" in response.get_data(as_text=True)


def test_head_goes_with_get_on_every_address_c4(web: WebApp) -> None:
    response = web.api("HEAD", "/api/GetSession?sessionId=s-1")
    assert (200, b"") == (response.status_code, response.data)


@pytest.mark.parametrize("verb", ["DELETE", "delete", " Delete "])
def test_post_may_stand_for_another_verb_c4(web: WebApp, verb: str) -> None:
    response = web.api("POST", "/sessions/s-1", headers={"X-HTTP-Method-Override": verb})
    assert 204 == response.status_code
    assert ["end_session"] == [name for name, _ in web.calls.calls]


def test_only_a_post_stands_for_another_verb_and_never_for_one_without_body_c4(web: WebApp) -> None:
    web.api("GET", "/sessions/s-1", headers={"X-HTTP-Method-Override": "DELETE"})
    response = web.api("POST", "/sessions/s-1", headers={"X-HTTP-Method-Override": "HEAD"})
    assert b"{" == response.data[:1]
    assert ["get_session"] * 2 == [name for name, _ in web.calls.calls]
    response = web.api("POST", "/sessions/s-1", headers={"X-HTTP-Method-Override": "BREW"})
    refused(response, 405, "MethodNotAllowed")


BATCHES = [f"/api/{ADD}[]", f"/json/reply/{ADD}[]", f"/api/{ADD}%5B%5D", f"/JSON/Reply/{ADD}%5b%5d"]


@pytest.mark.parametrize("path", BATCHES)
def test_batch_runs_its_items_in_order_c5(web: WebApp, path: str) -> None:
    items = [{**BODY, "destination": name} for name in "abc"]
    response = web.api("POST", path, json=items)
    assert ["s-1"] * 3 == [session["id"] for session in response.get_json()]
    assert "3" == response.headers["X-AutoBatch-Completed"]
    assert [("s-1", name) for name in "abc"] == _asked(web)


def test_empty_batch_is_an_empty_list_c5(web: WebApp) -> None:
    response = web.api("POST", BATCHES[0], json=[])
    assert (b"[]", "0") == (response.data, response.headers["X-AutoBatch-Completed"])


@pytest.mark.parametrize(
    ("item", "status", "code"),
    [
        ({"sessionId": "s-1"}, 400, "NotEmpty"), (1, 400, "SerializationException"),
        ([], 400, "SerializationException"), (None, 400, "SerializationException"),
        ({**BODY, "sessionId": "a.b"}, 404, "NotFound"),
        ({**BODY, "callSid": 1}, 400, "SerializationException"),
    ],
)  # fmt: skip
def test_first_failure_stops_a_batch_and_says_where_c5(
    web: WebApp, item: Any, status: int, code: str
) -> None:
    response = web.api("POST", BATCHES[0], json=[BODY, BODY, item, BODY])
    refused(response, status, code)
    assert "2" == response.get_json()["responseStatus"]["meta"]["AutoBatchIndex"]
    assert "2" == response.headers["X-AutoBatch-Completed"]
    assert 2 == len(web.calls.calls)


def test_refusal_of_a_service_and_a_bug_say_where_too_c5(web: WebApp) -> None:
    for error, status in ((SessionNotFound("s-1"), 404), (KeyError("x"), 500)):
        web.calls.error = error
        response = web.api("POST", BATCHES[0], json=[BODY])
        meta = response.get_json()["responseStatus"]["meta"]
        assert (status, "0") == (response.status_code, meta["AutoBatchIndex"])
        assert "0" == response.headers["X-AutoBatch-Completed"]


def test_batch_is_bounded_c5(web: WebApp) -> None:
    assert 200 == web.api("POST", BATCHES[0], json=[BODY] * 50).status_code
    response = web.api("POST", BATCHES[0], json=[BODY] * 51)
    assert "At most 50 requests in one batch" == refused(response, 400, "BatchTooLong")
    response = web.api("POST", BATCHES[0], json=[{"x": "y" * 100_000}])
    refused(response, 400, "NotEmpty")
    response = web.api("POST", BATCHES[0], json=[{"x": "y" * 300_000}])
    assert "The body may have at most 262144 bytes" == refused(response, 413, "BodyTooLarge")


def test_batch_is_json_and_a_list_c5(web: WebApp) -> None:
    for body in (b"", b"{}", b"1", b"[", b"[1", b"[" * 300):
        response = web.api("POST", BATCHES[0], data=body)
        refused(response, 400, "SerializationException")
    response = web.api("POST", BATCHES[0], data=b"A\na", content_type="text/csv")
    refused(response, 415, "UnsupportedContentType")


@pytest.mark.parametrize(
    "path",
    ["/api/EndSession[]", "/api/GetSession[]", f"/csv/reply/{ADD}[]", f"/json/oneway/{ADD}[]",
     f"{MEMBERS}[]"],
)  # fmt: skip
def test_there_are_no_batches_of_anything_else_c5(web: WebApp, path: str) -> None:
    assert 404 == web.api("POST", path, json=[]).status_code


def test_each_item_of_a_batch_has_its_own_idempotency_key_c5(web: WebApp) -> None:
    web.api("POST", BATCHES[0], json=[BODY, BODY], headers={"Idempotency-Key": "k"})
    assert ["k.0", "k.1"] == [one.idempotency_key for _, (_, one) in web.calls.calls]


@pytest.mark.parametrize("suffix", ["csv", "CSV", "csv/"])
def test_suffix_says_the_format_and_is_cut_off_c6(web: WebApp, suffix: str) -> None:
    for path in ("/sessions/s-1", "/sessions/active", "/sessions/s-1/events"):
        response = web.api("GET", f"{path}.{suffix}")
        assert (200, "text/csv") == (response.status_code, response.headers["Content-Type"])
    response = web.api("POST", f"/api/{ADD}.{suffix}", json=BODY)
    assert (200, "text/csv") == (response.status_code, response.headers["Content-Type"])
    assert "s-1" == web.calls.calls[0][1][1]


@pytest.mark.parametrize("suffix", [".pdf", ".yaml", ".csvx", ".", ".csv.", ".csv.pdf"])
def test_any_other_suffix_belongs_to_the_id_c6(web: WebApp, suffix: str) -> None:
    message = refused(web.api("GET", f"/sessions/s-1{suffix}"), 404, "NotFound")
    assert f"Session 's-1{suffix}' was not found" == message


def test_only_one_suffix_is_cut_off_and_never_a_whole_part_c6(web: WebApp) -> None:
    response = web.api("GET", "/sessions/s-1.csv.json")
    assert "Session 's-1.csv' was not found" == refused(response, 404, "NotFound")
    response = web.api("GET", "/sessions/.json")
    assert "Session '.json' was not found" == refused(response, 404, "NotFound")
