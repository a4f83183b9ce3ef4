"""What is stored keeps its words and keys, whatever classes and fields are called in the program.

The rows here are literal copies of what version 1 of the program writes. An older process reads
the rows of a newer one during a deploy, so both directions count.
"""

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, get_args

import pytest
from sqlalchemy import Engine, insert, select

from evovoice.carrier.port import (
    CarrierBusy,
    CarrierError,
    CarrierRefused,
    CarrierUnreachable,
    CredentialsRefused,
    NotSetUp,
    OutcomeUnknown,
)
from evovoice.domain.announcements import Announcement
from evovoice.domain.conference import Conference, ParticipantState
from evovoice.domain.leg import AskedBy, Leg, LegEnd, ParticipantSettings
from evovoice.domain.messages import LOOK
from evovoice.domain.orders import (
    AdjustLeg,
    AnnounceToLeg,
    CancelLeg,
    DialLeg,
    DialSupervisor,
    EndConference,
    HangUpLeg,
    Order,
    PlaceCall,
    PlayDigits,
    RecordLeg,
    RedirectLeg,
)
from evovoice.domain.states import EndSource, HangupLevel, LegProgress, Outcome, Recording
from evovoice.domain.transfer import Substitute, Transfer, TransferEnd, TransferKind
from evovoice.services.outbox.order_results import order_result
from evovoice.storage.database.engine import engine_for
from evovoice.storage.mapping.order_documents import order_document, order_from, order_kind
from evovoice.storage.mapping.session_documents import (
    conference_documents,
    conferences_from,
    look_documents,
    settings_document,
    settings_from,
)
from evovoice.storage.mapping.transfer_documents import transfer_documents, transfers_from
from evovoice.storage.tables import CallSessionRow, MemberRow, OrderRow, table
from evovoice.storage.unit_of_work import Database
from tests.storage.builders import NOW, ringing_session

