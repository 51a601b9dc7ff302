"""`vault repair` at the command line: its lines, its JSON, its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.store.build import closed, flip, opened, save, segments
from tests.tui.terminal import Terminal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "words").write_text("correct horse battery\n")
    path = closed(tmp_path / "vault", "Lost laptop", "Wrong address")
    with opened(path) as vault:
        for row in vault.rows():
            save(vault, row.id, f"{row.title} again")
    return path


@pytest.fixture
def at(capsys: pytest.CaptureFixture[str], path: Path) -> Terminal:
    return Terminal(capsys, "--vault", str(path), "--passphrase-file", str(path.parent / "words"))


def test_a_damaged_segment_is_taken_from_a_backup(at: Terminal, path: Path, tmp_path: Path) -> None:
    at.ok("vault", "backup", str(tmp_path / "backup"))
    flip(segments(path)[1], 200)

    ran = at("vault", "repair", "--from", str(tmp_path / "backup"))

    assert (ran.code, ran.err) == (0, "")
    healed, whole = ran.out.splitlines()
    assert healed.startswith("healed   segment 0000000002-")
    assert healed.endswith("was damaged here and is set aside: taken whole")
    assert whole.startswith("whole    devices 1, segments 3, records 6, cases 2")
    assert at("vault", "verify").code == 0


def test_what_cannot_be_healed_is_told_with_what_it_means(at: Terminal, path: Path) -> None:
    flip(segments(path)[1], -400)

    ran = at("vault", "repair")
    as_json = at("vault", "repair", "--json")

    assert (ran.code, as_json.code) == (65, 65)
    damaged, *_, lost, whole = ran.out.splitlines()
    assert damaged.startswith("damaged  segment 0000000002-")
    assert lost.startswith("lost     1 change of 1 case is not readable: ")
    assert whole.startswith("whole    ")
    assert "--from" in ran.err
    told = json.loads(as_json.out)
    assert (told["healed"], told["lost"]["changes"], len(told["lost"]["cases"])) == ([], 1, 1)


def test_a_place_that_is_not_there_is_refused(at: Terminal, tmp_path: Path) -> None:
    assert at("vault", "repair", "--from", str(tmp_path / "nowhere")).code == 66
