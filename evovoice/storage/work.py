"""All repositories, as one transaction sees them."""

from dataclasses import dataclass

from evovoice.storage.database.connection import Connection
from evovoice.storage.repositories.api_keys import ApiKeys
from evovoice.storage.repositories.audit_trail import AuditTrail
from evovoice.storage.repositories.call_sessions import CallSessions
from evovoice.storage.repositories.deleted_sessions import DeletedSessions
from evovoice.storage.repositories.destinations import Destinations
from evovoice.storage.repositories.device_tokens import DeviceTokens
from evovoice.storage.repositories.directory import Directory
from evovoice.storage.repositories.early_reports import EarlyReports
from evovoice.storage.repositories.external_identities import ExternalIdentities
from evovoice.storage.repositories.feed import Feed
from evovoice.storage.repositories.figures import Figures
from evovoice.storage.repositories.hash_chains import HashChains
from evovoice.storage.repositories.kept_digits import KeptDigitsRepository
from evovoice.storage.repositories.known_users import KnownUsers
from evovoice.storage.repositories.listeners import Listeners
from evovoice.storage.repositories.live_legs import LiveLegs
from evovoice.storage.repositories.login_attempts import LoginAttempts
from evovoice.storage.repositories.logins import Logins
from evovoice.storage.repositories.numbers import Numbers
from evovoice.storage.repositories.order_history import OrderHistory
from evovoice.storage.repositories.outbox import Outbox
from evovoice.storage.repositories.personal_data import PersonalData
from evovoice.storage.repositories.presences import Presences
from evovoice.storage.repositories.receipts import IdempotencyRecords, Receipts
from evovoice.storage.repositories.second_factors import SecondFactors
from evovoice.storage.repositories.session_archive import SessionArchive
from evovoice.storage.repositories.session_lists import SessionLists
from evovoice.storage.repositories.snapshots import Snapshots
from evovoice.storage.repositories.speeches import Speeches


@dataclass(frozen=True, slots=True)
class UnitOfWork:
    """All that is stored, as one transaction sees it.

    `connection` is what the repositories of this transaction speak to. Nobody above storage uses
    it; tests look with it at what was stored, and write what another program would.
    """

    connection: Connection
    sessions: CallSessions
    outbox: Outbox
    directory: Directory
    known_users: KnownUsers
    numbers: Numbers
    api_keys: ApiKeys
    receipts: Receipts
    idempotency_records: IdempotencyRecords
    logins: Logins
    login_attempts: LoginAttempts
    feed: Feed
    session_lists: SessionLists
    session_archive: SessionArchive
    live_legs: LiveLegs
    device_tokens: DeviceTokens
    early_reports: EarlyReports
    deleted_sessions: DeletedSessions
    listeners: Listeners
    audit: AuditTrail
    figures: Figures
    personal_data: PersonalData
    order_history: OrderHistory
    hash_chains: HashChains
    second_factors: SecondFactors
    external_identities: ExternalIdentities
    presences: Presences
    destinations: Destinations
    kept_digits: KeptDigitsRepository
    speeches: Speeches


def unit_of_work(connection: Connection, snapshots: Snapshots) -> UnitOfWork:
    """Those of a transaction on that connection."""
    return UnitOfWork(
        connection,
        CallSessions(connection, snapshots),
        Outbox(connection),
        Directory(connection),
        KnownUsers(connection),
        Numbers(connection),
        ApiKeys(connection),
        Receipts(connection),
        IdempotencyRecords(connection),
        Logins(connection),
        LoginAttempts(connection),
        Feed(connection),
        SessionLists(connection),
        SessionArchive(connection),
        LiveLegs(connection),
        DeviceTokens(connection),
        EarlyReports(connection),
        DeletedSessions(connection),
        Listeners(connection),
        AuditTrail(connection),
        Figures(connection),
        PersonalData(connection),
        OrderHistory(connection),
        HashChains(connection),
        SecondFactors(connection),
        ExternalIdentities(connection),
        Presences(connection),
        Destinations(connection),
        KeptDigitsRepository(connection),
        Speeches(connection),
    )
