from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyte.screens import Char
from textual import events
from textual.geometry import Size

from tests.tui.desks import TOLD, case, office
from tests.tui.line import Line, line_to
from tests.tui.pilot import Stage
from tui.driver import DiffDriver, Painter
from tui.grid import Grid

# the app as it is; what Textual writes goes to a file too, as its own driver would send it
PROGRAM = """
import os, sys
from pathlib import Path
from tui.environment import scrub
scrub(os.environ)
from store.vault import Vault
from tests.tui.desks import NOW, WALL
from tui.app import run_app
from tui.driver import DiffDriver
stock = os.open(sys.argv[2], os.O_WRONLY)
write, size = DiffDriver.write, DiffDriver._get_terminal_size
def both(self, data):
    os.write(stock, data.encode("utf-8", "replace"))
    write(self, data)
DiffDriver.write = both
with Vault.open(Path(sys.argv[1]), bytearray(b"correct horse")) as vault:
    sys.exit(run_app(vault, now=lambda: NOW, wall=lambda: WALL))
"""
KEYS = (
    *["\t", "\x1b[Z", "\x1b[B", "\x1b[A", "\x1b[18~", "\x1b[17~", "\x1b[19~", "\r", " ", "2", "x"],
    *["\x7f", "\x1bOP", "\x1b[5~", "\x1b[6~", "\x0c", "日", "e\u0301"],
)
SIZES = ((24, 80), (15, 60), (10, 40), (5, 20), (1, 1), (40, 120))
PIECES = st.sampled_from(["a ", "bc", "日", "é.", "  ", "語"])  # two cells each
STYLES = st.sampled_from(["0", "1", "31", "1;38;5;12", "7", "4;38;5;12;48;5;3", "38;5;7;48;5;3"])


class Twin:
    """A line to the app, and the screen that Textual's own driver would have shown."""

    def __init__(self, line: Line, stock: int) -> None:
        self.line = line
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)
        self._stock = stock
        self.sent = 0

    def settle(self) -> None:
        """Read both until neither says anything more."""
        quiet = 0
        while quiet < 2:
            before = len(self.line.sent) + self.sent
            self.line.settle(0.1)
            while data := _now(self._stock):
                self.sent += len(data)
                self._stream.feed(data.replace(b"\x1b[>25u", b"").replace(b"\x1b[<u", b""))
            quiet = quiet + 1 if len(self.line.sent) + self.sent == before else 0

    def resize(self, rows: int, columns: int) -> None:
        for _ in range(3):  # a frame of the old size on a screen of the new one stays on it
            self.settle()
        self.line.resize(rows, columns)
        self.screen.resize(rows, columns)

    def lasting(self) -> list[str]:
        """Rows that differ when both have settled: a busy machine pauses in mid-frame too."""
        found = ["not compared yet"]
        rounds = 20
        while found and rounds:
            self.settle()
            found, rounds = self.differences(), rounds - 1
        return found

    def differences(self) -> list[str]:
        """Rows that differ in text or style."""
        shown = self.line.screen
        rows = range(shown.lines)
        return [
            f"{y}: {shown.display[y]!r} is not {self.screen.display[y]!r}"
            for y in rows
            if [seen(shown.buffer[y][x]) for x in range(shown.columns)]
            != [seen(self.screen.buffer[y][x]) for x in range(shown.columns)]
        ]


def seen(cell: Char) -> Char:
    """What can be seen of a cell: of a blank, not what would colour a letter."""
    lined = cell.underscore or cell.strikethrough or cell.reverse or cell.blink
    if cell.data != " " or lined:
        return cell
    return cell._replace(fg="default", bold=False, italics=False)


