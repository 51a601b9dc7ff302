"""A paste longer than any answer is refused in words, and keeps the screen free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from tests.tui.desks import app_on, case, office
from tui.widgets.entry import LONGEST_PASTE, Entry

if TYPE_CHECKING:
    from pathlib import Path

BIG = "[/] \x1b]52;c;aGk=\x07 " * (10 * 1024 * 1024 // 18)


async def test_ten_megabytes_are_not_pasted_into_a_field(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {})
        async with app_on(vault).run_test(size=(80, 24)) as pilot:
            await pilot.press("enter")
            entry = pilot.app.focused
            assert isinstance(entry, Entry)
            entry.post_message(events.Paste(BIG))
            entry.post_message(events.Paste("word"))
            await pilot.pause()

            assert entry.text == "word"
    assert len(BIG) > LONGEST_PASTE