ORDERS: list[tuple[Order, str, dict[str, Any]]] = [
    (
        RedirectLeg("l-2", "CA2", "room-1", "ie1"),
        "MoveLeg",
        {"leg_id": "l-2", "call_sid": "CA2", "room_name": "room-1", "region": "ie1"},
    ),
    (
        DialLeg("l-3", "CF1", "+14155550100", "+12025550123"),
        "DialLeg",
        {
            "leg_id": "l-3",
            "conference_sid": "CF1",
            "to": "+14155550100",
            "from_number": "+12025550123",
            "ring_seconds": 30,
            "detect_machine": False,
        },
    ),
    (
        DialSupervisor("l-3", "CF1", "client:eve_1", "+12025550123", "CA2"),
        "DialSupervisor",
        {
            "leg_id": "l-3",
            "conference_sid": "CF1",
            "to": "client:eve_1",
            "from_number": "+12025550123",
            "ring_seconds": 30,
            "detect_machine": False,
            "coached": "CA2",
        },
    ),
    (
        PlaceCall("l-1", "+14155550100", "+12025550123"),
        "PlaceCall",
        {"leg_id": "l-1", "to": "+14155550100", "from_number": "+12025550123"},
    ),
    (CancelLeg("l-3", "CA3"), "CancelLeg", {"leg_id": "l-3", "call_sid": "CA3"}),
    (
        HangUpLeg("l-2", "CA2", "Goodbye"),
        "HangUpLeg",
        {"leg_id": "l-2", "call_sid": "CA2", "sentence": "Goodbye"},
    ),
    (EndConference("CF1"), "CloseRoom", {"conference_sid": "CF1"}),
    (
        AdjustLeg("l-3", "CA3", "CF1", held=True, coaching="CA2"),
        "AdjustLeg",
        {
            "leg_id": "l-3",
            "call_sid": "CA3",
            "conference_sid": "CF1",
            "held": True,
            "muted": None,
            "coaching": "CA2",
        },
    ),
    (RecordLeg("l-1", "CA1"), "RecordLeg", {"leg_id": "l-1", "call_sid": "CA1"}),
    (
        AnnounceToLeg("l-1", "CA1", "CF1", Announcement.RETURNING),
        "AnnounceToLeg",
        {
            "leg_id": "l-1",
            "call_sid": "CA1",
            "conference_sid": "CF1",
            "announcement": "returning",
        },
    ),
    (
        PlayDigits("l-1", "CA1", "CF1", "d-1"),
        "PlayDigits",
        {"leg_id": "l-1", "call_sid": "CA1", "conference_sid": "CF1", "digits_key": "d-1"},
    ),
]
TRANSFER = Transfer(
    "t-1", TransferKind.CONSULT, "u-ann", "l-1", "l-2", "+12025550123", NOW,
    (Substitute("m-8", "l-8", "client:ann_1", "Ann", "u-ann"),), 1, ("m-1",),
    handed_over=True, end=TransferEnd.AGENT_BACK, ended_at=NOW,
)  # fmt: skip
TRANSFER_DOCUMENT = {
    "id": "t-1",
    "kind": "Consult",
    "user_id": "u-ann",
    "own_leg_id": "l-1",
    "to_leg_id": "l-2",
    "from_number": "+12025550123",
    "started_at": "2026-11-22T10:30:15.123457+00:00",
    "substitutes": [
        {
            "member_id": "m-8",
            "leg_id": "l-8",
            "address": "client:ann_1",
            "display_name": "Ann",
            "user_id": "u-ann",
        }
    ],
    "rung": 1,
    "placed": ["m-1"],
    "handed_over": True,
    "end": "agent back",
    "ended_at": "2026-11-22T10:30:15.123457+00:00",
}
PART = ParticipantSettings(True, False, "CA3", False, True, "CA2", True, Recording.STARTED)
PART_DOCUMENT = {
    "held": True,
    "muted": False,
    "coaching": "CA3",
    "ordered_held": False,
    "ordered_muted": True,
    "ordered_coaching": "CA2",
    "in_flight": True,
    "recording": 3,
}
ROOM = Conference(
    "CF1", NOW, True, False, True, {"CA1": ParticipantState(7, True, False, True, True)},
    end_wanted_at=NOW,
)  # fmt: skip
ROOM_DOCUMENT = {
    "conference_sid": "CF1",
    "first_heard_at": "2026-11-22T10:30:15.123457+00:00",
    "started": True,
    "closed": False,
    "close_ordered": True,
    "end_wanted_at": "2026-11-22T10:30:15.123457+00:00",
    "marks": {
        "CA1": {"sequence": 7, "inside": True, "held": False, "muted": True, "coaching": True}
    },
}
PROGRESS = {
    LegProgress.QUEUED: "QUEUED",
    LegProgress.INITIATED: "INITIATED",
    LegProgress.RINGING: "RINGING",
    LegProgress.ANSWERED: "ANSWERED",
}
SOURCES = {
    EndSource.INFERRED: "INFERRED",
    EndSource.CONFERENCE: "ROOM",
    EndSource.ORDER: "ORDER",
    EndSource.CALL: "CALL",
}
STOPS = {
    HangupLevel.NOT: "NOT",
    HangupLevel.CANCEL: "CANCEL",
    HangupLevel.DECLINE: "DECLINE",
    HangupLevel.HANG_UP: "HANG_UP",
    HangupLevel.REMOVE: "REMOVE",
}
RECORDINGS = {
    Recording.NOT: 0,
    Recording.ORDERED: 1,
    Recording.REFUSED: 2,
    Recording.STARTED: 3,
    Recording.ENDED: 4,
}
RESULTS: list[tuple[CarrierError | None, str]] = [
    (None, "done"),
    (CarrierRefused(21211, 400, "No such number"), "CarrierRefused"),
    (CarrierBusy(), "CarrierBusy"),
    (CarrierUnreachable("gone"), "CarrierUnreachable"),
    (CredentialsRefused(20003, 401), "AccountRejected"),
    (OutcomeUnknown("no answer"), "OutcomeUnknown"),
    (NotSetUp("TWILIO_API_KEY"), "NotSetUp"),
]
_MEMBERS, _SESSIONS, _ORDERS = table(MemberRow), table(CallSessionRow), table(OrderRow)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The database beside the program's own way to it."""
    engine = engine_for(database_url)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(("order", "kind", "document"), ORDERS)
