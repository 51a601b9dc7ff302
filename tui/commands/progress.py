"""A bar on the terminal for each kind of thing that is read, none elsewhere."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click._termui_impl import ProgressBar

_DRAWN = 100  # times at most that a bar is drawn: slow lines


@contextmanager
def bar(label: str, length: int) -> Iterator[Callable[[], bool]]:
    """Lend a step that moves a bar on the terminal, and says whether there is one."""
    if not sys.stderr.isatty():
        yield lambda: False
        return
    with _drawn(label, length) as drawn:

        def step() -> bool:
            drawn.update(1)
            return True

        yield step


@contextmanager
def bars() -> Iterator[Callable[[str, int, int], None]]:
    """Lend what is told (what is being read, how many are done, how many there are)."""
    with ExitStack() as stack:
        shown: dict[str, ProgressBar[int]] = {}

        def show(what: str, done: int, total: int) -> None:
            if not sys.stderr.isatty():
                return
            if what not in shown:
                stack.close()  # the one before is full
                shown.clear()
                shown[what] = stack.enter_context(_drawn(f"reading {what}", total))
            shown[what].update(1)
            if done + 1 == total:
                stack.close()
                shown.clear()

        yield show


def _drawn(label: str, length: int) -> ProgressBar[int]:
    every = max(1, length // _DRAWN)
    return click.progressbar(length=length, label=label, file=sys.stderr, update_min_steps=every)
