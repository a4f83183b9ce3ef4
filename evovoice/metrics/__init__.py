"""Figures for operators: what is counted, and how the processes of one machine are read together.

Nothing here knows a call, a table or a request. prometheus-client looks at the environment when it
is imported: a server of several processes calls `evovoice.shared_folder` before.
"""

from evovoice.metrics.catalogue import (
    ADDS,
    ANSWERED,
    CARRIER_AWAY,
    CARRIER_FAILURES,
    CARRIER_REQUESTS,
    CONNECTION_PLACES,
    CONNECTION_WAITS,
    CONNECTIONS,
    CONVERSIONS,
    DATABASE_FAILURES,
    LAST_TURN,
    MEMBERS_FAILED,
    ORDERS,
    REFUSED_SIGN_INS,
    REFUSED_SIGNATURES,
    REFUSED_STREAMS,
    REPEATED_REPORTS,
    REPORT_LAG,
    REQUESTS,
    RINGING,
    SESSIONS,
    STREAM_PLACES,
    STREAMS,
)

__all__ = [
    "ADDS",
    "ANSWERED",
    "CARRIER_AWAY",
    "CARRIER_FAILURES",
    "CARRIER_REQUESTS",
    "CONNECTIONS",
    "CONNECTION_PLACES",
    "CONNECTION_WAITS",
    "CONVERSIONS",
    "DATABASE_FAILURES",
    "LAST_TURN",
    "MEMBERS_FAILED",
    "ORDERS",
    "REFUSED_SIGNATURES",
    "REFUSED_SIGN_INS",
    "REFUSED_STREAMS",
    "REPEATED_REPORTS",
    "REPORT_LAG",
    "REQUESTS",
    "RINGING",
    "SESSIONS",
    "STREAMS",
    "STREAM_PLACES",
]