def test_an_order_is_stored_by_its_kind_and_keys(
    order: Order, kind: str, document: dict[str, Any]
) -> None:
    """Written as before, and read back to the same order."""
    assert (kind, document) == (order_kind(order), order_document(order))
    assert order == order_from(kind, document)


def test_every_order_and_every_field_of_it_is_stored() -> None:
    """A new order or field needs its word or key."""
    written = {type(order): document for order, _, document in ORDERS}
    assert set(get_args(Order)) == set(written)
    for kind, document in written.items():
        assert len(fields(kind)) == len(document)


def test_an_order_without_a_later_field_has_its_default() -> None:
    """A process of the version before does not write what it does not know."""
    document = {"leg_id": "l-3", "call_sid": "CA3", "conference_sid": "CF1", "held": True}
    assert AdjustLeg("l-3", "CA3", "CF1", held=True) == order_from("AdjustLeg", document)


def test_orders_in_rows_of_the_version_before_are_carried_out(
    database: Database, engine: Engine
) -> None:
    """They come out of the outbox as the same orders."""
    with database.writing() as unit:
        unit.sessions.save(ringing_session())
    row = {
        "account_id": "a-acme", "session_id": "s-1", "created_at": NOW, "due": NOW, "tries": 0,
        "uncertain": False, "lease_token": None, "lease_until": None, "result": None,
    }  # fmt: skip
    rows = [
        row | {"id": f"o-{place:02}", "kind": kind, "body": document}
        for place, (_, kind, document) in enumerate(ORDERS)
    ]
    with engine.begin() as connection:
        connection.execute(insert(_ORDERS), rows)
    with database.reading() as unit:
        found = unit.outbox.open_of("a-acme", "s-1")
    assert [order for order, _, _ in ORDERS] == [stored.order for stored in found]


def test_rows_of_orders_are_those_of_the_version_before(database: Database, engine: Engine) -> None:
    """An older process, which knows these kinds and keys only, can carry the orders out."""
    session = ringing_session()
    session.orders.extend(order for order, _, _ in ORDERS)
    with database.writing() as unit:
        unit.sessions.save(session)
    with engine.connect() as connection:
        rows = connection.execute(select(_ORDERS.c.kind, _ORDERS.c.body).order_by(_ORDERS.c.id))
        assert [(kind, document) for _, kind, document in ORDERS] == [tuple(row) for row in rows]


def _with_everything(
    progress: LegProgress = LegProgress.QUEUED,
    source: EndSource = EndSource.CALL,
    hangup_level: HangupLevel = HangupLevel.NOT,
) -> Leg:
    end = LegEnd(Outcome.NO_ANSWER, source, NOW, "No answer", 21211)
    return Leg(
        "l-2-s-1", "CA2", progress, NOW, end, NOW, "given up", hangup_level, PART, NOW,
        hangup_by=AskedBy("u-ann", "Ann"), withdrawn_code=21220,
    )  # fmt: skip


LEGS = [
    *[
        (_with_everything(progress=one), {"leg_progress": word, "leg_end_source": "CALL"})
        for one, word in PROGRESS.items()
    ],
    *[(_with_everything(source=one), {"leg_end_source": word}) for one, word in SOURCES.items()],
    *[(_with_everything(hangup_level=one), {"leg_stop": word}) for one, word in STOPS.items()],
]


