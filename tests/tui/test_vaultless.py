"""The commands that need no vault: clock, check --report, diff A B, schema."""

from __future__ import annotations

import io
import json
import sys
from importlib import resources
from typing import TYPE_CHECKING

import pytest

from tests.tui.terminal import ENTRANCE, Terminal, python
from tui.commands.root import root

if TYPE_CHECKING:
    from pathlib import Path

AWARE = "2019-12-18T16:42[Europe/London]"
SENT = "2019-12-20T18:16[Europe/London]"


@pytest.fixture
def breachcase(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


def sample(name: str) -> str:
    return str(resources.files("tui.sample").joinpath(name))


def test_the_clock_of_the_twin_is_49h34m_on_time(breachcase: Terminal) -> None:
    ran = breachcase("clock", "--aware", AWARE, "--reported", SENT, "--json")

    assert ran.code == 0
    assert json.loads(ran.out) == {
        "rule": "uk-gdpr-33-1",
        "status": "on_time",
        "elapsed_min_s": 178440,
        "elapsed_max_s": 178440,
        "deadline_min": "2019-12-21T16:42+00:00[Europe/London]",
        "deadline_max": "2019-12-21T16:42+00:00[Europe/London]",
        "end_1182_71": None,
        "bands": ["B"],
        "why": "49h34m from awareness to report, limit 72h00m",
        "source": "UK GDPR Art. 33(1)",
    }


def test_a_clock_with_half_known_times_shows_both_ends(breachcase: Terminal) -> None:
    out = breachcase.ok(
        "clock", "--rule", "gdpr-33-1", "--aware", "2019-12-18[Europe/London]", "--reported", SENT
    )

    lines = [line.split("  ", 1) for line in out.splitlines()]
    shown = {name: text.strip() for name, text in lines}
    assert shown["elapsed"] == "42h16m .. 66h16m"
    assert shown["or at the latest"] == "2019-12-22T00:00+00:00[Europe/London]"


def test_the_end_by_regulation_1182_71_is_shown_for_eu_authorities(breachcase: Terminal) -> None:
    out = breachcase.ok("clock", "--rule", "gdpr-33-1", "--aware", AWARE, "--reported", SENT)

    assert "end (1182/71)" in out


@pytest.mark.parametrize(
    ("reported", "code"),
    [("2019-12-21T16:42[Europe/London]", 0), ("2019-12-21T16:43[Europe/London]", 1)],
)
def test_exit_code_says_late_only_past_the_limit(
    breachcase: Terminal, reported: str, code: int
) -> None:
    ran = breachcase("clock", "--aware", AWARE, "--reported", reported, "--exit-code")

    assert ran.code == code


def test_without_a_report_the_clock_is_running_and_can_be_overdue(breachcase: Terminal) -> None:
    ran = breachcase("clock", "--aware", AWARE, "--exit-code", "--json")

    assert json.loads(ran.out)["status"] == "running"
    assert ran.code == 1


@pytest.mark.parametrize(
    "text", ["2019-02-30[Europe/London]", "2019-12-18T16:42[Europe/Nowhere]", "soon", ""]
)
def test_a_moment_that_cannot_be_read_is_a_usage_error_of_one_line_and_a_hint(
    breachcase: Terminal, text: str
) -> None:
    ran = breachcase("clock", "--aware", text)

    assert ran.code == 2
    assert ran.out == ""
    assert [line.split(": ")[1] for line in ran.err.splitlines()] == ["error", "hint"]


def test_a_time_that_does_not_exist_is_data_with_status_error(breachcase: Terminal) -> None:
    ran = breachcase("clock", "--aware", "2026-03-29T01:30[Europe/London]", "--json")

    assert ran.code == 0
    assert json.loads(ran.out)["status"] == "error"


def test_errors_are_json_where_json_was_asked_for(breachcase: Terminal) -> None:
    ran = breachcase("clock", "--aware", "soon", "--json")

    error = json.loads(ran.err)["error"]
    assert (ran.code, error["code"]) == (2, 2)
    assert error["hint"]


def test_a_clock_without_moments_says_what_to_give(breachcase: Terminal) -> None:
    assert "give --aware MOMENT, or a CASE" in breachcase("clock").err


def test_the_rules_are_listed_with_their_sources(breachcase: Terminal) -> None:
    lines = breachcase.ok("clock", "--list").split("\n")
    told = json.loads(breachcase.ok("clock", "--list", "--json"))["rules"]

    assert lines[0].split() == ["ID", "LENGTH", "FROM", "STATUS", "VALID", "TITLE", "SOURCE"]
    assert [line.split()[0] for line in lines[1:-1]] == [each["id"] for each in told]
    assert "nis2-fr             1 month" in "\n".join(lines)
    assert all(each["source"] for each in told)


def test_events_by_name_start_the_other_clocks(breachcase: Terminal) -> None:
    berlin = "[Europe/Berlin]"
    out = breachcase.ok(
        "clock", "--rule", "dora-initial", "--aware", f"2026-07-03T20:00{berlin}",
        "--event", f"classified=2026-07-04T10:00{berlin}",
        "--reported", f"2026-07-04T14:00{berlin}",
    )  # fmt: skip
    assert "on_time" in out
    assert "note      an end on a weekend" in out

    final = breachcase.ok(
        "clock", "--rule", "nis2-fr", "--event", "submission:nis2-in=2026-01-31T12:00[Europe/Paris]"
    )
    assert "deadline  2026-02-28[Europe/Paris], end of that day" in final


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rule", "nis2-ew"), "no --event significant"),
        (("--event", "dreamt=2026-01-01"), "no event of that name"),
        (("--event", "aware"), "an event is NAME=MOMENT"),
        (("--event", "aware=soon"), "not a date, a time or both"),
        (("--event", "aware=2026-01-01", "--event", "aware=2026-01-02"), "aware is stated twice"),
        (
            ("--aware", "2026-01-01", "--event", "suspected=2026-01-01"),
            "uk-gdpr-33-1 does not look at suspected",
        ),
    ],
)
def test_an_event_that_is_none_is_one_line(
    breachcase: Terminal, words: tuple[str, ...], said: str
) -> None:
    ran = breachcase("clock", *words)

    assert ran.code == 2
    assert said in ran.err


