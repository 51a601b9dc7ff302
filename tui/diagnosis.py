"""What `doctor` says beyond the vault's folder: terminal, programs, and an open vault."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from exports.card import office_revoked
from exports.trust import contacts as all_contacts
from models.errors import CaseError
from models.text import counted
from models.version import VERSION
from models.zone import known
from store import host
from store.finding import Finding
from store.platform import is_ours_alone
from store.standing import standing
from tui.environment import check_terminal
from tui.lock import idle_minutes
from tui.programs import PROGRAMS, version_of

if TYPE_CHECKING:
    from store.header import Header
    from store.vault import Vault

_PACKAGES: Final = ("textual", "tinydb", "pydantic", "cryptography", "click", "tzdata")
_SKEW_S: Final = 300
_OLD_KEY_DAYS: Final = 730
_DAY_S: Final = 86_400
_COMMAND: Final = "BREACHCASE_PASSPHRASE_COMMAND"


def terminal(environ: Mapping[str, str], encoding: str | None) -> Finding:
    """Say whether this terminal can show the app, and in what."""
    term = environ.get("TERM")
    try:
        check_terminal(term, encoding)
    except CaseError as error:
        return Finding("terminal", "warn", error.message, error.hint)
    colours = "no colours (NO_COLOR)" if environ.get("NO_COLOR") else "colours as it has them"
    return Finding("terminal", "ok", f"{term}, UTF-8, {colours}")


def idle_lock(environ: Mapping[str, str]) -> Finding:
    """Say after how long the app locks itself."""
    try:
        minutes = idle_minutes(environ)
    except CaseError as error:
        return Finding("idle lock", "warn", error.message, error.hint)
    if minutes == 0:
        return Finding(
            "idle lock",
            "warn",
            "never: an open app stays open to whoever sits down",
            "unset BREACHCASE_IDLE_MINUTES",
        )
    return Finding("idle lock", "ok", f"the app locks after {minutes} minutes without a key")


def passphrase_source(
    file: str | None, descriptor: int | None, *, identity: str | None, command: bool
) -> Finding:
    """Say where the passphrase comes from, or a key in its place, and who else could have it."""
    if identity is not None:
        return _identity_file(Path(identity))
    if file is not None:
        return _passphrase_file(Path(file))
    if descriptor is not None:
        return Finding("passphrase from", "ok", f"file descriptor {descriptor}")
    if command:
        return Finding(
            "passphrase from",
            "note",
            f"the program in {_COMMAND}: whoever runs programs as you can ask it too",
        )
    return Finding("passphrase from", "ok", "the terminal: typed, kept nowhere")


def _identity_file(path: Path) -> Finding:
    if not is_ours_alone(path):
        said = "an identity file that others may read"
        return Finding("passphrase from", "warn", said, "chmod 600 that file, as its owner")
    said = "an identity file of yours alone; without a passphrase of its own, who copies it has it"
    return Finding("passphrase from", "note", said)


def _passphrase_file(path: Path) -> Finding:
    if is_ours_alone(path):
        return Finding("passphrase from", "note", "a file of yours alone; whoever copies it has it")
    return Finding(
        "passphrase from",
        "warn",
        "a file that others may read",
        "chmod 600 that file, as its owner",
    )


def clock(header: Header | None, newest: str, wall: str) -> Finding:
    """Say whether this machine's clock can be right; `newest` is a record's wall clock or empty.

    It decides nothing here, but it is written into each record and fills in "now".
    """
    now, last = _seconds(wall) or 0.0, _seconds(newest)
    if not known("Europe/London"):
        return Finding("clock", "warn", "no zone data on this machine", "install tzdata")
    made = header.created if header else None
    for what, at in (("the vault was made", made), ("its newest record", last)):
        if at is not None and now + _SKEW_S < at:
            return Finding(
                "clock",
                "warn",
                f"{wall} is before {what}: this clock or another is wrong",
                "set the clock (timedatectl)",
            )
    return Finding("clock", "ok", f"{wall}, after all that was recorded")


def _seconds(wall: str) -> float | None:
    try:
        return dt.datetime.fromisoformat(wall).timestamp()
    except (ValueError, OverflowError):  # a record's wall clock is whatever its machine said
        return None


def programs() -> tuple[Finding, ...]:
    """Say which programs beside breachcase are there; none is needed for the daily path."""
    found = []
    for program in PROGRAMS:
        version = version_of(program)
        said = version or f"not found; it {program.use}"
        found.append(Finding(program.name, "ok" if version else "note", said))
    return tuple(found)


def versions() -> Finding:
    """Say what runs."""
    packages = ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)
    said = f"breachcase {VERSION}, Python {host.python()}, {packages}, {host.system()}"
    return Finding("versions", "ok", said)


def around(environ: Mapping[str, str]) -> tuple[Finding, ...]:
    """Return what is to be said of terminal, idle lock and programs."""
    shown = terminal(environ, sys.stdout.encoding if sys.stdout else None)
    return (shown, idle_lock(environ), *programs(), versions())


def inside(vault: Vault, wall: str) -> tuple[Finding, ...]:
    """Return what is to be said of an open vault: nothing in it names a case or an office."""
    looks: tuple[Callable[[Vault, str], Finding], ...] = (
        history,
        rekey,
        caches,
        drafts,
        team,
        contacts,
        office,
    )
    return tuple(look(vault, wall) for look in looks)


def newest(vault: Vault) -> str:
    """Return the latest wall clock that a case's last change, or the vault log, was written at."""
    rows = vault.index.page("changed", "", 0, 1)
    walls = [row.wall for row in rows] + [each.wall for each in vault.log_state().changes]
    return max(walls, key=lambda wall: _seconds(wall) or 0.0)


