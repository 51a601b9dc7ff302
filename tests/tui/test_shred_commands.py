"""`shred` and `retain` at the command line, and what `ls`, `show` and `sync` say of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from store.destruction import look, order_shred
from tests.store.build import day, opened
from tests.tui.line import line_to
from tests.tui.terminal import ENTRANCE, Ran, Terminal
from tests.tui.test_vault_commands import exchange, office, thin
from tui.cli import run

ORDER = ("shred", "lost-laptop", "--reason", "kept long enough")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed vault with one case, its passphrase and its recovery sheet."""
    home = tmp_path_factory.mktemp("template")
    (home / "words").write_text("correct horse battery\n", encoding="ascii")
    options = ("--vault", str(home / "v"), "--passphrase-file", str(home / "words"))
    founding = (
        "vault", "init", "--role", "controller", "--organisation", "Trust", "--person", "Ada",
        "--zone", "Europe/London", "--kdf-memory", "19", "--recovery-file", str(home / "key"),
    )  # fmt: skip
    for words in (founding, ("new", "Lost laptop")):
        assert run([*options, *words]) == 0
    return home


@pytest.fixture
def at(capsys: pytest.CaptureFixture[str], tmp_path: Path, template: Path) -> Terminal:
    """A command line at a vault with one open case, `lost-laptop`."""
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    capsys.readouterr()
    return Terminal(
        capsys, "--vault", str(tmp_path / "v"), "--passphrase-file", str(tmp_path / "words")
    )


def refused(ran: Ran, says: str) -> None:
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err


def short_id(at: Terminal) -> str:
    return str(json.loads(at.ok("ls", "--json"))["cases"][0]["id"])[:8]


def test_a_case_is_ordered_destroyed_shown_so_and_taken_back(at: Terminal) -> None:
    name = short_id(at)
    refused(at("shred", "lost-laptop", "--yes"), "needs a reason")
    refused(at(*ORDER), "no terminal")
    refused(at("shred", "lost-laptop", "--cancel", "--now"), "contradict")
    refused(at("shred", "lost-laptop", "--cancel"), "nobody ordered")

    said = at.ok(*ORDER, "--yes")

    assert said.startswith(f"{name}  to be destroyed from ")
    refused(at(*ORDER, "--yes"), "ordered to be destroyed already")
    assert "open, to be destroyed  Lost laptop" in at.ok("ls")
    assert at.ok("ls", "--shredded") == said
    assert "shred" in at.ok("show", "lost-laptop")
    [row] = json.loads(at.ok("ls", "--json"))["cases"]
    assert row["shred"]["status"] == "waiting"
    assert json.loads(at.ok("show", "lost-laptop", "--json"))["shred"]["who"] == "Ada"
    taken = json.loads(at.ok("shred", "lost-laptop", "--cancel", "--json"))
    assert taken["status"] == "cancelled"
    assert "open  Lost laptop" in at.ok("ls")


def test_now_destroys_at_once_and_the_id_is_all_that_is_known(at: Terminal) -> None:
    name = short_id(at)

    said = at.ok(*ORDER, "--now", "--yes")

    assert "destroyed on " in said
    assert "by Ada: kept long enough" in said
    assert at.ok("ls") == ""
    assert at.ok("show", name) == said
    assert json.loads(at.ok("show", name, "--json"))["state"] == "destroyed"
    [told] = json.loads(at.ok("ls", "--shredded", "--json"))["shredded"]
    assert told["status"] == "destroyed"
    assert at("show", "lost-laptop").code == 66
    verified = at("vault", "verify")
    assert verified.code == 0
    assert verified.out.endswith(" destroyed records 1\n")
    at.ok("shred", name, "--cancel")
    assert "destroyed on " in at.ok("ls", "--shredded")


def test_what_is_due_is_carried_out_when_a_vault_is_opened_to_write(
    at: Terminal, tmp_path: Path
) -> None:
    name = short_id(at)
    with opened(tmp_path / "v") as vault:
        order_shred(vault, vault.find(name), "old", wall=day(0))
        for number in range(1, 7):
            look(vault, wall=day(number))

    assert "cases ordered to be destroyed: 1" in at("ls").err
    ran = at("new", "Another")

    assert f"case {name} destroyed on " in ran.err
    assert "Lost laptop" not in at.ok("ls")


def test_at_a_terminal_the_short_id_is_typed_and_what_stays_is_said(at: Terminal) -> None:
    name = short_id(at)
    for typed, code in (("nonsense", 2), (name, 0)):
        with line_to(["-I", "-c", ENTRANCE, *at.options, *ORDER]) as line:
            line.shows(f"type {name} to order it")
            line.type(f"{typed}\r")
            assert line.ended() == code
            said = line.sent.decode()

        assert "backups, sticks and replicas not seen again" in said
        assert "cannot be taken back" in said
    with line_to(["-I", "-c", ENTRANCE, *at.options, "shred", name, "--now"]) as line:
        line.shows(f"type {name} to order it")
        line.type(f"{name}\r")
        assert line.ended() == 0
        assert "at once on this replica" in line.sent.decode()


