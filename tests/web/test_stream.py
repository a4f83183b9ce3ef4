"""Consoles listen: who hears what, how it is written, and how nothing is missed (C73-C76)."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from evovoice.domain.call_session import CallSession
from evovoice.services import administration
from evovoice.storage.unit_of_work import DatabaseUnavailable
from evovoice.web.stream_response import has_hung_up
from tests.databases import database_url, migrated_file, migrated_postgres, postgres_server
from tests.domain.builders import bridged, incoming
from tests.web.doubles import refused
from tests.web.ear import Ear
from tests.web.site import ANN, EVE, MAX, ROOT, Site, basic, fast_passwords

__all__ = ["database_url", "migrated_file", "migrated_postgres", "postgres_server"]

NEW_CALL = ["SessionInvite", "ActiveSessionsChanged", "SessionInfoChanged"]
PLACES = 4


@pytest.fixture
def site(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    fast_passwords(monkeypatch)
    site = Site(database_url, threads=PLACES * 4)
    site.furnish()
    yield site
    site.database.dispose()


def ask(site: Site, path: str = "/events", verb: str = "GET", **headers: str) -> TestResponse:
    sent = {"Authorization": f"Bearer {site.key}"} | headers
    return site.ask(site.plain(), verb, path, headers=sent)


def ear(site: Site, path: str = "/events", after: int | None = None, **headers: str) -> Ear:
    if after is not None:
        headers["Last-Event-ID"] = str(after)
    response = ask(site, path, **headers)
    assert 200 == response.status_code, response.text
    return Ear(response)


def look(site: Site) -> None:
    """The process's thread looks into the feed."""
    site.context.live_feed.look()


def store(site: Site, session: CallSession) -> None:
    session.modified_at = site.now
    with site.database.writing() as work:
        work.sessions.save(session)
    look(site)


def change(site: Site, text: str, session_id: str = "s-1") -> None:
    """The console's data are no line of the log."""
    with site.database.writing() as work:
        session = work.sessions.for_update("a-1", session_id)
        assert session is not None
        session.console_data, session.modified_at = text, site.now
        work.sessions.save(session)
    look(site)


def another(session_id: str) -> CallSession:
    session = incoming()
    session.id, session.call_sid = session_id, f"CA-{session_id}"
    for member in session.members:
        member.id, member.leg.id = f"{member.id}-{session_id}", f"{member.leg.id}-{session_id}"
    return session


# --- the stream ------------------------------------------------------------------------------


def test_stream_is_opened_with_its_headers_and_its_first_line_c73(site: Site) -> None:
    answer = ask(site)
    assert 200 == answer.status_code
    assert "text/event-stream" == answer.headers["Content-Type"]
    assert "no-store" == answer.headers["Cache-Control"]
    assert Ear(answer).opening.startswith("retry: 2000\n")


def test_stranger_is_turned_away_as_json_c73(site: Site) -> None:
    refused(ask(site, Authorization="Bearer ak-wrong"), 401, "Unauthorized")
    refused(site.client().get("/events", headers={"Accept": "text/event-stream"}), 401,
            "Unauthorized")  # fmt: skip


@pytest.mark.parametrize(
    "path",
    ["/events", "/Events/", "/events.csv", "/events?format=xml", "/api/StreamEvents",
     "/json/reply/streamevents", "/csv/reply/StreamEvents"],
)  # fmt: skip
def test_stream_is_the_same_on_every_address_c73(site: Site, path: str) -> None:
    answer = ask(site, path, Accept="application/xml")
    assert "text/event-stream" == answer.headers["Content-Type"]
    Ear(answer).hang_up()


def test_signed_in_as_everywhere_c73(site: Site) -> None:
    browser = site.client()
    site.sign_in(browser)
    assert 200 == site.ask(browser, "GET", "/events").status_code
    assert 200 == ask(site, **basic()).status_code


def test_head_and_one_way_take_no_place_c73(site: Site) -> None:
    for _ in range(PLACES + 1):
        head = ask(site, verb="HEAD")
        assert (200, b"") == (head.status_code, head.data)
        assert "text/event-stream" == head.headers["Content-Type"]
        head.close()
        assert 204 == ask(site, "/json/oneway/StreamEvents").status_code
    ear(site)