def history(vault: Vault, _wall: str) -> Finding:
    """Say whether the journal is whole and no older than what was last seen here."""
    if vault.notices:
        return Finding("history", "warn", "; ".join(vault.notices), "breachcase vault verify")
    return Finding("history", "ok", "whole; no older copy, as far as this machine has seen it")


def rekey(vault: Vault, _wall: str) -> Finding:
    """Say whether a rekey has to be finished, and what one does."""
    if vault.replica.keyring.leaving:
        said = "one was cut off: a device of before may still be let in"
        return Finding("rekey", "warn", said, "breachcase vault rekey goes on with it")
    said = "none was cut off; one keeps old copies from what comes, not from what they hold"
    return Finding("rekey", "ok", said)


def caches(vault: Vault, _wall: str) -> Finding:
    """Say how often a cache had to be made again: a disk that loses files shows here first."""
    count = vault.index.remade
    if count:
        said = f"{count} remade since they were first written; nothing is lost with a cache"
        return Finding("caches", "note", said, "often: check the disk")
    return Finding("caches", "ok", "none had to be made again")


def drafts(vault: Vault, _wall: str) -> Finding:
    """Say whether something typed waits to be saved."""
    count = len(vault.drafts.left())
    if count:
        said = f"{counted(count, 'text')} typed and not saved"
        return Finding("drafts", "note", said, "open the app: it offers them")
    return Finding("drafts", "ok", "nothing typed waits to be saved")


def team(vault: Vault, _wall: str) -> Finding:
    """Say who is in and out, what is still on its way, and what a removed device still knows."""
    now = standing(vault)
    said = f"devices {len(now.devices)}, admins {len(now.admins)}, removed {len(now.removed)}"
    for count, text, advice in (
        (now.forked, "forked", "breachcase team renew on each copy, then team remove the old one"),
        (now.reading, "removed, still reading what is written", "an admin has to sync"),
        (now.knowing, "removed, still knowing the keys of the office", "breachcase key rotate"),
    ):
        if count:
            return Finding("team", "warn", f"{said}; {len(count)} {text}", advice)
    for waiting, text in ((now.waiting, "epoch keys"), (now.ungranted, "grants to devices")):
        if waiting:
            told = f"{said}; {len(waiting)} {text} on the way"
            return Finding("team", "note", told, "breachcase sync, an admin first")
    return Finding("team", "ok", said)


def contacts(vault: Vault, _wall: str) -> Finding:
    """Say how many contacts are not what they should be."""
    states = [contact.state for contact in all_contacts(vault)]
    told = [
        f"{states.count(state)} {state}"
        for state in ("verified", "amber", "frozen", "revoked")
        if state in states
    ]
    said = ", ".join(told) or "none yet"
    if {"frozen", "revoked"} & set(states):
        return Finding("contacts", "warn", said, "breachcase contact ls names them")
    if "amber" in states:
        advice = "compare their numbers by telephone (contact verify)"
        return Finding("contacts", "note", said, advice)
    return Finding("contacts", "ok", said)


def office(vault: Vault, wall: str) -> Finding:
    """Say how old the office's keys are, of which kind, and whether we took the card back."""
    if office_revoked(vault):
        return Finding("office key", "warn", "its card was revoked", "breachcase key rotate")
    number = vault.office_number
    register = vault.log_state().fields.get(f"office/{number}")
    made = _seconds(register.values[-1].wall) if register else None
    days = int(((_seconds(wall) or 0.0) - made) / _DAY_S) if made is not None else 0
    kind = "post-quantum and classic" if vault.office.hybrid else "classic only"
    said = f"number {number}, {max(days, 0)} days old, {kind}"
    if days > _OLD_KEY_DAYS:
        return Finding("office key", "note", said, "breachcase key rotate")
    if not vault.office.hybrid:
        return Finding(
            "office key",
            "note",
            f"{said}: what is sealed to it today may be read in the far future",
        )
    return Finding("office key", "ok", said)


def command_is_set() -> bool:
    """Whether the environment names a program that gives the passphrase."""
    return _COMMAND in os.environ