def test_check_prints_one_object_with_problems_and_what_was_not_run(breachcase: Terminal) -> None:
    ran = breachcase("check", "--report", sample("twin-initial.json"), "--reported", SENT, "--json")

    found = json.loads(ran.out)
    assert ran.code == 1
    assert set(found) == {"problems", "not_run"}
    assert "K04" in {problem["id"] for problem in found["problems"]}
    assert all(
        set(problem) == {"id", "severity", "question", "message", "source"}
        for problem in found["problems"]
    )


def test_check_of_the_follow_up_compares_it_with_the_previous_report(breachcase: Terminal) -> None:
    ran = breachcase(
        "check",
        "--report",
        sample("twin-follow-up.json"),
        "--previous",
        sample("twin-initial.json"),
        "--reported",
        SENT,
    )

    assert ran.code == 1
    assert "K25" in ran.out
    assert "source: " in ran.out


def test_check_reads_a_report_from_standard_input(
    breachcase: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stdin:
        buffer = io.BytesIO(b'{"form":"ico-2019","kind":"initial","number":0,"answers":{}}')

    monkeypatch.setattr(sys, "stdin", Stdin)

    ran = breachcase("check", "--report", "-")

    assert ran.code == 1
    assert "not run for lack of input:" in ran.out


def test_check_needs_a_case_or_a_report_and_not_both(breachcase: Terminal) -> None:
    assert breachcase("check").code == 2
    assert breachcase("check", "case", "--report", "x").code == 2


def test_diff_of_the_twin_shows_what_the_follow_up_changed(breachcase: Terminal) -> None:
    ran = breachcase("diff", sample("twin-initial.json"), sample("twin-follow-up.json"), "--json")

    changes = {change["question"]: change for change in json.loads(ran.out)["changes"]}
    assert ran.code == 1
    assert changes["data_categories"]["kind"] == "widened"
    assert "spoken_to" not in changes


def test_diff_of_a_report_with_itself_is_empty_and_exits_0(breachcase: Terminal) -> None:
    name = sample("twin-initial.json")

    assert breachcase("diff", name, name) == (0, "", "")


def test_diff_as_text_shows_before_and_after(breachcase: Terminal) -> None:
    ran = breachcase("diff", sample("twin-initial.json"), sample("twin-follow-up.json"))

    assert "discovered: T16:42[Europe/London] -> 2019-12-18[Europe/London]" in ran.out


def test_the_schema_names_itself_and_the_dialect(breachcase: Terminal) -> None:
    schema = json.loads(breachcase.ok("schema", "ico-2019"))

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


HOSTILE = {
    "ten megabytes": b'{"form":"' + b"x" * (10 * 1024 * 1024) + b'"}',
    "depth 10,000": b"[" * 10_000 + b"]" * 10_000,
    "a key twice": b'{"form":"ico-2019","form":"ico-2019"}',
    "NaN": b'{"form":"ico-2019","kind":"initial","number":NaN,"answers":{}}',
    "not json": b"\x00\xff\xfe",
    "an unknown question": b'{"form":"ico-2019","kind":"initial","number":0,"answers":{"q":{}}}',
    "a wrong type": b'{"form":"ico-2019","kind":"initial","number":"0","answers":{}}',
    "an impossible date": (
        b'{"form":"ico-2019","kind":"initial","number":0,"answers":'
        b'{"discovered":{"state":"answered","value":"2019-02-30[Europe/London]"}}}'
    ),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_bad_report_file_is_one_line_and_a_hint_with_code_65(
    breachcase: Terminal, tmp_path: Path, raw: bytes
) -> None:
    (tmp_path / "report.json").write_bytes(raw)

    ran = breachcase("check", "--report", str(tmp_path / "report.json"))

    assert (ran.code, ran.out) == (65, "")
    assert [line.split(": ")[1] for line in ran.err.splitlines()] == ["error", "hint"]


@pytest.mark.parametrize(
    "arguments", [("schema", "ico-1066"), ("check", "--report", "nowhere.json")]
)
def test_what_is_not_there_is_code_66(breachcase: Terminal, arguments: tuple[str, ...]) -> None:
    assert breachcase(*arguments).code == 66


def test_a_folder_is_not_a_report(breachcase: Terminal, tmp_path: Path) -> None:
    assert breachcase("check", "--report", str(tmp_path)).code == 2


def test_a_file_past_the_limit_is_not_read(breachcase: Terminal, tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(33 * 1024 * 1024)

    ran = breachcase("check", "--report", str(tmp_path / "huge"))

    assert ran.code == 65
    assert "more than 32 MiB" in ran.err


def test_a_misspelled_verb_is_named_with_the_nearest_one(breachcase: Terminal) -> None:
    ran = breachcase("clok", "x")

    assert ran.code == 2
    assert "did you mean 'clock'?" in ran.err


def test_an_unknown_option_is_a_usage_error(breachcase: Terminal) -> None:
    assert breachcase("clock", "--awhere", "x").code == 2
    assert breachcase("--nonsense").code == 2


def test_every_verb_has_a_command_and_its_help_works(breachcase: Terminal) -> None:
    context = root.make_context("breachcase", ["demo", "--help"], resilient_parsing=True)
    for verb in root.list_commands(context):
        assert verb in breachcase.ok("--help")
        assert "Usage: breachcase" in breachcase.ok(verb, "--help")


def test_version_is_answered_before_anything_is_imported() -> None:
    ran = python(ENTRANCE, "--version")

    assert ran.out.startswith("breachcase 0.")
    assert ran.code == 0


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (("--version",), ("click", "pydantic", "textual")),
        (("--help",), ("pydantic", "textual", "cryptography", "tinydb")),
        (("clock", "--aware", AWARE, "--reported", SENT), ("pydantic", "textual", "cryptography")),
        (("check", "--report", "nowhere"), ("textual", "cryptography")),
    ],
)
def test_a_command_imports_only_what_it_needs(
    arguments: tuple[str, ...], absent: tuple[str, ...]
) -> None:
    script = f"import atexit, sys\natexit.register(lambda: print(*sys.modules))\n{ENTRANCE}"

    loaded = set(python(script, *arguments).out.split())

    assert "tui.cli" in loaded
    assert not loaded & set(absent)


def test_a_reader_that_goes_away_ends_the_command_quietly() -> None:
    shell = (
        "import os, subprocess, sys\n"
        "reading, writing = os.pipe(); os.close(reading)\n"
        f"ran = subprocess.run([sys.executable, '-I', '-c', {ENTRANCE!r}, 'schema', 'ico-2019'],"
        " stdout=writing, stderr=subprocess.PIPE)\n"
        "print(ran.returncode, ran.stderr.decode())"
    )

    assert python(shell).out.strip() == "141"


def test_a_bug_says_where_and_never_what() -> None:
    script = (
        "import models.clock\n"
        "def bad(*a, **k): raise ZeroDivisionError('SECRET of the case')\n"
        f"models.clock.read_rule = bad\n{ENTRANCE}"
    )

    ran = python(script, "clock", "--aware", "2019-12-18")

    assert ran.code == 70
    assert "breachcase: bug: ZeroDivisionError" in ran.err
    assert "SECRET" not in ran.err