def test_when_all_places_are_taken_the_next_is_asked_to_come_back_c73_c30(site: Site) -> None:
    ears = [ear(site) for _ in range(PLACES)]
    answer = ask(site)
    refused(answer, 503, "TooManyStreams")
    assert "2" == answer.headers["Retry-After"]
    ears[0].hang_up()
    ears[0].hang_up()
    ear(site)
    refused(ask(site), 503, "TooManyStreams")


def test_no_connection_is_held_while_a_client_listens_c73(site: Site) -> None:
    listening = ear(site)
    store(site, incoming())
    assert NEW_CALL == listening.kinds()
    assert 0 == site.database._engine.pool.checkedout()  # type: ignore[attr-defined]


def test_process_that_ends_lets_everybody_go_and_nobody_in_c73(site: Site) -> None:
    listening = ear(site)
    site.app.extensions["evovoice"].close_streams()
    assert listening.has_ended()
    refused(ask(site), 503, "TooManyStreams")


# --- an event --------------------------------------------------------------------------------


def test_event_has_a_rising_id_a_type_and_one_line_of_json_c74(site: Site) -> None:
    listening = ear(site)
    store(site, incoming())
    invite, active, info = listening.listen()
    assert NEW_CALL == [invite.event, active.event, info.event]
    ids = [int(one.id or 0) for one in (invite, active, info)]
    assert ids == sorted(set(ids))
    sessions = [one.data.pop("session") for one in (invite, active, info)]
    shown: dict[str, Any] = ask(site, "/sessions/s-1").get_json()
    del shown["allowed"]  # of answers alone
    assert [shown] * 3 == sessions
    assert {
        "type": "SessionInvite", "channel": "Voice", "endpointId": ANN.id,
        "endpointUserName": "Ann", "sessionId": "s-1", "sender": "+12025550123",
        "title": "Incoming call", "body": "+12025550123", "sequence": 1,
    } == invite.data  # fmt: skip


def test_withheld_caller_is_no_sender_to_call_back_c74(site: Site) -> None:
    listening = ear(site)
    session = incoming()
    session.from_address = "+266696687"
    store(site, session)
    invite, *_ = listening.listen()
    assert ("SessionInvite", False) == (invite.event, "sender" in invite.data)


def test_id_is_the_same_for_every_listener_c74(site: Site) -> None:
    mine, managers = ear(site), ear(site, **basic(MAX))
    store(site, incoming())
    (*_, info), (same,) = mine.listen(), managers.listen()
    assert info == same


def test_line_breaks_in_a_value_do_not_break_the_line_c74(site: Site) -> None:
    store(site, incoming())
    listening = ear(site)
    change(site, "one\ntwo\r\n\nthree\u2028four")
    (info,) = listening.listen()
    assert "one\ntwo\r\n\nthree\u2028four" == info.data["session"]["consoleData"]


def test_sequence_is_that_of_the_log_c74(site: Site) -> None:
    store(site, incoming())
    listening = ear(site)
    change(site, "no line")
    (info,) = listening.listen()
    last = ask(site, "/sessions/s-1/events").json["events"][-1]["sequence"]  # type: ignore[index]
    assert last == info.data["sequence"]


# --- who hears what --------------------------------------------------------------------------


def test_only_the_agent_who_is_rung_is_invited_c75(site: Site) -> None:
    mine, managers, roots = ear(site), ear(site, **basic(MAX)), ear(site, **basic(ROOT))
    store(site, incoming())
    assert NEW_CALL == mine.kinds()
    assert ["SessionInfoChanged"] == managers.kinds() == roots.kinds()


def test_sessions_of_other_accounts_are_not_heard_c75(site: Site) -> None:
    theirs = ear(site, **basic(EVE))
    store(site, incoming())
    assert ["Ping"] == theirs.kinds()