def test_an_order_that_a_sync_brings_is_told(
    at: Terminal, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "stick").mkdir()
    at("sync", str(tmp_path / "stick"))
    theirs = Terminal(capsys, "--vault", str(tmp_path / "b"), *at.options[2:])
    number = [*(tmp_path / "key").read_text().splitlines()]
    numbers = next(line for line in number if line.count(" ") >= 6 and "number" in line.lower())
    digits = "".join(each for each in numbers if each.isdigit())
    began = theirs(
        "vault", "clone", str(tmp_path / "stick"), "--person", "Ben", "--kdf-memory", "19",
        "--number", digits,
    )  # fmt: skip
    compared = next(line for line in began.err.splitlines() if line.startswith("number"))
    at.ok("team", "add", began.out.strip(), "--role", "responder", "--number", compared[6:])
    for each in (at, theirs):
        each.ok("sync", str(tmp_path / "stick"))
    at.ok(*ORDER, "--yes")
    at.ok("sync", str(tmp_path / "stick"))

    ran = theirs("sync", str(tmp_path / "stick"))

    assert ran.code == 1
    assert "shred  case " in ran.out
    assert "ordered by Ada: kept long enough" in ran.out


def test_a_review_date_is_set_listed_when_due_and_destroys_nothing(at: Terminal) -> None:
    refused(at("retain"), "say one thing")
    refused(at("retain", "lost-laptop", "--due"), "say one thing")
    refused(at("retain", "lost-laptop", "--review", "soon", "--reason", "x"), "no date")
    refused(at("retain", "lost-laptop", "--review", "2031-01-01"), "needs a reason")
    refused(at("retain", "--years", "many"), "no number of years")
    assert at("retain", "--due").err == "nothing is due for review\n"

    at.ok("retain", "lost-laptop", "--review", "2020-01-01", "--reason", "six years")

    assert at.ok("retain", "--due").startswith("2020-01-01  ")
    [due] = json.loads(at.ok("retain", "--due", "--json"))["due"]
    assert (due["review"], due["held"], due["suggested"]) == ("2020-01-01", False, False)
    assert "due for review: 1" in at("inbox").err
    at.ok("hold", "lost-laptop", "--reason", "claim")
    assert "open, held" in at.ok("retain", "--due")


def test_years_after_closing_are_a_setting_of_the_vault(at: Terminal) -> None:
    at.ok("close", "lost-laptop", "--at", "2019-01-01T10:00[Europe/London]")
    assert "6 years" in at("retain", "--years", "6").err

    assert "2025-01-01" in at.ok("retain", "--due")
    assert "closed, suggested" in at.ok("retain", "--due")
    assert "any more" in at("retain", "--years", "none").err
    assert at.ok("retain", "--due") == ""


def test_a_case_that_looks_like_another_is_noted_and_nothing_is_refused(at: Terminal) -> None:
    for title in ("lost-laptop", "train"):
        if title == "train":
            at.ok("new", "Train laptop")
        at.ok("edit", title, "--set", "discovered=2019-12-18T16:42", "--set", "subjects_count=300")
    at.ok("edit", "train", "--set", "occurred=2019-12-07")

    shown = at.ok("show", "train")

    assert "note " in shown
    assert "Lost laptop: same discovery, similar title, same number of data subjects" in shown
    assert json.loads(at.ok("show", "train", "--json"))["alike"][0]["title"] == "Lost laptop"
    assert "looks like" in at("triage", "train", "--priority", "high").err
    at.ok("sent", "train", "--at", "2019-12-19T10:00[Europe/London]", "--via", "portal")
    at.ok("decided", "train", "--outcome", "no action", "--at", "2019-12-20[Europe/London]")
    assert "looks like" in at("inbox").err
    assert json.loads(at.ok("inbox", "--json"))["alike"]
    assert "looks like" not in at("new", "Lost laptop").err


def test_a_letter_about_a_destroyed_case_is_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ours = office(capsys, tmp_path, "controller", "Northmoor Agency")
    theirs = office(capsys, tmp_path, "regulator", "Sample Commission")
    exchange(ours, theirs)
    sent = ("--at", "2019-12-20T18:10[Europe/London]")
    assert thin(ours, "one.age", *sent).code == 0
    filed = ("--yes", "--sent", sent[1], *sent)
    theirs.ok("receive", "one.age", *filed)
    theirs.ok("shred", "northmoor", "--reason", "old", "--now", "--yes")

    again = theirs("receive", "one.age", *filed)

    assert (again.code, again.out.count("destroyed")) == (2, 0)
    assert "this case was destroyed" in again.err
    assert theirs.ok("ls") == ""