def test_refused_releases_are_stored_and_read_back() -> None:
    """Seldom there; a row of the version before has none."""
    settings = ParticipantSettings(held=True, refused_releases=2, release_again_at=NOW)
    document = settings_document(settings)
    assert (2, NOW.isoformat()) == (document["refused_releases"], document["release_again_at"])
    assert settings == settings_from(document)
    assert ParticipantSettings(held=True) == settings_from({"held": True})


def test_refused_change_is_stored_and_read_back() -> None:
    """Seldom there; a row of the version before has none."""
    settings = ParticipantSettings(muted=True, refused="it is busy")
    assert "it is busy" == settings_document(settings)["refused"]
    assert settings == settings_from(settings_document(settings))
    assert "refused" not in settings_document(ParticipantSettings(muted=True))


LOOK_AT_1 = ParticipantState(LOOK, True, True, False, at=NOW, is_answer=True)
LOOKED_AT = Conference(
    "CF1", NOW, True, False, True, {"CA1": LOOK_AT_1}, {"CA1": LOOK_AT_1},
    {"CA1": ParticipantState(7, True, False, True, at=NOW)},
)  # fmt: skip
EVENT_DOCUMENT = {
    "sequence": 7, "inside": True, "held": False, "muted": True, "coaching": False,
    "at": "2026-11-22T10:30:15.123457+00:00",
}  # fmt: skip
COUNTS = {"sequence": -1, "inside": True, "held": True, "muted": False, "coaching": False}


def test_a_look_that_counts_is_a_mark_for_the_version_before() -> None:
    """It reads what counts, and the event before it is kept beside. When it was seen stands
    apart: a later look that says the same changes nothing in the conferences' own document.
    """
    (document,) = conference_documents([LOOKED_AT])
    assert {"CA1": COUNTS} == document["marks"]
    assert {"CA1": EVENT_DOCUMENT} == document["overruled"]
    looks = look_documents([LOOKED_AT])
    seen = {"at": "2026-11-22T10:30:15.123457+00:00", "is_answer": True}
    assert {"CF1": {"CA1": COUNTS | seen}} == looks
    assert {"CF1": LOOKED_AT} == conferences_from([document], looks)


def test_every_state_of_a_leg_has_its_word() -> None:
    """A new state needs one."""
    assert [*LegProgress] == list(PROGRESS)
    assert [*EndSource] == list(SOURCES)
    assert [*HangupLevel] == list(STOPS)
    assert [*Recording] == list(RECORDINGS)


@pytest.mark.parametrize(("leg", "words"), LEGS)
def test_a_leg_is_stored_in_words_and_read_from_them(
    database: Database, engine: Engine, leg: Leg, words: dict[str, str]
) -> None:
    """Both ways on one row: as the program writes it, and as it reads what was written before."""
    session = ringing_session()
    session.members[1].leg = leg
    session.conferences["CF1"] = ROOM
    with database.writing() as unit:
        unit.sessions.save(session)
    wanted = {
        "leg_progress": "QUEUED", "leg_end_outcome": "no-answer", "leg_stop": "NOT",
        "leg_part": PART_DOCUMENT, "leg_stopped_by": "u-ann", "leg_stopped_by_name": "Ann",
        "leg_withdrawn_code": 21220,
    } | words  # fmt: skip
    columns = [_MEMBERS.c[name] for name in wanted]
    with engine.connect() as connection:
        query = select(*columns).where(_MEMBERS.c.id == "m-2-s-1")
        assert wanted == connection.execute(query).mappings().one()
        assert [ROOM_DOCUMENT] == connection.execute(select(_SESSIONS.c.rooms)).scalar_one()
    engine.dispose()
    with database.reading() as unit:
        loaded = unit.sessions.get("s-1", "a-acme")
    assert loaded is not None
    assert leg == loaded.members[1].leg
    assert {"CF1": ROOM} == loaded.conferences


