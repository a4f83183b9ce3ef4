"""The process of sound: `python -m evovoice.emulator.audio SOCKET ORIGINS`.

SOCKET is the number of an open socket to the core, ORIGINS its address map as JSON. It ends when
the core closes the socket, or is gone.
"""

import asyncio
import gc
import json
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

from evovoice.emulator.audio import messages
from evovoice.emulator.http.address_map import AddressMap
from evovoice.emulator.state.media import Gone, Order, Report


def main() -> int:
    """0 when the core has ended; 1 when there can be no sound, which the core is told."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the core, which ends us
    link = socket.socket(fileno=int(sys.argv[1]))
    addresses = AddressMap(json.loads(sys.argv[2]))
    try:
        asyncio.run(_serve(link, addresses))
    except _NoSound as error:
        link.setblocking(True)
        link.sendall(messages.to_line(Gone(str(error))))
        return 1
    return 0


class _NoSound(Exception):
    """The message is a sentence without its end."""


async def _serve(link: socket.socket, addresses: AddressMap) -> None:
    try:
        from evovoice.emulator.audio import private_parts, service, sound_files  # noqa: PLC0415

        await private_parts.check()
    except ImportError as error:
        raise _NoSound(f"the extra evovoice[audio] is not whole: {error}") from error
    except private_parts.PartMissing as error:
        raise _NoSound(
            f"aiortc has no {error} any more; install the versions of the extra evovoice[audio]"
        ) from error
    private_parts.use_loopback_only()
    reader, writer = await asyncio.open_connection(sock=link, limit=messages.LONGEST_LINE)

    def report(one: Report) -> None:
        writer.write(messages.to_line(one))

    media = service.MediaService(report, sound_files.SoundFiles(addresses.delivered))
    ticking = asyncio.create_task(media.ticker.run())
    reading = asyncio.create_task(_obey_all(reader, media.obey))
    gc.collect()
    gc.freeze()  # what is there by now stays, and need not be looked through in the midst of a tick
    done, _ = await asyncio.wait({ticking, reading}, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()  # an error ends the process, and the core is told; silence would say nothing
    ticking.cancel()
    await media.close()


async def _obey_all(reader: asyncio.StreamReader, obey: Callable[[Order], None]) -> None:
    """Until the core closes its end, or is gone."""
    with suppress(ConnectionError):
        async for line in reader:
            obey(messages.read_order(line))


if __name__ == "__main__":
    sys.exit(main())
