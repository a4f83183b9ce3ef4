"""The hash chains of logs and audit trail: made in the background, and read to be verified."""

from evovoice.storage.database.connection import Connection
from evovoice.storage.repositories.audit_chain import AuditChain
from evovoice.storage.repositories.late_lines import LateLines
from evovoice.storage.repositories.stored_links import StoredLinks


class HashChains:
    """The chains, as one transaction sees them."""

    def __init__(self, connection: Connection) -> None:
        self.trail = AuditChain(connection)
        self.late_lines = LateLines(connection)
        self.stored = StoredLinks(connection)