def test_filters_narrow_and_never_widen_c75(site: Site) -> None:
    ears = {
        path: ear(site, path)
        for path in ("/events?sessionIds=s-2", "/events?accountIds=[a-1,a-2]&sessionIds=s-1,s-2")
    }
    foreign = ear(site, "/events?accountIds=a-2")
    roots = ear(site, "/events?accountIds=a-2", **basic(ROOT))
    store(site, incoming())
    store(site, another("s-2"))
    heard = [[one.data["sessionId"] for one in one_ear.listen()] for one_ear in ears.values()]
    assert [["s-2"] * 3, ["s-1"] * 3 + ["s-2"] * 3] == heard
    assert ["Ping"] == foreign.kinds() == roots.kinds()


def test_ping_comes_every_15_seconds_without_an_id_c75(site: Site) -> None:
    listening, begin = ear(site), site.now
    for number in (1, 2, 3):
        (ping,) = listening.listen()
        assert (None, "Ping", {"type": "Ping"}) == (ping.id, ping.event, ping.data)
        assert number * 15 == (site.now - begin).total_seconds()


def test_login_that_ends_ends_its_streams_c75(site: Site) -> None:
    browser = site.client()
    site.sign_in(browser)
    listening = Ear(site.ask(browser, "GET", "/events"))
    site.ask(browser, "POST", "/auth/logout")
    assert listening.has_ended()


# --- whose access ends -----------------------------------------------------------------------


def open_streams(site: Site) -> dict[str, Ear]:
    """Ann's, by each kind of credentials; each has heard of a call."""
    browser = site.client()
    site.sign_in(browser)
    token = ask(site, f"/auth/token?userId={ANN.id}", **basic(MAX)).json or {}
    streams = {
        "key": ear(site),
        "password": ear(site, **basic()),
        "login": Ear(site.ask(browser, "GET", "/events")),
        "token": ear(site, Authorization=f"Bearer {token['authToken']}"),
    }
    store(site, incoming())
    assert [NEW_CALL] * 4 == [one.kinds() for one in streams.values()]
    return streams


def ended(site: Site, streams: dict[str, Ear]) -> list[str]:
    """Which of them are over by now, without anything sent since; time stands still."""
    before = site.now
    over = [name for name, one in streams.items() if one.has_ended()]
    assert before == site.now
    return over


def test_streams_of_a_disabled_user_end_before_anything_else_is_sent_c75_c86(site: Site) -> None:
    """Whatever they were opened by; and new ones are refused."""
    streams = open_streams(site)
    administration.disable_user(site.database, ANN.id, site.now)
    change(site, "not theirs to hear")
    assert ["key", "password", "login", "token"] == ended(site, streams)
    for headers in ({}, basic()):
        refused(ask(site, **headers), 401, "Unauthorized")


def test_streams_of_others_go_on_when_a_user_is_disabled_c75(site: Site) -> None:
    managers, roots = ear(site, **basic(MAX)), ear(site, **basic(ROOT))
    administration.disable_user(site.database, ANN.id, site.now)
    store(site, incoming())
    assert ["SessionInfoChanged"] == managers.kinds() == roots.kinds()


def test_listener_whose_user_is_disabled_is_woken_c75(site: Site) -> None:
    """By the look into the feed, not by the next ping; in a process that did not disable them."""
    woken: list[str] = []
    ear(site)
    site.context.live_feed.notifier.notify = woken.append  # type: ignore[method-assign]
    administration.disable_user(site.database, ANN.id, site.now)
    look(site)
    assert 1 == len(woken)
    look(site)
    assert 1 == len(woken)


def test_new_password_ends_streams_by_login_and_token_c75(site: Site) -> None:
    """The key still counts, and hears on."""
    streams = open_streams(site)
    key, _password = streams.pop("key"), streams.pop("password")
    administration.set_password(site.database, ANN.id, "another horse", site.now)
    change(site, "for those who know the password")
    assert ["login", "token"] == ended(site, streams)
    assert ["SessionInfoChanged"] == key.kinds()


def test_revoked_key_ends_its_streams_alone_c75(site: Site) -> None:
    streams = open_streams(site)
    key = streams.pop("key")
    (known,) = administration.keys_of(site.database, ANN.id)
    administration.revoke_key(site.database, known.id, site.now)
    change(site, "not for the key")
    assert ["key"] == ended(site, {"key": key})
    assert [["SessionInfoChanged"]] * 3 == [one.kinds() for one in streams.values()]


