"""The tools that every use case is handed: nothing here is made by a use case itself."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from evovoice.carrier.port import Carrier, DeviceTokens
from evovoice.services.dispatch import Dispatch
from evovoice.services.live_feed import LiveFeed
from evovoice.services.news import News
from evovoice.services.session_changes import SessionChanges
from evovoice.storage.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class Desk:
    """The database, the one way to change a session in it, the carrier behind its dispatch and its
    tokens for devices, the clock, and the limits to keep.

    `new_id(prefix)` makes an id nobody can guess; `news` wakes requests that wait for a
    session; `live_feed` has the consoles that listen at this process; `pause(seconds)` lets
    others have their turn; `max_*` and `adds_per_minute` are the limits of contract 5;
    `may_record`: conversations may be recorded.
    """

    database: Database
    carrier: Carrier
    changes: SessionChanges
    dispatch: Dispatch
    clock: Callable[[], datetime]
    new_id: Callable[[str], str]
    news: News
    live_feed: LiveFeed
    device_tokens: DeviceTokens
    sip_hosts: frozenset[str] = frozenset()
    max_members: int = 10
    max_pending: int = 3
    adds_per_minute: int = 20
    pause: Callable[[float], None] = time.sleep
    may_record: bool = False
