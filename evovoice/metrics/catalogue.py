"""Every metric that is counted as it happens. What each means stands in `docs/metrics.md` too."""

from evovoice.metrics.instruments import counter, gauge, histogram

_REQUEST = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_CARRIER = (0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 3, 4.5, 6, 10)
_SETTING_UP = (0.5, 1, 1.5, 2, 3, 4, 5, 7.5, 10, 15, 30)
_ANSWERING = (1, 2.5, 5, 10, 15, 20, 30, 45, 60, 120)
_LATE = (0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300)

# --- calls ---------------------------------------------------------------------------------------

SESSIONS = counter(
    "evovoice_sessions_opened_total", "Calls that came or were placed", "direction",
    values=("incoming", "outgoing"),
)  # fmt: skip
ADDS = counter(
    "evovoice_adds_total",
    "Commands to add somebody or to hand a call over, by what they were answered",
    "outcome",
    values=(
        "ordered", "bad_destination", "not_allowed", "limit", "call_state", "carrier_refused",
        "carrier_away", "database_away", "error",
    ),
)  # fmt: skip
RINGING = histogram(
    "evovoice_member_ringing_seconds",
    "From the command that adds a party until the carrier reports that it rings",
    buckets=_SETTING_UP,
)
ANSWERED = histogram(
    "evovoice_member_answered_seconds",
    "From the command that adds a party until it answers",
    buckets=_ANSWERING,
)
MEMBERS_FAILED = counter(
    "evovoice_members_failed_total", "Parties that were called and never answered", "outcome",
    values=("busy", "no-answer", "failed", "canceled"),
)  # fmt: skip
CONVERSIONS = histogram(
    "evovoice_conversion_seconds",
    "From the claim until a plain call is a conference, or is known to become none",
    "outcome",
    buckets=_SETTING_UP,
)
for _outcome in ("done", "failed"):
    CONVERSIONS.labels(_outcome)

# --- the carrier ---------------------------------------------------------------------------------

REPORT_LAG = histogram(
    "evovoice_report_lag_seconds",
    "From the carrier's own time of a report until it is received; below a second it is noise,"
    " as the carrier gives whole seconds",
    "kind",
    buckets=_LATE,
)
REPEATED_REPORTS = counter(
    "evovoice_repeated_reports_total", "Reports that the carrier had delivered before"
)
REFUSED_SIGNATURES = counter(
    "evovoice_webhook_signatures_refused_total", "Webhooks whose signature is not the carrier's"
)
CARRIER_REQUESTS = histogram(
    "evovoice_carrier_request_seconds",
    "What the carrier was told or asked, with the questions that belong to it",
    "operation", "result",
    buckets=_CARRIER,
)  # fmt: skip
CARRIER_FAILURES = counter(
    "evovoice_carrier_failures_total", "Those of them that came to nothing, by why", "result",
    values=("refused", "busy", "unreachable", "account_rejected", "unknown", "error"),
)  # fmt: skip
ORDERS = counter(
    "evovoice_orders_total",
    "Attempts at orders: done, repeated later, failed with consequences, given up after repeats",
    "kind", "outcome",
)  # fmt: skip
CARRIER_AWAY = gauge(
    "evovoice_carrier_away",
    "1 where requests of a process did not reach the carrier, or were not answered, in the last"
    " 20 s, and it has heard nothing of it since",
    mode="livemax",
)

# --- people --------------------------------------------------------------------------------------

REFUSED_SIGN_INS = counter(
    "evovoice_sign_ins_refused_total", "Credentials that let nobody in", "reason",
    values=("wrong_password", "too_many", "unknown_key"),
)  # fmt: skip
STREAMS = gauge("evovoice_event_streams", "Consoles that listen", mode="livesum")
STREAM_PLACES = gauge(
    "evovoice_event_stream_places", "Consoles that may listen at most", mode="livesum"
)
REFUSED_STREAMS = counter(
    "evovoice_event_streams_refused_total", "Consoles for which there was no place"
)
REQUESTS = histogram(
    "evovoice_http_request_seconds",
    "Requests until their response begins; operation 'none': nothing answers that address",
    "operation", "status",
    buckets=_REQUEST,
)  # fmt: skip

# --- the service itself --------------------------------------------------------------------------

CONNECTIONS = gauge(
    "evovoice_database_connections", "Connections to the database in use", mode="livesum"
)
CONNECTION_PLACES = gauge(
    "evovoice_database_connection_places", "Connections that may be used at most", mode="livesum"
)
CONNECTION_WAITS = counter(
    "evovoice_database_connection_waits_total",
    "Transactions that found every connection of their process in use",
)
DATABASE_FAILURES = counter(
    "evovoice_database_failures_total",
    "Transactions that failed since the database was away or too busy",
)
LAST_TURN = gauge(
    "evovoice_background_last_turn_timestamp_seconds",
    "When the background last did a round of that task, in the process where that is longest ago",
    "task",
    mode="livemin",
)
