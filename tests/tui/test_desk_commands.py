"""The commands of the conversation: questions, answers, receipts, what waits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from exports.card import parse_card
from tests.exports.build import letter as sealed_letter
from tests.exports.build import office as stranger
from tests.tui.terminal import ENTRANCE, Terminal, python, python_bytes
from tests.tui.test_vault_commands import OLD, L, exchange, office, refused, thin

CASE = "IC-1234-A1B2"


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def controller(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    return office(capsys, tmp_path, "controller", "Northmoor Agency")


@pytest.fixture
def regulator(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    return office(capsys, tmp_path, "regulator", "Sample Commission")


@pytest.fixture
def under_way(controller: Terminal, regulator: Terminal) -> tuple[Terminal, Terminal]:
    """A case whose initial report was sealed, sent, received and acknowledged."""
    exchange(controller, regulator)
    assert thin(controller, "one.age", "--at", f"2019-12-20T18:10{L}").code == 0
    controller.ok("sent", "lost-laptop", "--at", f"2019-12-20T18:16{L}")
    times = ("--sent", f"2019-12-20T18:16{L}", "--at", f"2019-12-20T18:20{L}")
    regulator.ok("receive", "one.age", "--yes", *times)
    regulator.ok(
        "ack", "northmoor", "--ref", CASE, "-o", "ack.age", "--message", "we will write",
        "--at", f"2019-12-20T19:00{L}",
    )  # fmt: skip
    controller.ok("receive", "ack.age", "--yes", "--at", f"2019-12-20T19:05{L}")
    return controller, regulator


def ask(regulator: Terminal, *more: str) -> None:
    regulator.ok(
        "ask", CASE, "--question", "How many?", "--question", "Which?", "-o", "ask.age",
        "--at", f"2020-01-02T10:00{L}", *more,
    )  # fmt: skip


def waits(at: Terminal, *more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(at.ok("inbox", "--json", *more))["waiting"]
    return found


def texts(at: Terminal) -> list[str]:
    return [each["text"] for each in waits(at)]


def shown(at: Terminal, case: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(at.ok("show", case, "--json"))
    return found


# --- questions and answers


def test_two_questions_are_asked_and_answered_one_by_one(
    under_way: tuple[Terminal, Terminal], tmp_path: Path
) -> None:
    controller, regulator = under_way
    ask(regulator, "--due", f"2020-01-09{L}", "--due", f"2=2020-01-31T17:00{L}", "--message", "hi")
    preview = controller("receive", "ask.age", "--yes")
    assert f"would    question 1 (due 2020-01-09{L}): How many?" in preview.err
    (tmp_path / "list.txt").write_text("one page")
    controller.ok("attach", "lost-laptop", "list.txt")
    (tmp_path / "reply").write_text("twelve\x1b[2J people\n")

    open_before = controller.ok("answer", "lost-laptop")
    ran = controller(
        "answer", "lost-laptop", "--reply", "1", "@reply", "--attach", "list.txt",
        "-o", "answer.age", "--at", f"2020-01-03T09:00{L}",
    )  # fmt: skip
    regulator.ok("receive", "answer.age", "--yes")

    assert f"1. (due 2020-01-09{L}) How many?" in open_before
    assert "1 question still open" in ran.err
    for at, case in ((controller, "lost-laptop"), (regulator, CASE)):
        page = at.ok("show", case)
        assert f"How many?\n                (due 2020-01-09{L}, answered)" in page
        assert "00[Europe/London], open)" in page
        assert "answer 1     twelve[2J people" in page
        assert "attachment   list.txt (8 bytes)" in page
        (asked,) = [each for each in shown(at, case)["messages"] if "questions" in each]
        assert [each["reply"] for each in asked["questions"]] == ["twelve[2J people", None]
    assert json.loads(controller.ok("answer", "lost-laptop", "--json"))["requests"][0]["id"]
    regulator.ok("extract", CASE, "list.txt", "-o", "copy")
    assert (tmp_path / "copy").read_text() == "one page"
    controller.ok("answer", "lost-laptop", "--reply", "2", "all", "-o", "rest.age", "--json")
    assert "no question is open" in controller("answer", "lost-laptop").err


def test_an_answer_is_read_from_standard_input(
    under_way: tuple[Terminal, Terminal],
) -> None:
    controller, regulator = under_way
    ask(regulator)
    controller.ok("receive", "ask.age", "--yes")

    words = ("answer", "lost-laptop", "--reply", "2", "-", "-o", "answer.age")
    ran = python(ENTRANCE, *controller.options, *words, stdin="two\nlines\n")

    assert ran.code == 0
    assert "answer 2     two\n               lines" in controller.ok("show", "lost-laptop")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--reply", "3", "x"), "no question 3"),
        (("--reply", "1", "x", "--reply", "1", "y"), "twice"),
        (("--reply", "1", "@none"), "no file none"),
        (("--reply", "1", "@binary"), "not UTF-8"),
        (("--reply", "x", "y"), "not a valid integer"),
        (("--reply", "1", "x", "--attach", "none"), "no attachment"),
        (("--reply", "1", "x", "--request", "zz"), "no request"),
        (("--reply", "1", ""), "empty"),
    ],
)
def test_an_answer_that_cannot_be_sealed_changes_nothing(
    under_way: tuple[Terminal, Terminal], tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    controller, regulator = under_way
    ask(regulator)
    controller.ok("receive", "ask.age", "--yes")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    before = controller.ok("log", "lost-laptop")

    ran = controller("answer", "lost-laptop", *words, "-o", "answer.age")

    assert ran.code in {2, 65, 66}
    assert says in ran.err
    assert not (tmp_path / "answer.age").exists()
    assert controller.ok("log", "lost-laptop") == before


@pytest.mark.parametrize(
    "due", [f"3=2020-01-09{L}", f"x=2020-01-09{L}", f"0=2020-01-09{L}", "soon"]
)
def test_a_due_date_names_a_question_and_a_moment(
    under_way: tuple[Terminal, Terminal], due: str
) -> None:
    _, regulator = under_way

    refused(regulator("ask", CASE, "--question", "Which?", "--due", due), 2, "")
    refused(regulator("ask", CASE, "--due", f"2020-01-09{L}"), 2, "nothing is asked")


def test_one_due_date_is_for_every_question_without_its_own(
    under_way: tuple[Terminal, Terminal],
) -> None:
    _, regulator = under_way

    ask(regulator, "--due", f"2=2020-01-31{L}", "--due", f"2020-01-09{L}", "--json")

    (asked,) = [each for each in shown(regulator, CASE)["messages"] if "questions" in each]
    assert [each["due"] for each in asked["questions"]] == [f"2020-01-09{L}", f"2020-01-31{L}"]
    twice = ("--due", f"2020-01-09{L}", "--due", f"2020-01-10{L}")
    refused(regulator("ask", CASE, "--question", "Which?", *twice), 2, "twice")


# --- receipts, withdrawal, notice


def test_a_receipt_is_given_while_receiving_or_later(
    under_way: tuple[Terminal, Terminal], tmp_path: Path
) -> None:
    controller, regulator = under_way
    ask(regulator)

    ran = controller("receive", "ask.age", "--yes", "--receipt", "r1.age", "--json")
    regulator.ok("receipt", CASE, "-o", "r2.age", "--json")

    assert json.loads(ran.out)["receipt"] == "r1.age"
    told = regulator("receive", "r1.age", "--yes", "--receipt", "r3.age")
    assert "no receipt is given for a receipt" in told.err
    assert "kind     receipt" in controller("receive", "r2.age", "--yes").err
    assert not (tmp_path / "r3.age").exists()
    assert "as its sender states" in told.err
    page = controller.ok("show", "lost-laptop")
    assert "in receipt" in page
    assert f"filed_at  2019-12-20T18:20+00:00{L}" in page
    refused(regulator("receipt", CASE, "--bundle", "ffff"), 66, "no such bundle")
    refused(regulator("receive", "one.age", "--receipt", "r1.age"), 73, "there already")


def test_a_receipt_can_go_to_standard_output_alone(
    under_way: tuple[Terminal, Terminal], tmp_path: Path
) -> None:
    controller, regulator = under_way
    ask(regulator)

    words = ("receive", "ask.age", "--yes", "--receipt", "-", "--json")
    data = python_bytes(ENTRANCE, *controller.options, *words)
    (tmp_path / "receipt.age").write_bytes(data)

    assert data.startswith(b"age-encryption.org/v1\n")
    assert "kind     receipt" in regulator("receive", "receipt.age", "--yes").err


def test_a_notification_is_withdrawn_with_a_reason(under_way: tuple[Terminal, Terminal]) -> None:
    controller, regulator = under_way
    refused(controller("withdraw", "lost-laptop"), 2, "--reason")

    controller.ok("withdraw", "lost-laptop", "--reason", "found in a drawer", "-o", "w.age")

    assert "found in a drawer" in regulator("receive", "w.age", "--yes").err
    assert "reason        found in a drawer" in regulator.ok("show", CASE)
    assert "read the withdrawal" in texts(regulator)
    assert "withdrawn" in controller.ok("clock", "lost-laptop")


def test_a_processor_s_notice_opens_a_case_at_its_controller(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, controller: Terminal, regulator: Terminal
) -> None:
    (tmp_path / "p").mkdir()
    processor = office(capsys, tmp_path / "p", "controller", "Example Hosting")
    for at, role in ((controller, "controller"), (regulator, "regulator")):
        processor.ok("contact", "add", at.ok("key", "show").strip(), "--role", role)
    processor.ok("new", "Open bucket")
    processor.ok("edit", "open-bucket", "--set", f"discovered={OLD}", "--set", "cyber=Yes")
    (tmp_path / "people.csv").write_text("a,b")
    processor.ok("attach", "open-bucket", "people.csv")
    send = ("send", "open-bucket", "--to", "northmoor", "--notice", "a bucket was open")

    ran = processor(*send, "--attach", "people.csv", "-o", "notice.age")
    seen = controller("receive", "notice.age", "--yes")

    assert "warning: people.csv looks like a table of people" in ran.err
    assert "sealed, not sent" not in ran.err
    assert "processor aware 2019-12-18T16:42" in seen.err
    page = controller.ok("show", seen.out.strip())
    assert "text        a bucket was open" in page
    assert "cyber       Yes" in page
    assert "awareness (processor) to awareness" in page
    assert "read the processor notice" in texts(controller)
    controller.ok("party", seen.out.strip(), "set", "example hosting", "--target", "2h")
    processor.ok(*send, "-o", "again.age")
    controller.ok("receive", "again.age", "--yes")
    told = json.loads(controller.ok("party", seen.out.strip(), "--json"))["parties"]
    assert [each["target_s"] for each in told] == [7200]
    refused(processor(*send, "--incomplete", "--reason", "x"), 2, "never incomplete")
    refused(processor("send", "open-bucket", "--to", "sample", "--notice", "x"), 2, "controller")


def test_an_attachment_goes_with_a_report_and_not_with_the_same_one_again(
    controller: Terminal, regulator: Terminal, tmp_path: Path
) -> None:
    exchange(controller, regulator)
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(name.encode())
        controller.ok("attach", "lost-laptop", name)

    assert thin(controller, "one.age", "--attach", "a.pdf").code == 0

    refused(thin(controller, "two.age", "--attach", "b.pdf"), 2, "without these attachments")
    assert "attachment a.pdf, 5 bytes" in regulator("receive", "one.age", "--yes").err
    assert shown(regulator, "northmoor")["messages"][0]["attachments"][0]["name"] == "a.pdf"


def test_a_bundle_of_any_kind_that_was_lost_on_its_way_out_is_had_once_more(
    under_way: tuple[Terminal, Terminal], tmp_path: Path
) -> None:
    controller, regulator = under_way
    ask(regulator)
    sealed = [each for each in shown(regulator, CASE)["messages"] if each["direction"] == "out"]
    before = regulator.ok("log", CASE)
    (tmp_path / "ask.age").unlink()

    ran = regulator("send", CASE, "--again", sealed[-1]["id"][:8], "-o", "ask.age", "--json")

    assert json.loads(ran.out)["sha256"] == sealed[-1]["manifest"]
    assert regulator.ok("log", CASE) == before
    assert "How many?" in controller("receive", "ask.age", "--yes").err
    refused(regulator("send", CASE, "--again", "zz"), 66, "no such bundle")
    refused(regulator("send", CASE, "--again", ""), 2, "2 bundles begin so")
    refused(regulator("send", CASE, "--again", "zz", "--to", "north"), 2, "changes nothing")
    refused(controller("send", "lost-laptop"), 2, "no --to CONTACT")


# --- the desk


def test_a_decision_says_which_report_was_read(under_way: tuple[Terminal, Terminal]) -> None:
    controller, regulator = under_way
    words = (
        "decide",
        CASE,
        "--outcome",
        "no further action",
        "--note",
        "may be reopened",
        "--amber",
    )

    refused(regulator(*words, "--basis", "1"), 2, "no report 1")
    regulator.ok(*words, "--basis", "0", "-o", "d.age")

    assert "note may be reopened" in controller("receive", "d.age", "--yes").err
    assert texts(controller)[0] == "read the decision and close the case"
    assert texts(regulator)[0] == "close the case: it is decided"
    assert "message          we will write" in controller.ok("show", "lost-laptop")


def test_the_inbox_puts_what_presses_most_first_and_forgets_what_was_looked_at(
    under_way: tuple[Terminal, Terminal],
) -> None:
    controller, regulator = under_way
    assert controller("inbox").err == "nothing waits\n"
    ask(regulator, "--due", f"2020-01-09{L}")
    controller.ok("receive", "ask.age", "--yes")
    line = controller.ok("inbox")
    assert line.startswith("passed  2020-01-09  ")
    assert "answer 1, 2 of request" in line
    controller.ok("answer", "lost-laptop", "--reply", "1", "x", "-o", "a.age")
    regulator.ok("receive", "a.age", "--yes")

    assert texts(regulator)[1:] == ["read the information response"]
    assert waits(regulator)[0]["kind"] == "awaited"
    assert (
        "no longer waits: read the information response" in regulator("inbox", "--seen", CASE).err
    )
    assert [each["kind"] for each in waits(regulator)] == ["awaited"]
    refused(regulator("inbox", "--seen", CASE, "--bundle", "ffff"), 66, "no such letter")
    refused(regulator("inbox", "--bundle", "ffff"), 2, "--seen")


def test_a_case_is_triaged_and_assigned_and_the_list_says_so(
    under_way: tuple[Terminal, Terminal],
) -> None:
    _, regulator = under_way
    ask(regulator)

    told = regulator("triage", CASE, "--priority", "urgent", "--note", "children")
    given = regulator("assign", CASE, "--to", "C. Officer")

    assert told.err == "northmoor-agency: urgent\n"
    assert given.err == "northmoor-agency: C. Officer\n"
    (row,) = regulator.ok("ls").splitlines()
    assert "urgent, C. Officer  Northmoor Agency" in row
    assert len(row) <= 80
    regulator.ok("assign", CASE, "--to", "C. Officer of the second floor")
    assert regulator.ok("ls").split()[-3:] == ["urgent", "Northmoor", "Agency"]
    regulator.ok("assign", CASE, "--to", "C. Officer")
    page = regulator.ok("show", CASE)
    assert "priority     urgent" in page
    assert "assigned to  C. Officer" in page
    assert "children" in regulator.ok("log", CASE)
    assert (shown(regulator, CASE)["priority"], shown(regulator, CASE)["assignee"]) == (
        "urgent",
        "C. Officer",
    )
    assert len(waits(regulator, "--mine", "c. officer")) == 1
    assert waits(regulator, "--mine", "nobody") == []
    assert regulator("assign", CASE, "--to", "").err == "northmoor-agency: nobody\n"
    refused(regulator("triage", CASE, "--priority", "soon"), 2, "urgent")


def test_any_two_reports_of_a_case_are_compared(under_way: tuple[Terminal, Terminal]) -> None:
    controller, regulator = under_way
    refused(regulator("diff", CASE), 66, "a diff needs two")
    for number in ("12", "13"):
        controller.ok("followup", "lost-laptop")
        controller.ok("edit", "lost-laptop", "--set", f"subjects_count={number}")
        assert thin(controller, f"{number}.age").code == 0
        regulator.ok("receive", f"{number}.age", "--yes")

    last = regulator("diff", CASE)
    first = regulator("diff", CASE, "--from", "0", "--to", "1")
    both = json.loads(regulator("diff", CASE, "--from", "0", "--json").out)

    assert (last.code, last.out) == (1, "changed  subjects_count: 12 -> 13\n")
    assert "added    subjects_count: [blank] -> 12" in first.out
    assert {"question": "subjects_count", "before": None} in [
        {name: each[name] for name in ("question", "before")} for each in both["changes"]
    ]
    assert regulator("diff", CASE, "--to", "1").out == first.out
    refused(regulator("diff", CASE, "--from", "7"), 66, "those that can be: 0, 1, 2")
    refused(regulator("diff", CASE, "--to", "0"), 66, "no such report")
    refused(regulator("diff", "a", "b", "--from", "0"), 2, "go with a CASE")


# --- a form of a later version


def from_the_future(regulator: Terminal, tmp_path: Path) -> str:
    """File an initial report on a form that is not known here; return its case."""
    card = parse_card(regulator.ok("key", "show"))
    report = {
        "form": "ico-2031",
        "kind": "initial",
        "number": 0,
        "answers": {
            "what_happened": {"state": "answered", "value": "a drone fell"},
            "drones": {"state": "answered", "value": [1, 2]},
            "when": {"state": "redacted"},
            "plain": "text",
        },
    }
    raw = sealed_letter(
        stranger("Future Office", 1), card, kind="initial_report", case_reference=None,
        in_reply_to=None, schema={"id": "ico-2031", "version": 1, "sha256": "11" * 32},
        complete=True, payload={"report": report, "incomplete_reason": None},
    )  # fmt: skip
    (tmp_path / "future.age").write_bytes(raw)
    ran = regulator("receive", "future.age", "--yes")
    assert "cannot read: kept as it came, not checked" in ran.err
    return ran.out.strip()


def test_a_report_on_an_unknown_form_is_shown_as_it_came_and_can_be_acknowledged(
    regulator: Terminal, tmp_path: Path
) -> None:
    case = from_the_future(regulator, tmp_path)

    page = regulator.ok("show", case)

    assert "form           ico-2031: cannot be read here; shown as it came, not checked" in page
    assert "what_happened  a drone fell" in page
    assert "drones         [1, 2]" in page
    assert "when           redacted" in page
    assert "plain          text" in page
    told = shown(regulator, case)["messages"][0]["payload"]["report"]
    assert told["answers"]["drones"]["value"] == [1, 2]
    assert texts(regulator) == ["acknowledge the initial report"]
    regulator.ok("ack", case, "--ref", "any words", "-o", "ack.age")
    assert "any words" in regulator.ok("ls")


def test_an_unknown_form_is_neither_checked_nor_compared_nor_a_crash(
    regulator: Terminal, tmp_path: Path
) -> None:
    case = from_the_future(regulator, tmp_path)

    checked = regulator("check", case)
    clocked = regulator("clock", case)

    assert (checked.code, clocked.code) == (0, 0)
    (told,) = json.loads(regulator.ok("check", case, "--json"))["problems"]
    assert (told["id"], told["severity"]) == ("K58", "note")
    assert f"K58 note       {told['message']}" in checked.out
    assert "no problems found" not in checked.out
    assert "delay chain:" in clocked.out
    refused(regulator("diff", case), 66, "a diff needs two")
    refused(regulator("diff", case, "--from", "0"), 66, "those that can be: none")
    refused(regulator("diff", case, "--to", "0"), 66, "no such report")
    refused(regulator("show", case, "--report", "0"), 66, "no report 0")
    assert " (in initial report)" in regulator.ok("log", case)
    assert " (filed)" in regulator.ok("log", case)


# --- schema


def test_the_schema_of_bundles_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(Terminal(capsys).ok("schema", "bundle"))

    assert found["$id"] == "urn:breachcase:bundle:1"
    refused(Terminal(capsys)("schema", "bundles"), 66, "no form of that name")
