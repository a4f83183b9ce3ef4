"""A browser device, driven by methods of the in-process emulator (R19)."""

from evovoice.emulator.engine import remote_party
from evovoice.emulator.engine.far_ends import DeviceByHand
from evovoice.emulator.engine.remote_party import Impossible, admit
from evovoice.emulator.exchange import Exchange
from evovoice.emulator.state.leg import Leg
from evovoice.emulator.state.phones import plain


class Browser:
    """One registered device; several may have the same identity."""

    def __init__(self, exchange: Exchange, identity: str, name: str) -> None:
        self._network = exchange.network
        self._identity = identity
        self._name = name
        admit(self._network, identity)
        self._network.devices.register(identity, name, DeviceByHand())

    def close(self) -> None:
        """It rings no more."""
        self._network.devices.unregister(self._identity, self._name)

    def rings(self) -> bool:
        """Whether somebody calls."""
        return self._incoming() is not None

    def state(self, call_sid: str) -> str | None:
        """`ringing`, `accepted`, `rejected` or `cancelled`; None: it never rang here."""
        leg = self._network.legs.get(call_sid)
        return leg.devices.get(self._name) if leg else None

    def accept(self) -> str:
        """Pick up; returns the CallSid."""
        leg = self._incoming()
        if leg is None:
            raise Impossible(f"{self._name} of {self._identity} does not ring (31008)")
        remote_party.accept(self._network, leg.sid, self._name)
        return leg.sid

    def reject(self) -> None:
        """Decline; the call is declined when no other device rings."""
        leg = self._incoming()
        if leg is not None:
            remote_party.decline(self._network, leg.sid, self._name)

    def _incoming(self) -> Leg | None:
        for leg in self._network.legs:
            mine = plain(leg.to) == f"client:{self._identity}"
            if mine and leg.status == "ringing" and leg.devices.get(self._name) == "ringing":
                return leg
        return None
