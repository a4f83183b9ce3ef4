"""What every use case gets as its first argument: database, carrier, clock and limits."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from evovoice.carrier.device_route import DeviceRoute
from evovoice.carrier.port import Carrier, DeviceTokens
from evovoice.services.live.change_notifier import ChangeNotifier
from evovoice.services.live.live_feed import LiveFeed
from evovoice.services.outbox.dispatch import Dispatch
from evovoice.services.outbox.order_lanes import Lane
from evovoice.services.outbox.outage import Outage
from evovoice.services.outbox.session_changes import SessionChanges
from evovoice.services.search_limit import SearchLimit
from evovoice.storage.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class AppContext:
    """The services of one process, shared by all its requests and its worker.

    `changes` is the only way to change a session; `dispatch` gives orders to `carrier`;
    `device_tokens` makes the carrier's access tokens, with which a device goes by `device_route`.

    `new_id(prefix)` makes an id nobody can guess; `notifier` wakes requests that wait for a
    session; `live_feed` has the event streams of this process; `pause(seconds)` sleeps; `max_*`,
    `adds_per_minute` and `calls_at_once` are the limits of contract 5; `may_record`: conversations
    may be recorded; `outage`: what to make up for once the database is back; `looks`: where the
    carrier is asked; `retention`: how long after a session's end personal data are kept, None: for
    ever; `searches`: what each user may still search for.
    """

    database: Database
    carrier: Carrier
    changes: SessionChanges
    dispatch: Dispatch
    clock: Callable[[], datetime]
    new_id: Callable[[str], str]
    notifier: ChangeNotifier
    live_feed: LiveFeed
    device_tokens: DeviceTokens
    outage: Outage
    looks: Lane
    device_route: DeviceRoute
    sip_hosts: frozenset[str] = frozenset()
    max_members: int = 10
    max_pending: int = 3
    adds_per_minute: int = 20
    calls_at_once: int = 10
    pause: Callable[[float], None] = time.sleep
    may_record: bool = False
    retention: timedelta | None = None
    searches: SearchLimit = field(default_factory=SearchLimit)
