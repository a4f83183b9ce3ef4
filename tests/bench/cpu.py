"""How much processor time a process and its children have used, from Linux's /proc."""

import os
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """User and system time of that process and all below it; 0 where there is no /proc."""
    own = Path(f"/proc/{pid}")
    try:
        fields = (own / "stat").read_text().rpartition(")")[2].split()
        below = (own / f"task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    ticks = int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK") + sum(cpu_seconds(int(child)) for child in below)
