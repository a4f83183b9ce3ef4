"""The core's side of sound: a process that starts with the first page, and ends with the core."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.util import find_spec

from evovoice.emulator.audio import messages
from evovoice.emulator.state.media import Gone, Order, Report

_PACKAGES = ("aioice", "aiortc", "av", "numpy", "pylibsrtp")
_PATIENCE = 2.0
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # the products are tiny


def is_installed() -> bool:
    """Whether the extra is; nothing is imported for it."""
    return all(find_spec(name) is not None for name in _PACKAGES)


class AudioProcess:
    """A `Media`. `before` and `after` are called around every report."""

    def __init__(
        self,
        before: Callable[[], None],
        after: Callable[[], None],
        origins: Mapping[str, str] | None = None,
    ) -> None:
        self._before = before
        self._after = after
        self._origins = dict(origins or {})
        self._report: Callable[[Report], None] = _ignore
        self._waiting: list[bytes] = []
        self._writer: asyncio.StreamWriter | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self.pid: int | None = None

    def attach(self, report: Callable[[Report], None]) -> None:
        """Where reports go."""
        self._report = report

    def wake(self) -> None:
        """Begin to start, if it has not: it takes a second or two, and a call is coming soon."""
        if self._task is None and not self._closing:
            self._task = asyncio.get_running_loop().create_task(self._run())

    def order(self, order: Order) -> None:
        """Written at once, or as soon as the process is there."""
        self.wake()
        line = messages.to_line(order)
        if self._writer is not None:
            self._writer.write(line)
        else:
            self._waiting.append(line)

    async def close(self) -> None:
        """It ends by itself when nobody is at the other end; not waited for without limit."""
        self._closing = True
        if self._writer is not None:
            self._writer.close()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        ours, theirs = socket.socketpair()
        origins = json.dumps(self._origins)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "evovoice.emulator.audio", str(theirs.fileno()), origins),
            pass_fds=(theirs.fileno(),),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,  # ours may be read until its last holder is gone
            env={**os.environ, **ONE_THREAD},
        )
        theirs.close()
        self.pid = process.pid
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=messages.LONGEST_LINE)
        self._writer.writelines(self._waiting)
        if self._closing:
            self._writer.close()
        said_why = await self._read(reader)
        code = await _ended(process)
        if not self._closing and not said_why:
            self._tell(Gone(f"its process has ended ({_described(code)})"))

    async def _read(self, reader: asyncio.StreamReader) -> bool:
        """Until it is over; whether it said why."""
        said_why = False
        with suppress(ConnectionError):
            async for line in reader:
                report = messages.read_report(line)
                said_why = said_why or isinstance(report, Gone)
                self._tell(report)
        return said_why

    def _tell(self, report: Report) -> None:
        if not self._closing:
            self._before()
            self._report(report)
            self._after()


async def _ended(process: asyncio.subprocess.Process) -> int:
    try:
        return await asyncio.wait_for(process.wait(), _PATIENCE)
    except TimeoutError:
        process.kill()
        return await process.wait()


def _described(code: int) -> str:
    return f"exit code {code}" if code >= 0 else signal.Signals(-code).name


def _ignore(report: Report) -> None:
    """Nobody asked yet."""
