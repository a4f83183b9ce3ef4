"""`python -m tests.audit`: known vulnerabilities of what the service is installed with.

pip-audit asks the OSV database about each package of requirements.txt. The exit code is 1 where
something is known and 2 where nobody could be asked; with `--tell` it is 0 in any case, for what
was published yesterday or a network that is not there must not fail what passed before.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.txt"
_PROGRAM = Path(sys.executable).with_name("pip-audit")
_PATIENCE = 120  # seconds for all packages
_EACH = 15  # seconds for one answer
_CURE = "`make lock UPGRADE=--upgrade` takes newer versions, where there are any a week old"


@dataclass(frozen=True, slots=True)
class Audit:
    """`code` as `make audit` exits; `lines` for people."""

    code: int
    lines: tuple[str, ...]


def audit(lock: Path = LOCK, options: tuple[str, ...] = (), patience: float = _PATIENCE) -> Audit:
    """Ask about every package of that lock; `options` are further ones of pip-audit."""
    words = [
        str(_PROGRAM), "--requirement", str(lock), "--require-hashes", "--disable-pip",
        "--vulnerability-service", "osv", "--format", "json", "--progress-spinner", "off",
        "--timeout", str(_EACH), *options,
    ]  # fmt: skip
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=patience, check=False)
    except subprocess.TimeoutExpired:
        return _nobody_asked(f"no answer within {patience:g} seconds")
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return _nobody_asked(_last_line(done.stderr))
    return _judged(packages)


def _judged(packages: list[dict[str, Any]]) -> Audit:
    """What pip-audit passes over counts as not asked: alone it would say that nothing is known."""
    skipped = [f"{one['name']}: {one['skip_reason']}" for one in packages if "skip_reason" in one]
    if skipped or not packages:
        return _nobody_asked(*(skipped or ["the lock names no package"]))
    known = [line for package in packages for line in _vulnerabilities(package)]
    if not known:
        return Audit(0, (f"audit: nothing is known of {len(packages)} packages",))
    return Audit(1, (f"audit: {len(known)} KNOWN VULNERABILITIES", *known, _CURE))


def _vulnerabilities(package: dict[str, Any]) -> Iterator[str]:
    for one in package["vulns"]:
        mended = ", ".join(one["fix_versions"]) or "no version yet"
        yield f"  {package['name']} {package['version']}: {one['id']}, mended in {mended}"


def _nobody_asked(*reasons: str) -> Audit:
    said = "audit: NOBODY COULD BE ASKED about known vulnerabilities; this run says nothing of them"
    return Audit(2, (said, *(f"  {reason}" for reason in reasons)))


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "pip-audit said nothing"


def main() -> int:
    """Ask, and say what came of it."""
    found = audit()
    sys.stdout.write("\n".join(found.lines) + "\n")
    return 0 if "--tell" in sys.argv[1:] else found.code


if __name__ == "__main__":
    sys.exit(main())
