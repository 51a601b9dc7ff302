"""The commands on the clocks of a case and on who told whom."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.tui.terminal import Terminal, founded

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.terminal import Ran

AWARE = "2026-06-01T10:00[Europe/London]"
NOW = ("--now", "2026-06-02T10:00[Europe/London]")


@pytest.fixture
def at(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """A command line at a vault with one open case, `lost-laptop`, discovered in June."""
    terminal = founded(capsys, monkeypatch, tmp_path)
    terminal.ok("new", "Lost laptop")
    terminal.ok("edit", "lost-laptop", "--set", f"discovered={AWARE}")
    return terminal


def refused(ran: Ran, words: str, code: int = 2) -> None:
    assert ran.code == code, ran
    assert words in ran.err


def test_further_clocks_run_beside_the_main_one(at: Terminal) -> None:
    added = at("clock", "lost-laptop", "--add", "nis2-ew")
    assert [line.split()[0] for line in added.err.splitlines()] == ["nis2-ew", "nis2-in", "nis2-fr"]
    stated = at("event", "lost-laptop", "nis2-in", "--at", "2026-06-01T20:00[Europe/London]")
    assert "recorded: nis2-in" in stated.err

    out = at.ok("clock", "lost-laptop", *NOW)
    found = json.loads(at.ok("clock", "lost-laptop", "--json", *NOW))

    assert "until 2026-07-01[Europe/London], end of that day" in out
    assert (found["rule"], found["status"]) == ("uk-gdpr-33-1", "running")
    assert [each["rule"] for each in found["further"]] == ["nis2-ew", "nis2-fr", "nis2-in"]
    assert "further clocks:" in at.ok("show", "lost-laptop")
    at.ok("clock", "lost-laptop", "--remove", "nis2-ew")
    assert "further clocks:" not in at.ok("clock", "lost-laptop", *NOW)
    assert "set case/at/nis2-in" in at.ok("log", "lost-laptop")


def test_another_rule_instead_is_ten_fields(at: Terminal) -> None:
    found = json.loads(at.ok("clock", "lost-laptop", "--rule", "eu-omni-33-1", "--json", *NOW))

    assert len(found) == 10
    assert found["why"].endswith("proposed, not law")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--add", "eu-omni-33-1"), "is a proposal, not law"),
        (("--add", "nis2-ew", "--remove", "nis2-ew"), "either --add or --remove"),
        (("--proposed",), "--proposed goes with --add"),
        (("--aware", "2026-06-01"), "the moments of a CASE are its own"),
    ],
)
def test_clocks_of_a_case_are_asked_for_in_one_way(
    at: Terminal, words: tuple[str, ...], said: str
) -> None:
    refused(at("clock", "lost-laptop", *words), said)


def test_an_event_needs_its_time(at: Terminal) -> None:
    refused(at("event", "lost-laptop", "suspected"), "no --at")


def test_a_chain_of_parties_names_its_longest_link(at: Terminal) -> None:
    at.ok(
        "party", "lost-laptop", "add", "--role", "processor", "--name", "Harbour Hosting",
        "--aware", "2026-05-31T09:00[Europe/London]",
    )  # fmt: skip
    at.ok(
        "party", "lost-laptop", "add", "--role", "sub-processor", "--name", "Quay Disks",
        "--aware", "2026-05-21T09:00[Europe/London]", "--tells", "harbour hosting",
        "--target", "2d",
    )  # fmt: skip
    at.ok("party", "lost-laptop", "add", "--role", "controller", "--name", "Northmoor")

    lines = at.ok("party", "lost-laptop").splitlines()
    told = json.loads(at.ok("party", "lost-laptop", "ls", "--json"))["parties"]

    assert "240h00m over" in lines[1]
    assert "25h00m over" in lines[2]
    assert {each["name"]: each["target_s"] for each in told} == {
        "Harbour Hosting": 86400, "Quay Disks": 172800, "Northmoor": None,
    }  # fmt: skip
    chain = at.ok("clock", "lost-laptop", *NOW)
    assert "longest: sub-processor Quay Disks -> processor Harbour Hosting, 10d 0h" in chain
    assert "K12 warning" in at("check", "lost-laptop").out
    at.ok("party", "lost-laptop", "set", "quay disks", "--tells", "controller")
    at.ok("party", "lost-laptop", "rm", "harbour hosting")
    assert "Harbour" not in at.ok("party", "lost-laptop")


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (("add",), "party add goes with a role", 2),
        (("ls", "--name", "x"), "party ls goes without a role", 2),
        (("set", "--name", "x"), "name one PARTY", 2),
        (("add", "some", "--role", "processor"), "name one PARTY", 2),
        (("rm", "nobody"), "no party of that name", 66),
        (("add", "--role", "processor", "--target", "soon"), "a length of time is a number", 2),
        (("add", "--role", "friend"), "a party has a role", 2),
    ],
)
def test_a_party_is_named_as_help_says(
    at: Terminal, words: tuple[str, ...], said: str, code: int
) -> None:
    refused(at("party", "lost-laptop", *words), said, code)


def test_a_discovery_inferred_from_two_reports_is_confirmed(at: Terminal) -> None:
    at.ok("edit", "lost-laptop", "--set", "discovered=T16:42[Europe/London]")
    at.ok(
        "sent",
        "lost-laptop",
        "--at",
        "2019-12-20T18:16[Europe/London]",
        "--via",
        "portal",
    )
    at.ok("followup", "lost-laptop")
    at.ok("edit", "lost-laptop", "--set", "discovered=2019-12-18[Europe/London]")

    found = json.loads(at.ok("clock", "lost-laptop", "--json"))
    assert (found["status"], found["elapsed_min_s"], found["inferred"]) == (
        "on_time",
        178440,
        True,
    )
    assert "inferred from two messages" in at.ok("clock", "lost-laptop")
    assert json.loads(at.ok("show", "lost-laptop", "--json"))["inferred"].startswith("inferred")

    assert "clock 49h34m on_time;" in at("edit", "lost-laptop", "--confirm").err

    assert not json.loads(at.ok("clock", "lost-laptop", "--json"))["inferred"]
    refused(at("edit", "lost-laptop", "--confirm"), "no discovery is inferred")


def test_halves_that_contradict_each_other_are_both_named(at: Terminal) -> None:
    at.ok("edit", "lost-laptop", "--set", "discovered=T16:42[Europe/Berlin]")
    at.ok(
        "sent",
        "lost-laptop",
        "--at",
        "2019-12-20T18:16[Europe/London]",
        "--via",
        "portal",
    )
    at.ok("followup", "lost-laptop")
    at.ok("edit", "lost-laptop", "--set", "discovered=2019-12-18[Europe/London]")

    out = at.ok("clock", "lost-laptop")

    assert "T16:42[Europe/Berlin] in the initial report" in out
    assert "2019-12-18[Europe/London] in follow-up report 1" in out
