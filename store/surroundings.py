"""What the machine protects and what it does not: process, memory, swap, file system, room."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from store import ballast, host, platform
from store.finding import Finding
from store.host import Mount

_MIB: Final = 1024 * 1024
_TIGHT: Final = 64 * _MIB  # bytes free below which a person should know
_FULL: Final = 4 * _MIB


def process(*, dumpable: bool, cores: bool) -> Finding:
    """Say how far this process's memory is kept from others; call it once hardened."""
    if dumpable or cores:
        open_to = "other programs of this user may read its memory" if dumpable else ""
        written = "a crash may write its memory to disk" if cores else ""
        said = "; ".join(each for each in (open_to, written) if each)
        return Finding("process", "warn", said, "this system does not allow better; use another")
    said = "closed to your other programs, not to root; no core; umask 077"
    return Finding("process", "ok", said)


def memory(*, can_pin: bool, clear_swaps: Iterable[str] | None) -> Finding:
    """Say whether keys and texts of an open vault can reach a disk by way of swap."""
    if clear_swaps is None:
        return Finding(
            "swap",
            "note",
            "this system does not tell whether swap is encrypted",
            "encrypt swap, or turn it off",
        )
    names = ", ".join(clear_swaps)
    if names:
        return Finding(
            "swap",
            "warn",
            f"not encrypted: {names}; memory of an open vault may be written there in clear",
            "encrypt swap, or turn it off (swapoff)",
        )
    pinning = "mlock works" if can_pin else "mlock is refused"
    return Finding("swap", "ok", f"none in clear ({pinning}; breachcase pins no memory)")


def file_system(mount: Mount | None) -> Finding:
    """Say what the file system of a vault cannot promise."""
    if mount is None:
        return Finding("file system", "note", "this system does not tell on which one the vault is")
    if mount.is_network:
        return Finding(
            "file system",
            "warn",
            f"{mount.kind}: the lock and the syncs are only as good as the server's",
            "keep the vault on a disk of this machine",
        )
    if not mount.keeps_modes:
        return Finding(
            "file system",
            "warn",
            f"{mount.kind} keeps no owners and modes: nobody is kept from the files",
            "keep the vault on another file system",
        )
    if mount.read_only:
        return Finding("file system", "note", f"{mount.kind}, read-only: the vault can be read")
    return Finding("file system", "ok", f"{mount.kind}, on this machine")


def room(path: Path) -> Finding:
    """Say whether there is room for the next saves, and whether the ballast is in place."""
    free = platform.room(path)
    held = os.path.lexists(path / ballast.NAME)
    said = f"{free // _MIB} MiB free, {'ballast in place' if held else 'no ballast'}"
    if free < _FULL:
        return Finding("room", "warn", said, "free some space: the next save may be refused")
    if free < _TIGHT:
        return Finding("room", "note", said, "free some space soon")
    if not held:
        return Finding(
            "room", "note", said, "the next session that writes makes it, for a last save"
        )
    return Finding("room", "ok", f"{said} for a last save")


def look(path: Path) -> tuple[Finding, ...]:
    """Return what is to be said of this machine; `path` is the vault or where it would be."""
    there = next(each for each in (path, *path.absolute().parents) if each.is_dir())
    return (
        process(dumpable=host.is_dumpable(), cores=host.writes_cores()),
        memory(can_pin=host.can_pin(), clear_swaps=host.clear_swaps()),
        file_system(host.mount_of(there)),
    )
