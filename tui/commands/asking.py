"""Asking a person on the terminal; where there is none, saying what to pass instead."""

from __future__ import annotations

import sys

import click

from models.errors import UsageError
from tui.commands import output


def require_person(otherwise: str, hint: str) -> None:
    """Raise UsageError where nobody can be asked: what is lacking, and what to pass instead."""
    if not sys.stdin.isatty():
        raise UsageError(otherwise, hint=hint)


def agree(question: str, nothing: str, hint: str) -> None:
    """Go on after a yes only; `nothing` is such as `nothing was written`.

    Raises UsageError where nobody can be asked, click.Abort for a no.
    """
    require_person(f"{nothing}: not confirmed", hint)
    if not click.confirm(output.line(question), default=False, err=True):
        raise click.Abort


def agree_in_clear(what: str, name: str, *, sure: bool) -> None:
    """Have it confirmed that `what` is written to `name` as anybody can read it, unless `sure`."""
    if not sure:
        question = f"write {what} in clear to {name}? nothing protects it there"
        agree(question, "nothing was written", "pass --yes to write it")


def ask(question: str, otherwise: str, hint: str, *, default: str | None = None) -> str:
    """Return the line that is typed; UsageError where nobody can be asked."""
    require_person(otherwise, hint)
    answer: str = click.prompt(question, default=default, err=True)
    return answer
