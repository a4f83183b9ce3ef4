"""Browser devices: all that one identity has registered ring, the first to accept wins (R19)."""

import re

from evovoice.emulator.choices import Choices
from evovoice.emulator.state.leg import Leg

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


class DeviceBook:
    """Names of registered devices by identity."""

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {}

    def register(self, identity: str, name: str) -> None:
        """One more browser with a token of that identity."""
        names = self._names.setdefault(identity, [])
        if name not in names:
            names.append(name)

    def unregister(self, identity: str, name: str) -> None:
        """Its page was closed."""
        names = self._names.get(identity, [])
        if name in names:
            names.remove(name)

    def of(self, address: str) -> tuple[str, ...]:
        """The devices that ring when `client:identity` is called."""
        if not address.startswith(_CLIENT):
            return ()
        identity = address.removeprefix(_CLIENT).partition("?")[0]
        return tuple(self._names.get(identity, ()))


def ring(devices: DeviceBook, leg: Leg) -> None:
    """Every one of them; one without devices has a character, as a telephone has."""
    for name in devices.of(leg.to):
        leg.devices[name] = "ringing"


def accept(leg: Leg, name: str) -> bool:
    """This one picks up; False when it does not ring (any more), which a browser sees as 31008."""
    if leg.devices.get(name) != "ringing":
        return False
    leg.devices[name] = "accepted"
    return True


def reject(leg: Leg, name: str) -> bool:
    """This one declines; True when it was the last that rang."""
    if leg.devices.get(name) == "ringing":
        leg.devices[name] = "rejected"
    return "ringing" not in leg.devices.values()


def stop_others(leg: Leg) -> None:
    """Somebody answered or nobody will: the others stop ringing."""
    for name, state in leg.devices.items():
        if state == "ringing":
            leg.devices[name] = "cancelled"
