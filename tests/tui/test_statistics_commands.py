from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.tui.terminal import Terminal
from tui.commands.statistics import plot

IN_TIME = "2026-01-03T09:00[Europe/London]"


@pytest.fixture
def at(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """A command line at a vault with two cases, one of them reported."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words").write_text("fictional words\n")
    found = Terminal(capsys, "--vault", str(tmp_path / "v"), "--passphrase-file", "words")
    found.ok(
        "vault", "init", "--role", "controller", "--organisation", "Sample", "--person",
        "A. Person", "--zone", "Europe/London", "--kdf-memory", "19", "--recovery-file", "r",
    )  # fmt: skip
    found.ok("new", "Lost stick")
    found.ok(
        "edit", "lost-stick", "--set", "discovered=2026-01-02T09:00[Europe/London]",
        "--set", "what_happened==HYPERLINK()", "--set", "subjects_count=12",
    )  # fmt: skip
    found.ok("sent", "lost-stick", "--via", "portal", "--at", IN_TIME)
    found.ok("new", "Wrong list")
    return found


def test_cases_are_counted_with_bars(at: Terminal) -> None:
    lines = at.ok("stats").splitlines()

    assert lines[:3] == ["2 cases", "", "by time"]
    assert "  24 hours to 72 hours  1  " + "#" * 40 in lines
    assert {"by size", "by category", "by decision"} <= set(lines)
    told = json.loads(at.ok("stats", "--by", "quarter", "--json"))
    assert told == {"cases": 2, "by": {"quarter": {"2026 Q1": 1, "not reported": 1}}}


def test_a_period_takes_what_was_reported_in_it(at: Terminal) -> None:
    from_then = json.loads(at.ok("stats", "--since", "2026-01-03", "--json"))
    before = json.loads(at.ok("stats", "--until", "2026-01-03T09:00[Europe/London]", "--json"))

    assert (from_then["cases"], before["cases"]) == (1, 0)
    assert at.ok("stats", "--until", "2026-01-01").splitlines()[0] == "0 cases"


def test_a_case_is_classed_by_the_start_of_a_word(at: Terminal) -> None:
    at.ok("classify", "lost-stick", "--type", "loss/theft of dev", "--sector", "health")
    at.ok("classify", "lost-stick", "--decision", "no further")

    told = json.loads(
        at.ok("stats", "--by", "type", "--by", "sector", "--by", "decision", "--json")
    )
    assert told["by"]["type"]["Loss/theft of device containing personal data"] == 1
    assert told["by"]["sector"]["Health"] == 1
    assert told["by"]["decision"]["No Further Action"] == 1
    at.ok("classify", "lost-stick", "--sector", "")
    assert "Health" not in at.ok("stats", "--by", "sector")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--type", "aliens"], "no type of that name"),
        (["--type", "other"], "2 of the type words begin so"),
        ([], "nothing to say"),
    ],
)
def test_a_word_that_is_none_of_the_vocabulary_is_refused(
    at: Terminal, words: list[str], said: str
) -> None:
    ran = at("classify", "lost-stick", *words)

    assert (ran.code, said in ran.err) == (2, True)


def test_the_register_leaves_in_clear_only_once_that_is_said(at: Terminal) -> None:
    refused = at("export", "register")
    assert (refused.code, "not confirmed" in refused.err) == (2, True)
    assert not Path("register.csv").exists()

    at.ok("export", "register", "--yes")

    text = Path("register.csv").read_text("utf-8")
    found = [*csv.DictReader(text.splitlines())]
    found.sort(key=lambda each: each["title"])
    assert [each["title"] for each in found] == ["Lost stick", "Wrong list"]
    assert found[0]["facts"] == "'=HYPERLINK()"
    assert found[1]["time to report"] == "not reported"
    assert at("export", "register", "--yes").code == 73


def test_the_dataset_has_labels_only(at: Terminal) -> None:
    Path("out").mkdir()
    name = at.ok("export", "dataset", "--as", "jsonl", "-o", "out", "--yes").strip()

    told = [json.loads(line) for line in Path(name).read_text("utf-8").splitlines()]
    times = sorted(each["Time Taken to Report"] for each in told)
    assert times == ["24 hours to 72 hours", "Unknown"]
    assert not any("HYPERLINK" in str(each) for each in told)


def test_the_longest_bar_is_of_forty_cells_and_no_label_is_without_one() -> None:
    lines = [*plot([("a", 100_000), ("bb", 1)])]

    assert lines == ["a   100000  " + "#" * 40, "bb       1  #"]
    assert [*plot([])] == []


def test_what_nobody_confirmed_is_masked_in_the_register(at: Terminal) -> None:
    at.ok("edit", "wrong-list", "--set", "what_happened=Sent to jane.roe@post.example by mistake.")

    out = at.ok("export", "register", "--yes", "-o", "-")

    assert "Sent to j***e by mistake." in out
    assert "jane.roe" not in out
