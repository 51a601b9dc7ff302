"""Every transcript in README.md is run and compared, but for what differs each time."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.moment import from_instant
from tests.tui.terminal import Terminal
from tui.today import now

if TYPE_CHECKING:
    from collections.abc import Iterator

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
NUMBER = re.compile(r"[0-9]{5}( [0-9]{5}){5}")
STATED = "2026-11-20T09:30"
INIT = (
    "--person", "A. Person", "--zone", "Europe/London",
    "--kdf-memory", "19", "--recovery-file", "recovery",
)  # fmt: skip


def steps(block: str) -> Iterator[tuple[list[str], str]]:
    for step in block.replace("\\\n", " ").split("$ ./run ")[1:]:
        command, _, printed = step.partition("\n")
        yield shlex.split(command), printed


def alike(text: str) -> list[str]:
    """Return the lines without ids, names made at random and times."""
    text = re.sub(r"\b[0-9a-f]{32}\b|\b[0-9a-f]{8}\b", "<id>", text)
    text = re.sub(r"[0-9]+h[0-9]{2}m left", "<time> left", text)
    return [line.rstrip() for line in text.splitlines()]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words").write_text("fictional words\n", encoding="utf-8")
    return tmp_path


def at_vault(capsys: pytest.CaptureFixture[str], place: Path, name: str) -> Terminal:
    return Terminal(capsys, "--vault", str(place / name), "--passphrase-file", str(place / "words"))


def test_the_path_from_a_breach_to_a_sealed_report_is_as_the_readme_shows_it(
    capsys: pytest.CaptureFixture[str], place: Path
) -> None:
    theirs = at_vault(capsys, place, "theirs")
    organisation = ("--organisation", "Sample Commission")
    theirs.ok("vault", "init", "--role", "regulator", *organisation, *INIT)
    (place / "regulator.card").write_text(theirs.ok("key", "show"), encoding="utf-8")
    number = json.loads(theirs.ok("key", "show", "--json"))["number"]
    (place / "recovery").unlink()
    ours = at_vault(capsys, place, "ours")
    seconds = now().span().earliest or 0
    recently = str(from_instant(seconds - 48 * 3600, "Europe/London"))[: len(STATED)]

    for words, printed in steps(BLOCKS[0]):
        more = INIT if words[0] == "vault" else ()
        told = [number if NUMBER.fullmatch(word) else word for word in words]
        ran = ours(*(word.replace(STATED, recently) for word in told), *more)

        assert ran.code in {0, 1}, ran
        assert set(alike(printed)) <= set(alike(ran.out + ran.err)), words


def test_the_clock_is_as_the_readme_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    [(words, printed)] = steps(BLOCKS[1])

    assert Terminal(capsys).ok(*words) == printed
