"""Carries out our Dockerfile without Docker: each stage in a folder of its own, its paths below it.

An image is more than that: another operating system, a root of its own. What is the same are the
files that COPY takes, the commands, their environment, and the user who is not root.
"""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.deploy.dockerfile import Instruction, Stage, filled_in, sent_to_the_builder, stages

ROOT = Path(__file__).parents[2]
_USUAL_PATH = "/usr/local/bin:/usr/bin:/bin"
_OURS = ("/opt", "/srv")  # where our Dockerfile puts things


@dataclass(slots=True)
class Built:
    """A stage: where its files are, and what its commands run with."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    user: str = ""

    def placed(self, text: str) -> str:
        """The text with our folders below this stage's."""
        for name in _OURS:
            text = text.replace(f"{name}/", f"{self.folder}{name}/")
        return text

    def path(self, name: str) -> Path:
        """Where a path of the image is; a relative one is below its working folder."""
        absolute = name if name.startswith("/") else f"{self.workdir}/{name}"
        return Path(f"{self.folder}{absolute}")

    def environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """What a command of it is given, and nothing of ours."""
        return {name: self.placed(value) for name, value in self.environ.items()} | dict(more)

    def command(self, words: list[str]) -> list[str]:
        """It as it can be run here."""
        return [self.placed(word) for word in words]


class Image:
    """The last stage, and what its containers do; `log` is what they print."""

    def __init__(self, folder: Path, arguments: Mapping[str, str]) -> None:
        self._folder, self._arguments = folder, arguments
        self.log = folder / "log"
        self._built: dict[str, Built] = {}
        tools = folder / "tools"
        tools.mkdir()
        (tools / "python").symlink_to(Path(sys.executable).resolve())
        folder.chmod(0o755)  # the image's user reads it
        self._path = f"{tools}:{_USUAL_PATH}"
        every = stages((ROOT / "Dockerfile").read_text())
        for place, stage in enumerate(every):
            self._built[stage.name or str(place)] = self._build(stage, folder / f"stage{place}")
        self.stage = every[-1]
        self.built = self._built[self.stage.name or str(len(every) - 1)]

    def popen(self, words: list[str], more: Mapping[str, str]) -> "subprocess.Popen[bytes]":
        """A container: the entry point with these words, in an environment of its own."""
        entry = self.stage.last("ENTRYPOINT").words({})
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.built.command([*entry, *words]), cwd=self.built.path(self.built.workdir),
                env=self.built.environment(more), user=self.user, process_group=0, stdout=log,
                stderr=log,
            )  # fmt: skip

    def is_healthy(self, more: Mapping[str, str]) -> bool:
        """What the health check of the image says of a container with that environment."""
        words = Instruction("CMD", self.stage.last("HEALTHCHECK").text.partition(" CMD ")[2])
        check = subprocess.run(
            self.built.command(words.words({})), env=self.built.environment(more),
            user=self.user, capture_output=True, check=False, timeout=30,
        )  # fmt: skip
        return check.returncode == 0

    @property
    def user(self) -> int | None:
        """Whose number the image names; None where it cannot be taken here: by who is not root, or
        where the Python of this machine is for its owner alone.
        """
        if os.geteuid() != 0 or not _is_for_all(Path(sys.executable).resolve()):
            return None
        return int(self.built.user.partition(":")[0])

    def _build(self, stage: Stage, folder: Path) -> Built:
        built = Built(folder, {"PATH": self._path})
        folder.mkdir()
        for one in stage.instructions:
            if one.word == "ARG":
                (name,) = one.pairs()
                built.variables |= {name: self._arguments.get(name, one.pairs()[name])}
            elif one.word == "ENV":
                known = {**built.variables, **built.environ}
                built.environ |= {
                    name: filled_in(value, known) for name, value in one.pairs().items()
                }
            elif one.word == "WORKDIR":
                built.workdir = one.text
                built.path(one.text).mkdir(parents=True, exist_ok=True)
            elif one.word == "USER":
                built.user = one.text
            elif one.word == "COPY":
                self._copy(built, one.words(built.variables))
            elif one.word == "RUN":
                self._run(built, one)
        return built

    def _copy(self, built: Built, words: list[str]) -> None:
        *sources, target = [word for word in words if not word.startswith("--")]
        for source in sources:
            if words[0].startswith("--from="):
                origin = self._built[words[0].removeprefix("--from=")].path(source)
            else:
                origin = self._context() / source
            place = built.path(target)
            place.parent.mkdir(parents=True, exist_ok=True)
            if origin.is_dir():
                shutil.copytree(origin, place, symlinks=True, dirs_exist_ok=True)
            else:
                shutil.copy(origin, place)

    def _run(self, built: Built, run: Instruction) -> None:
        assert run.is_exec_form, f"a shell's line cannot be carried out here: {run.text}"
        words = built.command(run.words(built.variables))
        done = subprocess.run(
            words, cwd=built.path(built.workdir), env=built.environment(_way_to_packages()),
            check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert done.returncode == 0, f"{run.text} can be carried out. It said:\n{done.stdout}"

    def _context(self) -> Path:
        """What `docker build` would be sent."""
        context = self._folder / "context"
        if not context.exists():
            for name in sent_to_the_builder(ROOT, (ROOT / ".dockerignore").read_text()):
                (context / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, context / name)
        return context


def _way_to_packages() -> dict[str, str]:
    """What Docker's builder has of its own: where packages come from is this machine's business."""
    return {
        name: text for name, text in os.environ.items()
        if name.startswith("PIP_") or name.lower().endswith("_proxy")
    }  # fmt: skip


def _is_for_all(program: Path) -> bool:
    """Whether everybody may go into each of its folders, and run it."""
    return all(one.stat().st_mode & stat.S_IXOTH for one in (program, *program.parents))
