"""What can be said of a vault without opening it: its modes, its slots, what lies in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from models.errors import CaseError
from models.text import visible
from store import folder, kdf, platform, remains, slots, surroundings, unlocking
from store.finding import Finding, Level
from store.header import LARGEST, Header, parse_header
from store.journal import OPEN

TODAY: Final = kdf.Cost(256 * 1024)
"""What a new passphrase costs unless `vault init` or `vault passwd` is told otherwise."""
_MIB: Final = 1024  # KiB


def look(path: Path) -> tuple[Finding, ...]:
    """Return what is to be said of the vault in `path`; a vault that is missing is one finding."""
    if not os.path.lexists(path):
        return (Finding("vault", "note", "there is none here", "breachcase vault init makes one"),)
    try:
        folder.check(path)
        header = parse_header(folder.read_part(path / "header", LARGEST))
    except CaseError as error:
        return (Finding("vault", "warn", error.message, error.hint),)
    return (
        Finding("vault", "ok", _history(header.generation - 1)),
        modes(path),
        *passphrases(header),
        *keys(header),
        recovery(header),
        unlock(path),
        surroundings.room(path),
        *_journal(path),
        left_behind(path),
    )


def _history(times: int) -> str:
    said = f"header whole, rewritten {times} times"
    return f"{said}; copies of it from before open as they did, until a rekey" if times else said


def header_of(path: Path) -> Header | None:
    """Return the header of a vault, None where there is none that can be read."""
    try:
        return parse_header(folder.read_part(path / "header", LARGEST))
    except CaseError:
        return None


def modes(path: Path) -> Finding:
    """Say whether everything in a vault is ours alone."""
    loose = [each for each in _everything(path) if not platform.is_ours_alone(each)]
    if not loose:
        return Finding("modes", "ok", "all of it is yours; nobody else may read or write it")
    first = visible(str(loose[0].relative_to(path.parent)))
    more = f" and {len(loose) - 1} more" if len(loose) > 1 else ""
    return Finding(
        "modes",
        "warn",
        f"not yours alone: {first}{more}; what is in it is sealed, but can be copied or replaced",
        "chmod -R go= the vault folder, as its owner",
    )


def _everything(path: Path) -> Iterator[Path]:
    yield path
    for place, folders, files in os.walk(path):
        yield from (Path(place, name) for name in (*folders, *files))


def passphrases(header: Header) -> tuple[Finding, ...]:
    """Say what each passphrase slot costs whoever guesses."""
    found = []
    for slot in header.slots:
        cost = slots.cost_of_slot(slot)
        if cost is None:
            continue
        said = f"Argon2id {cost.memory // _MIB} MiB, {cost.passes} passes, {cost.lanes} lanes"
        weaker = cost.memory < TODAY.memory or cost.passes < TODAY.passes
        found.append(
            Finding(
                "passphrase",
                "warn" if weaker else "ok",
                f"{said}, less than today's {TODAY.memory // _MIB} MiB" if weaker else said,
                "breachcase vault passwd" if weaker else "",
            )
        )
    return tuple(found)


def keys(header: Header) -> tuple[Finding, ...]:
    """Say which age and SSH keys open the vault, beside the recovery key."""
    kinds = [
        slots.sealed_for(slot) or "damaged"
        for slot in header.slots
        if slot.kind == slots.RECIPIENT and not slot.is_recovery
    ]
    if not kinds:
        return ()
    said = f"{', '.join(visible(each) for each in kinds)}: who has that key file opens the vault"
    return (Finding("keys", "note", said, "breachcase vault slots ls names them"),)


def recovery(header: Header) -> Finding:
    """Say how many slots there are, and whether the recovery key is one of them."""
    count = len(header.slots)
    said = f"{count} slot{'' if count == 1 else 's'}"
    if any(slot.is_recovery for slot in header.slots):
        return Finding("slots", "ok", f"{said}, one for the recovery key")
    return Finding(
        "slots",
        "warn",
        f"{said}, none for the recovery key: without the passphrase the cases are lost",
        "keep a backup whose passphrase is known",
    )


def unlock(path: Path) -> Finding:
    """Say whether the vault opens without asking now, and until when."""
    kept = unlocking.kept(path)
    if kept is not None:
        until = datetime.fromtimestamp(kept.until, UTC)
        said = f"until {until:%Y-%m-%d %H:%M} UTC every program of yours can open it unasked"
        return Finding("unlock", "note", said, "breachcase vault lock ends it")
    if not unlocking.can_keep():
        return Finding("unlock", "ok", "never: this system keeps no keys in the kernel for us")
    return Finding("unlock", "ok", "not unlocked: each opening asks for the passphrase")


def _journal(path: Path) -> tuple[Finding, ...]:
    writing = platform.is_locked(path / "lock")
    if writing:
        return (Finding("session", "note", "another process has the vault open to write"),)
    if any(path.glob(f"journal/*/*{OPEN}")):
        return (
            Finding(
                "session",
                "note",
                "the last one did not end: its saves are there",
                "the next session that writes tidies up",
            ),
        )
    return (Finding("session", "ok", "the last one ended as it should"),)


def left_behind(path: Path) -> Finding:
    """Say what crashes left: temporary files, segments set aside."""
    crumbs = sum(remains.is_remain(each.name) for each in _everything(path))
    aside = len([*path.glob("journal/*/*.damaged")])
    told = [f"{crumbs} temporary files"] if crumbs else []
    told += [f"{aside} segments set aside as damaged"] if aside else []
    if not told:
        return Finding("remains", "ok", "no crash has left anything")
    level: Level = "warn" if aside else "note"
    advice = "breachcase vault verify" if aside else "the next session that writes deletes them"
    return Finding("remains", level, ", ".join(told), advice)
