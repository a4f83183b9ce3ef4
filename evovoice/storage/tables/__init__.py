"""All tables. Importing any of them completes `Base.metadata`. Others import from here."""

from evovoice.storage.tables.audit import AuditEntryRow, AuditHeadRow, RefusedSignInRow
from evovoice.storage.tables.base import KEY, Base, table
from evovoice.storage.tables.deleted_sessions import DeletedSessionRow
from evovoice.storage.tables.devices import DeviceTokenRow
from evovoice.storage.tables.directory import (
    AccountRow,
    ApiKeyRow,
    IdempotencyRecordRow,
    NumberAgentRow,
    NumberRow,
    RateBudgetRow,
    UserRow,
)
from evovoice.storage.tables.early_reports import EarlyReportRow
from evovoice.storage.tables.external_identities import ExternalIdentityRow
from evovoice.storage.tables.favorites import FavoriteRow
from evovoice.storage.tables.feed import ChangeRow, FeedHeadRow
from evovoice.storage.tables.kept_digits import KeptDigitsRow
from evovoice.storage.tables.listeners import ListenerRow
from evovoice.storage.tables.logins import KnownNetworkRow, LoginAttemptsRow, LoginRow
from evovoice.storage.tables.outbox import OrderRow
from evovoice.storage.tables.presence import PresenceRow
from evovoice.storage.tables.receipts import ReceiptRow
from evovoice.storage.tables.second_factors import RecoveryCodeRow, SecondFactorRow
from evovoice.storage.tables.sessions import (
    CallSessionRow,
    MemberRow,
    SessionCountRow,
    SessionEventRow,
)
from evovoice.storage.tables.speech import SpeechRow

__all__ = [
    "KEY",
    "AccountRow",
    "ApiKeyRow",
    "AuditEntryRow",
    "AuditHeadRow",
    "Base",
    "CallSessionRow",
    "ChangeRow",
    "DeletedSessionRow",
    "DeviceTokenRow",
    "EarlyReportRow",
    "ExternalIdentityRow",
    "FavoriteRow",
    "FeedHeadRow",
    "IdempotencyRecordRow",
    "KeptDigitsRow",
    "KnownNetworkRow",
    "ListenerRow",
    "LoginAttemptsRow",
    "LoginRow",
    "MemberRow",
    "NumberAgentRow",
    "NumberRow",
    "OrderRow",
    "PresenceRow",
    "RateBudgetRow",
    "ReceiptRow",
    "RecoveryCodeRow",
    "RefusedSignInRow",
    "SecondFactorRow",
    "SessionCountRow",
    "SessionEventRow",
    "SpeechRow",
    "UserRow",
    "table",
]
