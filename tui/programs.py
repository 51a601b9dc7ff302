"""The programs beside breachcase that a person may need, and their versions, without a network."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final, NamedTuple

_PATIENCE_S: Final = 5.0
_LONGEST: Final = 60  # characters of what a program says of itself


class Program(NamedTuple):
    """What it is called, how it tells its version, and what it is of use for."""

    name: str
    words: tuple[str, ...]
    use: str


PROGRAMS: Final = (
    Program("rclone", ("rclone", "--version"), "moves a vault's journal between machines"),
    Program("ssh-keygen", ("ssh", "-V"), "verifies our bundles without breachcase"),
    Program("age", ("age", "--version"), "opens our bundles without breachcase"),
)


def version_of(program: Program) -> str | None:
    """Return the first line that a program says of its version; None where it is not found.

    Only a program in a folder named in full in PATH is started: never one of the working folder.
    """
    found = [_place(name) for name in (program.name, program.words[0])]
    if not all(found):
        return None
    try:
        ran = subprocess.run(  # noqa: S603 - a program of the table above, no shell
            [found[1] or "", *program.words[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return "does not say"
    said = ran.stdout.decode("utf-8", "replace").strip().splitlines()
    return said[0][:_LONGEST] if said else "does not say"


def _place(name: str) -> str | None:
    folders = [each for each in os.get_exec_path() if Path(each).is_absolute()]
    return shutil.which(name, path=os.pathsep.join(folders))
