"""Faults to test with: system calls that fail or kill, full and read-only media."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.store.build import closed, opened, segments

REPO = Path(__file__).parents[2]


@dataclass(frozen=True)
class Told:
    """What a witness told, and what strace wrote down."""

    saved: tuple[str, ...]
    refused: tuple[str, ...]
    holds: str
    trace: str


def case_of(path: Path) -> str:
    with opened(path, writable=False) as vault:
        return vault.rows()[0].id


def saved_in(path: Path) -> set[str]:
    """The ids of the changes of the only case, read from the journal alone."""
    shutil.rmtree(path / "cache", ignore_errors=True)
    with opened(path) as vault:
        (row,) = vault.rows()
        return {change.id for change in vault.state(row.id).changes}


def started(path: Path) -> tuple[str, Path]:
    """A closed vault with one case; its id, and the segment that the next session will grow."""
    closed(path, "Start")
    last = segments(path)[-1]
    number = int(last.stem.partition("-")[0]) + 1
    return case_of(path), last.with_name(f"{number:010d}.open")


@functools.cache
def why_not_traced() -> str:
    """Why strace is of no use here, empty where it is."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    done = subprocess.run(
        ["strace", "-qq", "-e", "trace=none", "true"],  # noqa: S607 - the system's
        capture_output=True,
        check=False,
    )
    return "" if done.returncode == 0 else "this system lets no process be traced"


def witness(path: Path, case_id: str, count: int, *strace: str, only: Path | None = None) -> Told:
    """Run a witness, under strace with these options; `only` one file's calls if it is given."""
    command = [sys.executable, "-m", "tests.store.witness", str(path), case_id, str(count)]
    log = path.parent / "trace"
    if strace:
        if why_not_traced():
            pytest.skip(why_not_traced())
        paths = ["-P", str(only)] if only else []
        options = [each for expression in strace for each in ("-e", expression)]
        command = ["strace", "-f", "-qq", "-y", "-o", str(log), *paths, *options, *command]
    done = subprocess.run(  # noqa: S603 - our own
        command, cwd=REPO, capture_output=True, text=True, check=False
    )
    lines = [line.partition(" ") for line in done.stdout.splitlines()]
    assert lines[:1] == [("ready", "", "")], done.stderr
    return Told(
        saved=tuple(rest for word, _, rest in lines if word == "saved"),
        refused=tuple(rest for word, _, rest in lines if word == "refused"),
        holds=next((rest for word, _, rest in lines if word == "holds"), ""),
        trace=log.read_text() if log.exists() else "",
    )


def packed(path: Path, strace: str, *, only: Path | None) -> None:
    """Write a new row pack under strace, which ends it."""
    if why_not_traced():
        pytest.skip(why_not_traced())
    paths = ["-P", str(only)] if only else []
    watch = ["strace", "-f", "-qq", "-o", str(path.parent / "trace"), *paths, "-e", strace]
    command = [sys.executable, "-m", "tests.store.packer", str(path)]
    done = subprocess.run([*watch, *command], cwd=REPO, capture_output=True, check=False)  # noqa: S603 - our own
    assert b"done" not in done.stdout, done.stderr


@contextmanager
def mounted(target: Path, *options: str) -> Iterator[Path]:
    """Mount something on `target` for a while; skip the test where we may not."""
    target.mkdir(mode=0o700, exist_ok=True)
    if os.geteuid() != 0:
        pytest.skip("only root may mount")
    command = ["mount", *options, str(target)]
    done = subprocess.run(  # noqa: S603 - the system's
        command, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"mount is refused here: {done.stderr.strip()}")
    try:
        yield target
    finally:
        subprocess.run(["umount", "-l", str(target)], check=True)  # noqa: S603, S607 - the system's


@contextmanager
def small_disk(target: Path, size: str) -> Iterator[Path]:
    """A tmpfs of so many bytes: it takes part of a write before it says that it is full."""
    with mounted(target, "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs"):
        yield target


def fill(folder: Path) -> Path:
    """Take all the room that is left; return the file that has it."""
    path = folder / "filler"
    with path.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(4096)):
            pass
    return path