def _now(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except BlockingIOError:
        return b""


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[Twin]:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", TOLD)
        case(vault, "日本 wide", {})
    os.mkfifo(tmp_path / "stock")
    stock = os.open(tmp_path / "stock", os.O_RDONLY | os.O_NONBLOCK)
    with line_to(["-c", PROGRAM, str(tmp_path / "v"), str(tmp_path / "stock")]) as line:
        yield Twin(line, stock)
    os.close(stock)


def test_a_walk_of_keys_and_sizes_shows_what_the_stock_driver_shows(twin: Twin) -> None:
    walk = random.Random(72)  # noqa: S311 - a fixed walk
    twin.line.shows("Lost list")
    found = []
    for step in range(60):
        if step % 10 == 9:
            twin.resize(*SIZES[step // 10])
        else:
            twin.line.type(walk.choice(KEYS))
        found += [f"step {step}, {difference}" for difference in twin.lasting()]

    assert found == []
    assert len(twin.line.sent) < twin.sent / 3


def test_a_screen_that_was_disturbed_is_drawn_again_whole(twin: Twin) -> None:
    twin.line.shows("Lost list")
    twin.settle()
    before = twin.line.screen.display
    twin.line.screen.reset()
    twin.line.type("\x0c")
    twin.settle()

    assert twin.line.screen.display == before


async def test_the_driver_sends_what_is_no_frame_and_forgets_a_screen_of_another_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    handlers = [signal.getsignal(number) for number in (signal.SIGTSTP, signal.SIGCONT)]
    reading, writing = os.pipe()
    async with Stage().run_test() as pilot:
        driver = DiffDriver(pilot.app)
        painter = Painter(writing)
        monkeypatch.setattr(driver, "_painter", painter)
        painter.start()
        for data in (
            "\x1b[?2026h",
            "\x1b[1;1Ha",
            "\x1b[?2026l",
            "\x1b[1;1Ha",
            "\x07",
            "\x1b]22;x\x07",
        ):
            driver.write(data)
        driver.process_message(events.Resize(Size(80, 24), Size(80, 24)))
        driver.write("\x1b[1;1Ha")
        driver.close()
    os.close(writing)
    for number, handler in zip((signal.SIGTSTP, signal.SIGCONT), handlers, strict=True):
        signal.signal(number, handler)
    with os.fdopen(reading, "rb") as file:
        sent = file.read()

    assert b"2026" not in sent
    assert b"\x1b]" not in sent
    assert b"\x07" in sent
    assert sent.endswith(b"a")
    assert sent.count(b"a") == 2


def frames(draws: list[list[tuple[int, int, str, list[str]]]]) -> list[str]:
    return [
        "".join(
            f"\x1b[{row};{2 * column - 1}H\x1b[{style}m{''.join(pieces)}\x1b[0m"
            for row, column, style, pieces in spans
        )
        for spans in draws
    ]


SPANS = st.tuples(
    st.integers(1, 4), st.integers(1, 4), STYLES, st.lists(PIECES, min_size=1, max_size=5)
)


@settings(max_examples=150)
@given(st.lists(st.lists(SPANS, max_size=4), max_size=6), st.integers(1, 3))
def test_any_frames_sent_one_by_one_or_together_make_the_same_screen(
    draws: list[list[tuple[int, int, str, list[str]]]], together: int
) -> None:
    ours, stock = pyte.Screen(20, 4), pyte.Screen(20, 4)
    our_stream, stock_stream = pyte.Stream(ours), pyte.Stream(stock)
    grid = Grid()
    for number, frame in enumerate(frames(draws), 1):
        assert grid.draw(frame)
        stock_stream.feed(frame)
        if number % together == 0:
            our_stream.feed(grid.take())
    our_stream.feed(grid.take())

    assert ours.display == stock.display
    assert [[seen(ours.buffer[y][x]) for x in range(20)] for y in range(4)] == [
        [seen(stock.buffer[y][x]) for x in range(20)] for y in range(4)
    ]


def test_what_is_shown_already_is_not_sent_again() -> None:
    grid = Grid()
    grid.draw("\x1b[1;1Hone two\x1b[1;1H")
    grid.take()
    grid.draw("\x1b[1;1Hone too\x1b[1;1H")

    assert grid.waiting
    assert grid.take() == "\x1b[5Co\x1b[1;1H"
    assert not grid.waiting


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("aBcdEfghijk", "\x1b[1;2HBcdE"),
        ("aBcdefghijK", "\x1b[1;2HB\x1b[8CK"),
    ],
)
def test_a_step_to_the_right_on_the_row_is_short(text: str, sent: str) -> None:
    grid = Grid()
    grid.draw("\x1b[1;1Habcdefghijk")
    grid.take()
    grid.draw(f"\x1b[1;1H{text}")

    assert grid.take() == sent


def test_a_line_break_goes_on_in_the_first_column() -> None:
    grid = Grid()
    grid.draw("\x1b[2;3Hab\ncd")

    assert grid.take() == "\x1b[2;3H\x1b[mab\x1b[3;1Hcd"


@pytest.mark.parametrize(
    ("before", "after", "sent"),
    [
        ("31;44", "32;44", "\x1b[32m"),
        ("38;5;1;48;5;2", "4;38;5;1;48;5;2", "\x1b[4m"),
        ("4;31;44", "31;44", "\x1b[0;31;44m"),
        ("31;44", "44", "\x1b[0;44m"),
        ("31;44", "0", "\x1b[m"),
        ("31", "1;7;31", "\x1b[1;7m"),
        ("53;31", "31", "\x1b[0;31m"),
    ],
)
def test_of_a_style_only_what_is_added_is_sent(before: str, after: str, sent: str) -> None:
    grid = Grid()
    grid.draw(f"\x1b[1;1H\x1b[{before}ma\x1b[{after}mb")

    assert grid.take() == f"\x1b[1;1H\x1b[0;{before}ma{sent}b"


def test_a_blank_needs_no_other_style_than_its_ground() -> None:
    grid = Grid()
    grid.draw("\x1b[1;1H\x1b[1;31;44ma\x1b[32;44m \x1b[1;31;44mb\x1b[4;44m c")

    assert grid.take() == "\x1b[1;1H\x1b[0;1;31;44ma b\x1b[0;4;44m c"


def test_half_of_a_wide_character_is_none() -> None:
    grid = Grid()
    grid.draw("\x1b[1;1H日\x1b[1;3H")
    grid.take()
    grid.draw("\x1b[1;2Hx")
    grid.take()
    grid.draw("\x1b[1;1H日")
    again = grid.take()
    grid.draw("\x1b[1;1Hx")
    grid.take()
    grid.draw("\x1b[1;2H ")

    assert "日" in again
    assert " " in grid.take()


def test_marks_belong_to_the_character_before_them() -> None:
    grid = Grid()
    grid.draw("\x1b[1;1H\u0301e\u0301日\ufe0fx")

    assert grid.take() == "\x1b[1;1H\x1b[me\u0301\x1b[1;2H日\ufe0f\x1b[1;4Hx"


@pytest.mark.parametrize("other", ["\x1b[?25l", "\x07", "text without a place", "\n", "a\x1b[2J"])
def test_anything_else_is_no_frame(other: str) -> None:
    grid = Grid()

    assert not grid.draw(other)
    assert not grid.waiting


def painted(puts: list[str | None]) -> bytes:
    """What reaches the line; None stands for `forget`."""
    reading, writing = os.pipe()
    painter = Painter(writing)
    for put in puts:
        if put is None:
            painter.forget()
        else:
            painter.put(put)
            painter.start()
            painter.end()
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        return file.read()


def test_other_sequences_keep_their_place_between_frames() -> None:
    sent = painted(["\x1b[?1049h", "\x1b[1;1Ha", "\x1b[?25l", "\x1b[1;1Ha", "\x1b[?1049l"])

    assert sent == b"\x1b[?1049h\x1b[1;1H\x1b[ma\x1b[?25l\x1b[?1049l"


def test_a_grid_that_was_forgotten_is_sent_whole() -> None:
    sent = painted(["\x1b[1;1Hab", None, "\x1b[1;1Hab"])

    assert sent == b"\x1b[1;1H\x1b[mab\x1b[1;1H\x1b[mab"


def test_a_line_that_stands_still_holds_nobody_up() -> None:
    reading, writing = os.pipe()
    painter = Painter(writing)
    painter.start()
    start = time.monotonic()
    for number in range(200):
        painter.put(f"\x1b[1;1H{number:080}" + "x" * 4000)
    took = time.monotonic() - start
    draining = Thread(target=_drain, args=(reading,))
    draining.start()
    painter.end()
    os.close(writing)
    draining.join()

    assert took < 30


def _drain(descriptor: int) -> None:
    with os.fdopen(descriptor, "rb") as file:
        while file.read(65536):
            pass


def test_a_line_that_is_gone_ends_the_painter_quietly() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    painter = Painter(writing)
    painter.start()
    painter.put("\x1b[1;1Ha")
    painter.end()
    os.close(writing)
