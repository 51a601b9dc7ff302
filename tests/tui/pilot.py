"""Driving the app as a person would: a stage for one widget, and what the screen shows as text."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.filter import LineFilter
from textual.pilot import Pilot
from textual.widget import Widget

from tui.shown import Sanitise

GOLDEN = Path(__file__).parent / "golden"


class Stage(App[None]):
    """An app that shows the given widgets."""

    def __init__(self, *shown: Widget) -> None:
        super().__init__()
        self._shown = shown

    def compose(self) -> ComposeResult:
        yield from self._shown

    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), Sanitise()]


def screen_text(app: App[Any]) -> str:
    """Return the screen as lines of text, blanks at the right cut off."""
    strips = app.screen._compositor.render_strips()  # noqa: SLF001 - the only way to the cells
    return "".join(f"{strip.text.rstrip()}\n" for strip in strips)


def words(app: App[Any]) -> str:
    """Return what the screen says without boxes and line ends, however it was wrapped."""
    return " ".join(screen_text(app).replace("|", " ").split())


async def take(pilot: Pilot[Any], word: str) -> None:
    """Take the line of the case's menu that begins so."""
    await pilot.press("f3")
    for _ in range(20):
        if f"> {word}" in screen_text(pilot.app):
            break
        await pilot.press("down")
    assert f"> {word}" in screen_text(pilot.app)
    await pilot.press("enter")
    await pilot.pause()


def same_as_golden(name: str, text: str) -> None:
    """Compare with `golden/<name>.txt`; `GOLDEN=write` in the environment writes it anew."""
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")

    assert text == path.read_text(encoding="utf-8")
