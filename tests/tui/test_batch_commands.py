"""Many bundles received in one go: a line each, one yes, what came of every one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tui.line import line_to
from tests.tui.terminal import ENTRANCE, Ran, Terminal
from tests.tui.test_vault_commands import OLD, L, exchange, office, refused, thin


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def controller(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    return office(capsys, tmp_path, "controller", "Northmoor Agency")


@pytest.fixture
def regulator(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    return office(capsys, tmp_path, "regulator", "Sample Commission")


def batch(controller: Terminal, regulator: Terminal, tmp_path: Path) -> Path:
    """Put an initial report, its follow-up and noise into a folder, the last one first."""
    exchange(controller, regulator)
    place = tmp_path / "post"
    place.mkdir()
    (place / "e.pdf").mkdir()
    assert thin(controller, "post/c.age").code == 0
    controller.ok("followup", "lost-laptop")
    assert thin(controller, "post/b.age.txt").code == 0
    (place / "a.age").write_bytes(b"noise")
    (place / "d.pdf").write_bytes(b"no bundle")
    return place


def outcomes(ran: Ran) -> list[tuple[str, str]]:
    return [(each["file"], each["outcome"]) for each in json.loads(ran.out)["outcomes"]]


def test_a_folder_of_bundles_is_received_in_one_go(
    controller: Terminal, regulator: Terminal, tmp_path: Path
) -> None:
    batch(controller, regulator, tmp_path)
    refused(regulator("receive", "post"), 2, "not confirmed")
    assert regulator.ok("ls") == ""

    ran = regulator("receive", "post", "--yes", "--received", f"2019-12-20T18:20{L}")

    assert ran.code == 65
    lines = ran.err.splitlines()
    assert lines[0].startswith("refused   -                     -  a.age: ")
    assert lines[1].startswith(
        "waits     follow-up report      Northmoor Agency (amber)  b.age.txt"
    )
    assert lines[2] == "new       initial report        Northmoor Agency (amber)  c.age"
    assert [line[:9].strip() for line in lines[3:]] == ["filed", "filed", "2 filed,"]
    assert lines[-1] == "2 filed, 0 already, 1 refused"
    assert [line.split()[1] for line in ran.out.splitlines()] == ["c.age", "b.age.txt"]
    again = regulator("receive", "post/c.age", "post/b.age.txt", "--json")
    assert (again.code, outcomes(again)) == (0, [("c.age", "already"), ("b.age.txt", "already")])
    assert json.loads(again.out)["already"] == 2


def test_a_refusal_in_a_batch_is_named_in_json_with_its_hint(
    controller: Terminal, regulator: Terminal, tmp_path: Path
) -> None:
    batch(controller, regulator, tmp_path)

    ran = regulator("receive", "post/b.age.txt", "post/a.age", "missing.age", "--yes", "--json")

    assert ran.code == 79
    errors = {each["file"]: each["error"] for each in json.loads(ran.out)["outcomes"]}
    assert {name: error["code"] for name, error in errors.items()} == {
        "a.age": 65,
        "missing.age": 66,
        "b.age.txt": 79,
    }
    assert all(error["hint"] for error in errors.values())


def test_what_fits_one_bundle_only_is_refused_for_many(
    controller: Terminal, regulator: Terminal, tmp_path: Path
) -> None:
    place = batch(controller, regulator, tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()

    refused(regulator("receive", str(place), "--yes", "--sent", OLD), 2, "for one bundle")
    refused(regulator("receive", "post", "--yes", "--receipt", "r.age"), 2, "for one bundle")
    refused(regulator("receive", "post", "-", "--yes"), 2, "standard input")
    refused(regulator("receive", "empty", "--yes"), 66, "no bundle in empty")


def test_a_batch_asks_once_and_draws_a_bar_on_a_terminal(
    controller: Terminal, regulator: Terminal, tmp_path: Path
) -> None:
    place = batch(controller, regulator, tmp_path)

    with line_to(["-c", ENTRANCE, *regulator.options, "receive", str(place)]) as line:
        line.shows("file 2 of 3?")
        line.type("y\n")
        code = line.ended()

    assert code == 65
    assert b"filing" in line.sent
    assert b"100%" in line.sent
    assert b"2 filed, 0 already, 1 refused" in line.sent
    assert b"refused   a.age" in line.sent


def test_a_no_files_nothing(controller: Terminal, regulator: Terminal, tmp_path: Path) -> None:
    place = batch(controller, regulator, tmp_path)

    with line_to(["-c", ENTRANCE, *regulator.options, "receive", str(place)]) as line:
        line.shows("file 2 of 3?")
        line.type("n\n")
        code = line.ended()

    assert code == 130
    assert regulator.ok("ls") == ""
