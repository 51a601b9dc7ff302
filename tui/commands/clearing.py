"""Personal data that was found in what is to leave: confirmed one by one, or nothing leaves."""

from __future__ import annotations

import sys
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from models.errors import UsageError
from tui.commands import output
from tui.today import wall

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from models.personal.finding import Finding
    from store.vault import Vault

T = TypeVar("T")

LISTED = 100  # findings that are printed: more is a file that was pasted
_OPTION = "--confirm-personal-data"
_ASKED = "k keep it, r show it, e edit it out, s stop"


def confirm_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--confirm-personal-data TEXT` to a command after which something leaves."""

    @wraps(command)
    def found(*args: object, **kwargs: object) -> object:
        context = click.get_current_context()
        context.meta[_OPTION] = kwargs.pop("confirmed_because")
        return command(*args, **kwargs)

    option = click.option(
        _OPTION,
        "confirmed_because",
        metavar="TEXT",
        help="Why all personal data found in it may leave; recorded.",
    )
    return option(found)


def cleared(vault: Vault, case_id: str, deed: Callable[[], T], form: str = "") -> T:
    """Do what lets a text leave, once each finding in it has been confirmed.

    `form` is the one whose questions name the findings, empty for the first of the case.

    At a terminal they are asked one by one; what is kept is recorded even where a later one
    stops. Raises UsageError where one does, or where nobody can be asked.
    """
    from exports.errors import UnconfirmedError
    from store.confirmation import confirm

    try:
        return deed()
    except UnconfirmedError as error:
        found = error.findings
    form = vault.case(case_id, form).form
    reason: str | None = click.get_current_context().meta[_OPTION]
    if reason is None and not sys.stdin.isatty():
        print_found(found, form)
        raise UsageError(
            f"{len(found)} found that looks like personal data: nothing left",
            hint=f"edit it out, or pass {_OPTION} TEXT: why all of it may leave",
        )
    kept, why, hint = (found, reason, "") if reason is not None else _asked(found, form)
    if kept:
        confirm(vault, case_id, kept, why, wall=wall())
    if hint:
        raise UsageError("stopped: nothing left", hint=hint)
    return deed()


def print_found(found: Sequence[Finding], form: str) -> None:
    """List findings on stderr, masked."""
    from tui.found import excerpt, what, where

    for each in found[:LISTED]:
        output.narrate(f"{where(each, form)}: {what(each)}")
        output.narrate(f"  {excerpt(each, found)}")
    if len(found) > LISTED:
        output.narrate(f"and {len(found) - LISTED} more")


def _asked(found: Sequence[Finding], form: str) -> tuple[Sequence[Finding], str, str]:
    """Return the findings to keep, why they may leave, and what to do where a person stopped."""
    from tui.found import excerpt, what, where

    why = ""
    choice = click.Choice(("k", "r", "e", "s"))
    for number, each in enumerate(found):
        output.narrate(f"{number + 1} of {len(found)}: {where(each, form)}: {what(each)}")
        output.narrate(f"  {excerpt(each, found)}")
        while (word := click.prompt(_ASKED, type=choice, show_choices=False, err=True)) == "r":
            output.narrate(f"  {excerpt(each, found, revealed=True)}")
        if word == "e":
            return found[:number], why, f"breachcase edit CASE --set {each.place}=-"
        if word == "s":
            return found[:number], why, "what was kept so far is not asked again"
        why = why or click.prompt("why may it leave?", err=True)
    return found, why, ""
