"""The shapes of what is kept of an outside party, and of its erasure (contract 1.4, 2.7)."""

from dataclasses import dataclass

from evovoice.domain.states import Direction
from evovoice.domain.summary import summary
from evovoice.services.personal_data.erasing import Erasure
from evovoice.services.personal_data.exporting import Kept
from evovoice.storage.unit_of_work import ChosenParty
from evovoice.web.dto.session_info import (
    LogLine,
    SessionMemberInfo,
    log_line,
    members_info,
)
from evovoice.web.dto.session_schemas import SessionEventSchema, SessionMemberInfoSchema
from evovoice.web.dto.stamps import stamp
from evovoice.web.servicestack.response_fields import choice, flag, nested_list, number, text, texts
from evovoice.web.servicestack.response_schema import ResponseSchema


class PersonalDataSessionSchema(ResponseSchema):
    """What is kept of one party in one session."""

    id = text("id", "Id of the session")
    account_id = text("accountId", "Account that owns the session")
    account_name = text("accountName", "Name of the account")
    direction = choice(Direction, "direction", "Which way the call went, seen from the account")
    date_created = text("dateCreated", "When the call began, in UTC")
    date_completed = text("dateCompleted", "When it finished")
    outcome = text("outcome", "How it ended")
    destination = text("destination", "What was dialled, as it was typed")
    console_data = text("consoleData", "Free text that a console keeps with the session")
    members = nested_list(SessionMemberInfoSchema, "members", "The party as a member")
    events = nested_list(
        SessionEventSchema, "events", "Lines of the log, but for those of other members"
    )


class PersonalDataFavoriteSchema(ResponseSchema):
    """The party as a favorite of one of our users."""

    account_id = text("accountId", "Account of the user")
    user_id = text("userId", "Whose favorite it is")
    destination = text("destination", "Number or SIP address")
    name = text("name", "What the user calls the party")


class PersonalDataExportSchema(ResponseSchema):
    """A page of what is kept of one party."""

    rows = "sessions"

    sessions = nested_list(
        PersonalDataSessionSchema, "sessions", "The sessions in which the party stands"
    )
    has_more = flag("hasMore", "Whether a page follows")
    favorites = nested_list(
        PersonalDataFavoriteSchema, "favorites", "Whose favorite the party is; on the first page"
    )


class PersonalDataErasureSchema(ResponseSchema):
    """What was found of one number, and what came of it."""

    dry_run = flag("dryRun", "Whether nothing was changed, and this is what would be")
    found_sessions = number("foundSessions", "In how many sessions the number stood")
    erased_sessions = number("erasedSessions", "How many of them are erased now")
    left_session_ids = texts(
        "leftSessionIds", "Those that go on or ended a short while ago: to be erased later"
    )
    has_more = flag("hasMore", "Whether others were not looked at yet: send it again")


@dataclass(frozen=True, slots=True)
class PersonalDataSession:
    """As `PersonalDataSessionSchema`."""

    id: str
    account_id: str
    account_name: str
    direction: Direction
    date_created: str
    date_completed: str | None
    outcome: str | None
    destination: str | None
    console_data: str | None
    members: list[SessionMemberInfo]
    events: list[LogLine]


@dataclass(frozen=True, slots=True)
class PersonalDataFavorite:
    """As `PersonalDataFavoriteSchema`."""

    account_id: str
    user_id: str
    destination: str
    name: str


@dataclass(frozen=True, slots=True)
class PersonalDataExport:
    """As `PersonalDataExportSchema`."""

    sessions: list[PersonalDataSession]
    has_more: bool
    favorites: list[PersonalDataFavorite]


@dataclass(frozen=True, slots=True)
class PersonalDataErasure:
    """As `PersonalDataErasureSchema`."""

    dry_run: bool
    found_sessions: int
    erased_sessions: int
    left_session_ids: list[str]
    has_more: bool


def personal_data_favorites(found: list[ChosenParty]) -> list[PersonalDataFavorite]:
    """Those favorites, as they are told."""
    return [
        PersonalDataFavorite(one.account_id, one.user_id, one.address, one.name) for one in found
    ]


def personal_data_session(kept: Kept) -> PersonalDataSession:
    """What is kept of the party in that session; what was dialled is not theirs where they were
    added later.
    """
    session = kept.session
    was_added = bool(kept.members) and not kept.members[0].is_original
    return PersonalDataSession(
        id=session.id,
        account_id=session.account_id,
        account_name=session.account_name,
        direction=session.direction,
        date_created=stamp(session.created_at),
        date_completed=stamp(session.ended_at) if session.ended_at else None,
        outcome=summary(session).outcome,
        destination=None if was_added else session.destination,
        console_data=session.console_data,
        members=members_info(session, kept.members).members,
        events=[log_line(session.id, number, line) for number, line in kept.lines],
    )


def personal_data_erasure(erasure: Erasure, *, dry_run: bool) -> PersonalDataErasure:
    """That erasure, as it is told."""
    return PersonalDataErasure(
        dry_run, erasure.found, erasure.erased, erasure.left, erasure.has_more
    )  # fmt: skip