def test_user_disabled_while_they_begin_to_listen_hears_nothing_c75(site: Site) -> None:
    """The feed told of it before they were among its listeners, after they were let in."""
    feed, join = site.context.live_feed, site.context.live_feed.join

    def join_late(*arguments: Any) -> Any:
        administration.disable_user(site.database, ANN.id, site.now)
        look(site)
        return join(*arguments)

    feed.join = join_late  # type: ignore[method-assign]
    listening = ear(site)
    store(site, incoming())
    assert listening.has_ended()


def test_guesses_at_the_password_keep_no_stream_open_c75(site: Site) -> None:
    """Who cannot be let in right now is not known to be who they were."""
    listening = ear(site, **basic())
    store(site, incoming())
    assert NEW_CALL == listening.kinds()
    administration.disable_user(site.database, ANN.id, site.now)
    for _ in range(12):
        ask(site, "/sessions/active", **basic(password="wrong"))
    change(site, "not theirs to hear")
    assert listening.has_ended()


def test_stream_ends_after_ten_to_fifteen_minutes_c75(site: Site) -> None:
    listening, begin = ear(site), site.now
    pings = 0
    while not listening.has_ended():
        pings += 1
    assert 600 <= (site.now - begin).total_seconds() <= 900
    assert 39 <= pings <= 60


# --- coming back -----------------------------------------------------------------------------


def test_who_comes_back_has_missed_nothing_c76(site: Site) -> None:
    listening = ear(site)
    store(site, incoming())
    listening.listen()
    listening.hang_up()
    for text in "abc":
        change(site, text)
        site.later(minutes=1)
    back = ear(site, after=listening.last_id)
    change(site, "d")
    missed, live = back.listen(), back.listen()
    assert ["SessionInfoChanged"] * 4 == [one.event for one in (*missed, *live)]
    ids = [int(one.id or 0) for one in (*missed, *live)]
    assert ids == sorted(set(ids))


def test_connection_that_broke_within_a_change_is_taken_up_there_c76(site: Site) -> None:
    listening = ear(site)
    store(site, incoming())
    invite, *rest = listening.listen()
    assert [rest] == [ear(site, after=invite.id).listen()]


def test_who_heard_nothing_yet_has_an_id_to_come_back_with_c76(site: Site) -> None:
    """Even a connection that breaks before the first event loses nothing."""
    listening = ear(site)
    assert listening.last_id is not None
    listening.hang_up()
    store(site, incoming())
    assert NEW_CALL == ear(site, after=listening.last_id).kinds()


def test_who_hears_nothing_for_long_is_kept_up_to_date_c76(site: Site) -> None:
    """Others talk; this console's id moves on with the pings, and stays good."""
    store(site, incoming())
    theirs = ear(site, **basic(EVE))
    first = theirs.last_id
    change(site, "x")
    mark, ping = theirs.listen()
    assert (None, "Ping") == (mark.event, ping.event)
    assert first < mark.id == theirs.last_id  # type: ignore[operator]
    assert ["Ping"] == ear(site, after=theirs.last_id, **basic(EVE)).kinds()


def test_id_of_who_heard_something_moves_on_too_c76(site: Site) -> None:
    """What came after it was none of theirs, and all of it in the same look."""
    listening = ear(site)
    store(site, incoming())
    with site.database.writing() as work:
        foreign = another("s-9")
        foreign.account_id, foreign.modified_at = "a-2", site.now
        work.sessions.save(foreign)
    look(site)
    (*_, last) = listening.listen()
    mark, ping = listening.listen()
    assert (None, "Ping") == (mark.event, ping.event)
    assert int(last.id or 0) < int(mark.id or 0)


def test_ping_comes_in_time_though_events_never_end_c75(site: Site) -> None:
    listening = ear(site)
    store(site, incoming())
    listening.listen()
    site.later(seconds=15)
    change(site, "a")
    heard = [listening.kinds(), listening.kinds()]
    assert [["Ping"], ["SessionInfoChanged"]] == heard


