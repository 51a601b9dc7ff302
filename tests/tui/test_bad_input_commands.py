"""Bad input on the command line: one line of ours or data that is kept, and nothing that steers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tui.desks import WALL, case, office
from tests.tui.terminal import Ran, Terminal

CASE = "lost-list"
ODD = (
    "\u202eevil\u202c \u0645\u0631\u062d\u0628\u0627 \U0001f469\u200d\U0001f4bb \x1b[2Jx\x07",
    "",
    "x" * 5_000,
)
EXPECTED = {0, 1, 2, 65, 66, 74}
TYPED: tuple[tuple[str, ...], ...] = (
    ("new",),
    ("note", CASE),
    ("edit", CASE, "--note"),
    ("party", CASE, "add", "--role", "processor", "--name"),
    ("party", CASE, "add", "--role", "processor", "--name", "Harbour", "--tells"),
    ("event", CASE, "significant", "--at"),
    ("clock", CASE, "--add"),
    ("clock", "--event"),
    ("assess", CASE, "set", "S1.6"),
    ("assess", CASE, "group", "add"),
    ("assess", CASE, "severity", "--ei"),
    ("assess", CASE, "decide", "regulator", "yes", "--reason"),
    ("override", CASE, "K47", "--question", "actions", "--reason"),
    ("classify", CASE, "--type"),
    ("form", "add", CASE),
    ("form", "confirm", CASE),
    ("retain", CASE, "--reason", "why", "--review"),
    ("acked", CASE, "--at", "2026-01-01T10:00Z", "--ref"),
    ("assign", CASE, "--to"),
    ("export", "register", "--yes", "--since"),
    ("read-form",),
)  # fmt: skip


READ = (
    *((verb, CASE) for verb in ("show", "check", "clock", "log", "assess")),
    ("ls",),
    ("inbox",),
    ("export", "register", "--yes", "-o", "-"),
)


@pytest.fixture
def at(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    monkeypatch.chdir(tmp_path)
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {}, wall=WALL)
    Path("words").write_text("correct horse\n", encoding="utf-8")
    return Terminal(capsys, "--vault", "v", "--passphrase-file", "words")


def sound(ran: Ran) -> None:
    assert ran.code in EXPECTED, ran
    assert not {"\x1b", "\x07", "\u202e", "\u202c"} & {*ran.out, *ran.err}
    if ran.code > 1:
        first, *more = [line for line in ran.err.splitlines() if line.startswith("breachcase:")]
        assert first.startswith("breachcase: error: ")
        assert all(line.startswith("breachcase: hint: ") for line in more)


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_text_is_kept_without_what_steers_or_refused_in_a_line(at: Terminal, odd: str) -> None:
    for words in TYPED:
        sound(at(*words, odd))

    for words in READ:
        sound(at(*words))
