"""`breachcase assess`: items, groups, decisions, the hold, the scores, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models.severity import HINT
from tests.tui.desks import WALL, case, office
from tests.tui.terminal import Terminal
from tests.tui.test_vault_commands import refused
from tui.assessment import CREDIT

CASE = "lost-tape"
AT = "2020-03-02T10:00+00:00[Europe/London]"


@pytest.fixture
def at(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost tape", {}, wall=WALL)
    words = tmp_path / "words"
    words.write_text("correct horse\n", encoding="utf-8")
    return Terminal(capsys, "--vault", str(tmp_path / "v"), "--passphrase-file", str(words))


def told(at: Terminal) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(at.ok("assess", CASE, "--json"))
    return found


def items(found: dict[str, Any]) -> dict[str, Any]:
    return {each["number"]: each for step in found["steps"] for each in step["items"]}


def test_an_assessment_that_nobody_began_is_all_open(at: Terminal) -> None:
    page = at.ok("assess", CASE)

    assert "1 Contain (0 of 13 done)" in page
    assert "open: Ra Rb Rc Rd Re" in page
    assert "severity: nothing is scored" in page
    assert page.endswith(f"{CREDIT}\n")
    assert told(at)["severity"] is None
    assert at.ok("assess", CASE, "severity") == "severity: nothing is scored\n"
    assert at.ok("assess", CASE, "severity", "--json") == "null\n"
    assert "S1.2  What can lessen the harm" in at.ok("assess", CASE, "page", "--blanks")


def test_an_item_is_answered_marked_and_cleared(at: Terminal, tmp_path: Path) -> None:
    (tmp_path / "cause.txt").write_text("A courier\nlost it.\n", encoding="utf-8")
    at.ok("assess", CASE, "set", "s1.6", f"@{tmp_path / 'cause.txt'}", "--reason", "depot log")
    at.ok("assess", CASE, "set", "S1.7", "--mark", "not-considered")
    at.ok("assess", CASE, "set", "S1.11", "--mark", "not-yet-known")
    at.ok("assess", CASE, "set", "O8", "--mark", "not-applicable", "--reason", "Privacy Act")
    at.ok("assess", CASE, "set", "S1.4", "yes")
    at.ok("assess", CASE, "set", "S1.4", "--mark", "clear")

    found = items(told(at))

    assert found["S1.6"]["answer"]["value"] == "A courier\nlost it."
    assert found["S1.6"]["by"] == "Ada Example"
    assert found["S1.6"]["at"] is not None
    states = {name: found[name]["state"] for name in ("S1.4", "S1.6", "S1.7", "S1.11", "O8")}
    assert states == {
        "S1.4": "open",
        "S1.6": "done",
        "S1.7": "not considered",
        "S1.11": "open",
        "O8": "not applicable",
    }
    page = at.ok("assess", CASE)
    assert "lost it. (depot log)" in page
    assert "not applicable (Privacy Act)" in page
    assert "not yet known" in page


def test_what_is_not_an_item_says_where_it_belongs(at: Terminal) -> None:
    refused(at("assess", CASE, "set", "S1.6"), 2, "give a VALUE or --mark")
    refused(at("assess", CASE, "set", "S1.6", "x", "--mark", "clear"), 2, "give a VALUE")
    refused(at("assess", CASE, "set", "N2", "x"), 2, "N2 is not of the case as a whole")
    assert "--group GROUP" in at("assess", CASE, "set", "N2", "x").err
    assert "assess CASE severity" in at("assess", CASE, "set", "EI", "1").err
    refused(at("assess", CASE, "set", "Z9", "x"), 66, "no item of that name")
    refused(at("assess", CASE, "set", "S1.11", "perhaps"), 65, "no such option")
    refused(at("assess", "nowhere"), 66, "no case")
    assert at("assess", CASE, "jump").code == 2


def test_help_is_of_assess_before_and_after_the_case(at: Terminal) -> None:
    for words in (("assess", "--help"), ("assess", CASE, "--help")):
        assert "No order is forced" in at.ok(*words)


def test_groups_are_added_filled_in_listed_and_taken_out(at: Terminal) -> None:
    assert at("assess", CASE, "group", "ls").err == (
        "no groups yet: breachcase assess CASE group add TYPE\n"
    )
    first = at.ok("assess", CASE, "group", "add", "Enquiries")
    made = json.loads(at.ok("assess", CASE, "group", "add", "Claims", "--json"))
    at.ok("assess", CASE, "group", "set", "claims", "R2=yes", "R8=Yes", "R14=1,200")
    at.ok("assess", CASE, "group", "set", "2", "R9=Yes", "--reason", "member list")
    at.ok("assess", CASE, "set", "N2", "New member numbers", "--group", made["id"][:8])

    listed = at.ok("assess", CASE, "group", "ls").splitlines()
    found = told(at)["groups"][1]

    assert first.startswith("1  ")
    assert made["number"] == 2
    assert [line.split()[2:] for line in listed] == [
        ["risk", "-", "notify", "-", "Enquiries"],
        ["risk", "yes", "notify", "-", "Claims"],
    ]
    noted = {each["number"]: each["answer"] for each in found["items"]}
    assert noted["R9"] == {"state": "answered", "value": "Yes", "note": "member list"}
    assert noted["N2"]["value"] == "New member numbers"

    at.ok("assess", CASE, "group", "rm", "Claims")
    groups = json.loads(at.ok("assess", CASE, "group", "ls", "--json"))["groups"]
    assert [each["name"] for each in groups] == ["Enquiries"]
    at.ok("undo", CASE)
    assert len(told(at)["groups"]) == 2


def test_a_group_takes_item_value_pairs_and_one_reason(at: Terminal) -> None:
    at.ok("assess", CASE, "group", "add", "Names")

    refused(at("assess", CASE, "group", "set", "1", "R2"), 2, "an answer is ITEM=VALUE")
    both = at("assess", CASE, "group", "set", "1", "R2=yes", "R3=High", "--reason", "x")
    refused(both, 2, "a reason goes with one answer")
    refused(at("assess", CASE, "group", "set", "2", "R2=yes"), 66, "no such group")
    refused(at("assess", CASE, "group", "add", " "), 2, "a group needs a type")


def test_a_decision_says_where_the_rule_disagrees_and_stands(at: Terminal) -> None:
    at.ok("assess", CASE, "group", "add", "Claims")
    at.ok("assess", CASE, "group", "set", "1", "R8=Yes")

    ran = at("assess", CASE, "decide", "Claims", "no", "--reason", "too costly", "--by", "Chair")
    at.ok("assess", CASE, "decide", "regulator", "not-yet", "--reason", "soon", "--at", AT)

    found = told(at)
    assert ran.err.splitlines() == [
        "Claims: no",
        "DISAGREES: the guide's rule says yes: a real risk of serious harm is recorded (N1)",
    ]
    assert found["groups"][0]["decision"]["by"] == "Chair"
    assert found["regulator"] == {
        "decision": "Not yet",
        "reason": "soon",
        "by": "Ada Example",
        "at": AT,
    }
    page = at.ok("assess", CASE)
    assert "Claims: no (too costly, by Chair, 20" in page
    assert "DISAGREES: the rule says yes" in page
    assert "K55 warning    group 1: a real risk" in at("check", CASE).out


def test_a_decision_needs_a_reason_and_a_role(at: Terminal) -> None:
    assert at("assess", CASE, "decide", "police", "yes").code == 2
    refused(at("assess", CASE, "decide", "police", "yes", "--reason", " "), 2, "needs a reason")
    long = ("--reason", "x", "--by", "x" * 201)
    refused(at("assess", CASE, "decide", "police", "yes", *long), 2, "a role of at most 200")
    refused(at("assess", CASE, "decide", "9", "yes", "--reason", "x"), 66, "no such group")


def test_a_hold_by_the_police_delays_the_individuals_until_it_is_released(at: Terminal) -> None:
    at.ok("assess", CASE, "group", "add", "Claims")
    refused(at("assess", CASE, "hold", "police"), 2, "say who asked, or that it is over")
    refused(at("assess", CASE, "hold", "police", "--release"), 2, "no hold to release")
    asked = ("--asked-by", "County police", "--from", AT, "--until", "2020-03-09[Europe/London]")

    held = at("assess", CASE, "hold", "police", *asked).err
    decided = at("assess", CASE, "decide", "1", "yes", "--reason", "they can act").err
    over = at("assess", CASE, "hold", "police", "--release", "--at", AT).err

    until = "until 2020-03-09[Europe/London]"
    assert held == f"hold asked for by County police from {AT} {until}: in force\n"
    assert decided.splitlines()[0] == "Claims: held"
    assert over.endswith(f": released {AT}\n")
    assert told(at)["outcome"][0]["outcome"] == "yes"
    refused(at("assess", CASE, "hold", "police", "--release"), 2, "no hold to release")
    at.ok("assess", CASE, "hold", "police", "--asked-by", "Federal police")
    assert told(at)["hold"]["released"] is None


def test_scores_make_a_range_with_its_arithmetic(at: Terminal) -> None:
    printed = at.ok(
        "assess", CASE, "severity", "--dpc", "sensitive=4", "--ei", "1", "--cb",
        "confidentiality=0.5", "--cb", "intent=unknown", "--many", "yes", "--reason", "clear text",
    )  # fmt: skip

    assert printed.splitlines() == [
        "SE 4.50 .. 6.00 very high = DPC 4 x EI 1.00 + (CB 0.50 .. 2.00)",
        "a range, for these are open: CB2 CB3 CB4",
        "more than 100 individuals: yes; unintelligible: not known",
        HINT,
    ]
    at.ok("assess", CASE, "severity", "--ei", "0.75")
    assert "no reason given: EI" in at.ok("assess", CASE, "severity")
    assert json.loads(at.ok("assess", CASE, "severity", "--json"))["se_min"] == 14


def test_a_score_that_the_method_does_not_have_is_refused(at: Terminal) -> None:
    refused(at("assess", CASE, "severity", "--ei", "2"), 2, "EI has no such score")
    refused(at("assess", CASE, "severity", "--dpc", "secret=4"), 2, "--dpc is PART=SCORE")
    refused(at("assess", CASE, "severity", "--cb", "intent"), 2, "CB4 has no such score")
    refused(at("assess", CASE, "severity", "--reason", "x"), 2, "a reason needs a score")


def test_a_notice_that_is_due_says_what_it_lacks(at: Terminal) -> None:
    at.ok("assess", CASE, "group", "add", "Claims")
    at.ok("assess", CASE, "decide", "1", "yes", "--reason", "they can act")
    present = [f"C{number}=Present" for number in range(1, 12) if number != 5]
    at.ok("assess", CASE, "group", "set", "1", *present)

    page = at.ok("assess", CASE)

    assert "the notice lacks, without a reason: C5" in page
    assert "C10 and C11 exclude each other" in page
    assert told(at)["groups"][0]["notice_missing"] == ["C5"]