def test_who_comes_back_too_late_reads_everything_again_c76(site: Site) -> None:
    listening = ear(site)
    store(site, incoming())
    listening.listen()
    listening.hang_up()
    change(site, "a")
    site.later(minutes=11)
    change(site, "b")
    forget(site)
    back = ear(site, after=listening.last_id)
    (lost,) = back.listen()
    assert ("ActiveSessionsChanged", back.last_id) == (lost.event, lost.id)
    assert "session" not in lost.data
    change(site, "c")
    assert ["SessionInfoChanged"] == back.kinds()
    assert ["SessionInfoChanged"] == ear(site, after=lost.id).kinds()


def forget(site: Site) -> None:
    site.app.extensions["evovoice"]._worker._forget_changes()


def test_five_minutes_are_always_kept_c76(site: Site) -> None:
    listening = ear(site)
    store(site, incoming())
    listening.hang_up()
    site.later(minutes=5)
    change(site, "a")
    forget(site)
    assert [*NEW_CALL, "SessionInfoChanged"] == ear(site, after=listening.last_id).kinds()


@pytest.mark.parametrize("text", ["999999999999", "x", "-1", "9" * 400, "1e3", "\u0663"])
def test_id_that_we_never_gave_is_too_old_c76(site: Site, text: str) -> None:
    store(site, incoming())
    back = ear(site, **{"Last-Event-ID": text})
    assert ["ActiveSessionsChanged"] == back.kinds()
    change(site, "a")
    assert ["SessionInfoChanged"] == back.kinds()


def test_who_reads_too_slowly_is_let_go_and_comes_back_for_the_rest_c76(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evovoice.services.live.listener._LONGEST", 5)
    slow = ear(site)
    store(site, incoming())
    for text in "abc":
        change(site, text)
    assert slow.has_ended()
    slow.hang_up()
    heard = ear(site, after=slow.last_id).kinds()
    assert [*NEW_CALL, *["SessionInfoChanged"] * 3] == heard


def test_much_that_was_missed_comes_page_by_page_c76(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evovoice.services.live.live_feed._PAGE", 2)
    listening = ear(site)
    store(site, incoming())
    for text in "abcd":
        change(site, text)
    back = ear(site, after=listening.last_id)
    assert [4, 2, 1] == [len(back.listen()) for _ in range(3)]
    assert ["Ping"] == back.kinds()


def test_process_that_lags_behind_another_tells_nothing_twice_c76(
    site: Site, database_url: str
) -> None:
    """A console that moves over has heard more than the process it comes to."""
    other = Site(database_url, threads=PLACES * 4)
    other.key = site.key
    waiting = ear(other)
    store(site, incoming())
    told = ear(site, after=waiting.last_id)
    told.listen()
    moved = ear(other, after=told.last_id)
    look(other)
    assert NEW_CALL == waiting.kinds()
    assert "Ping" == moved.kinds()[-1]
    other.database.dispose()


def test_process_where_nobody_listens_reads_no_changes_and_begins_at_the_newest_c76(
    site: Site,
) -> None:
    store(site, bridged())
    listening = ear(site)
    assert ["Ping"] == listening.kinds()
    change(site, "a")
    assert ["SessionInfoChanged"] == listening.kinds()


def test_database_that_is_away_ends_a_stream_that_has_to_read_c76(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    listening = ear(site)
    store(site, incoming())
    back = ear(site, after=listening.last_id)

    def away() -> Any:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(site.database, "reading", away)
    assert back.has_ended()


# --- a client that goes away -----------------------------------------------------------------


def test_client_that_has_hung_up_frees_its_place_with_the_next_ping_c75(site: Site) -> None:
    """Not with the second, when the operating system would tell."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        headers = {"Authorization": f"Bearer {site.key}"}
        answer = site.ask(
            site.plain(), "GET", "/events", headers=headers,
            environ_overrides={"gunicorn.socket": ours},
        )  # fmt: skip
        listening = Ear(answer)
        assert ["Ping"] == listening.kinds()
        theirs.send(b"GET /next HTTP/1.1\r\n")  # a client may send ahead
        assert ["Ping"] == listening.kinds()
        theirs.close()
        assert ours.recv(100)
        assert listening.has_ended()


def test_connection_that_is_gone_altogether_has_hung_up_c75() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        assert not has_hung_up(ours)
        ours.close()
        assert has_hung_up(ours)
