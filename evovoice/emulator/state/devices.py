"""Browser devices: all that one identity has registered ring, the first to accept wins (R19)."""

import re
from collections.abc import Iterator
from typing import Protocol

from evovoice.emulator.choices import Choices
from evovoice.emulator.state.leg import FarEnd, Leg

_CLIENT = "client:"
# Of the Voice SDK's page; the page of <Client> and 31105 allow more, and 256 characters.
_IDENTITY = re.compile(r"[A-Za-z0-9_]{1,121}")
_OTHER_IDENTITY = re.compile(r"[^\s\x00-\x1f]{1,256}")


def is_identity(text: str) -> bool:
    """Letters, digits and `_`, at most 121: with another form no call is placed or received."""
    return _IDENTITY.fullmatch(text) is not None


def is_served(choices: Choices, identity: str) -> bool:
    """Whether a device of that identity can call and be called (`other_identities`)."""
    if choices.other_identities == "served":
        return _OTHER_IDENTITY.fullmatch(identity) is not None
    return is_identity(identity)


class Device(Protocol):
    """Something that can be rung."""

    @property
    def kind(self) -> str:
        """`page`, `by hand` or `telephone`."""

    def ring(self, leg: Leg) -> FarEnd:
        """Somebody calls."""


class DeviceBook:
    """Registered devices by identity and name."""

    def __init__(self) -> None:
        self._devices: dict[str, dict[str, Device]] = {}
        self._with_pages: set[str] = set()

    def __iter__(self) -> Iterator[tuple[str, str, Device]]:
        """Identity, name and device of all that are registered."""
        for identity, devices in self._devices.items():
            for name, device in devices.items():
                yield identity, name, device

    def register(self, identity: str, name: str, device: Device) -> None:
        """One more browser with a token of that identity."""
        self._devices.setdefault(identity, {})[name] = device
        if device.kind == "page":
            self._with_pages.add(identity)

    def unregister(self, identity: str, name: str) -> None:
        """Its page was closed."""
        self._devices.get(identity, {}).pop(name, None)

    def of(self, address: str) -> dict[str, Device]:
        """The devices that ring when `client:identity` is called, by name."""
        if not address.startswith(_CLIENT):
            return {}
        identity = address.removeprefix(_CLIENT).partition("?")[0]
        return dict(self._devices.get(identity, {}))

    def is_offline(self, address: str) -> bool:
        """Whether pages have been registered there, and none is any more."""
        identity = address.removeprefix(_CLIENT).partition("?")[0]
        return identity in self._with_pages and not self.of(address)


def ring(devices: DeviceBook, leg: Leg) -> None:
    """Every one of them; one without devices has a character, as a telephone has."""
    for name, device in devices.of(leg.to).items():
        leg.devices[name] = "ringing"
        leg.ringing_at[name] = device.ring(leg)


def accept(leg: Leg, name: str) -> bool:
    """This one picks up; False when it does not ring (any more), which a browser sees as 31008."""
    if leg.devices.get(name) != "ringing":
        return False
    leg.devices[name] = "accepted"
    leg.far_end = leg.ringing_at.pop(name)
    return True


def reject(leg: Leg, name: str) -> bool:
    """This one declines; True when it was the last that rang."""
    if leg.devices.get(name) == "ringing":
        leg.devices[name] = "rejected"
        del leg.ringing_at[name]
    return "ringing" not in leg.devices.values()


def leave(leg: Leg, name: str) -> None:
    """This one is gone while it rang; the call rings on, if only for the caller's patience."""
    if leg.ringing_at.pop(name, None) is not None:
        leg.devices[name] = "cancelled"


def stop_others(leg: Leg) -> None:
    """Somebody answered or nobody will: the others stop ringing."""
    for name, far_end in leg.ringing_at.items():
        leg.devices[name] = "cancelled"
        far_end.stop_ringing(leg)
    leg.ringing_at.clear()