def test_a_session_in_rows_of_the_version_before_is_read(
    database: Database, engine: Engine
) -> None:
    """Rows that another process has changed are read in the words that it wrote."""
    with database.writing() as unit:
        unit.sessions.save(ringing_session())
    member = {
        "leg_call_sid": "CA2", "leg_progress": "RINGING", "leg_end_outcome": "canceled",
        "leg_end_source": "ROOM", "leg_end_at": NOW, "leg_stop": "DECLINE",
        "leg_part": PART_DOCUMENT,
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(_MEMBERS.update().where(_MEMBERS.c.id == "m-2-s-1").values(member))
        connection.execute(_SESSIONS.update().values(rooms=[ROOM_DOCUMENT], version=2))
    with database.reading() as unit:
        loaded = unit.sessions.get("s-1", "a-acme")
    assert loaded is not None
    end = LegEnd(Outcome.CANCELED, EndSource.CONFERENCE, NOW)
    wanted = Leg(
        "l-2-s-1",
        "CA2",
        LegProgress.RINGING,
        end=end,
        hangup_level=HangupLevel.DECLINE,
        settings=PART,
    )
    assert wanted == loaded.members[1].leg
    assert {"CF1": ROOM} == loaded.conferences


_MOMENT, _STAMP = NOW, "2026-11-22T10:30:15.123457+00:00"


@pytest.mark.parametrize(
    ("conference", "keys"),
    [
        (Conference("CF1", NOW, ended=True), {"closed": True}),
        (
            Conference("CF1", NOW, presumed_over_at=_MOMENT),
            {"closed": True, "presumed_over_at": _STAMP},
        ),
        (
            Conference("CF1", NOW, presumed_over_at=_MOMENT, last_alive_at=_MOMENT),
            {"closed": False, "presumed_over_at": _STAMP, "last_alive_at": _STAMP},
        ),
        (Conference("CF1", NOW, doubted_at=_MOMENT), {"closed": False, "doubted_at": _STAMP}),
        (
            Conference("CF1", NOW, inside_at={"CA1": _MOMENT}),
            {"closed": False, "inside_at": {"CA1": _STAMP}},
        ),
    ],
)
def test_what_is_known_of_the_end_of_a_conference_is_stored(
    conference: Conference, keys: dict[str, Any]
) -> None:
    """`closed` is all that the version before reads, and all that it writes."""
    (document,) = conference_documents([conference])
    rest = {"conference_sid", "first_heard_at", "started", "close_ordered", "marks"}
    assert keys == {key: document[key] for key in document if key not in rest}
    assert {"CF1": conference} == conferences_from([document], {})


def test_a_conference_without_a_later_field_has_its_default() -> None:
    """A process of the version before does not write what it does not know."""
    document = {key: value for key, value in ROOM_DOCUMENT.items() if key != "end_wanted_at"}
    assert {"CF1": replace(ROOM, end_wanted_at=None)} == conferences_from([document], {})


@pytest.mark.parametrize(("recording", "number"), RECORDINGS.items())
def test_a_recording_is_stored_by_its_number(recording: Recording, number: int) -> None:
    """Written and read."""
    document = settings_document(ParticipantSettings(muted=True, recording=recording))
    assert number == document["recording"]
    assert type(document["recording"]) is int
    assert recording is settings_from(document).recording


def test_of_most_legs_nothing_is_wished_and_nothing_stored() -> None:
    """An empty document stands for the defaults, and so does every key that is left out."""
    assert {} == settings_document(ParticipantSettings())
    assert ParticipantSettings() == settings_from({})
    assert ParticipantSettings(held=True) == settings_from({"held": True})


@pytest.mark.parametrize(("error", "word"), RESULTS)
def test_a_finished_order_says_in_a_word_what_came_of_it(
    error: CarrierError | None, word: str
) -> None:
    """The words do not follow the names of the errors."""
    assert word == order_result(error)


def test_transfers_keep_their_words_and_keys() -> None:
    assert [TRANSFER_DOCUMENT] == transfer_documents([TRANSFER])
    assert [TRANSFER] == transfers_from([TRANSFER_DOCUMENT])
    assert ([], None) == (transfers_from(None), transfer_documents([]))
