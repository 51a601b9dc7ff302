"""What the Conflicts screen and the command line show of what people did side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.answer import Answer
from models.form import load_pack, typed_answer
from store.casework import new_case, set_answers
from store.change import SetOp
from store.coupled import reviews
from store.vault import Vault
from tests.store.build import WORDS, make, opened
from tests.store.colleague import arrive, set_op
from tests.tui.desks import WALL, app_on
from tests.tui.pilot import screen_text, take
from tests.tui.terminal import Terminal
from tui.contested import contested_lines
from tui.history import told_changes

PACK = load_pack("ico-2019")
STORY = "A letter was lost. It held names. The courier was told. We wait."


def _say(vault: Vault, case_id: str, shown: object, told: dict[str, str]) -> None:
    answers = {name: typed_answer(PACK.question(name), text) for name, text in told.items()}
    state = vault.state(case_id) if shown is None else shown
    set_answers(vault, case_id, answers, shown=state, wall=WALL)  # type: ignore[arg-type]  # a state


@contextmanager
def side_by_side(path: Path) -> Iterator[tuple[Vault, str]]:
    """A case with an item in conflict, a proposal, times to review, an op without effect."""
    with make(path)[0] as vault:
        case_id = new_case(vault, "Lost letter", wall=WALL)
        _say(vault, case_id, None, {"what_happened": STORY, "prevention_steps": "Reset\nTrain"})
        shown, rid = vault.state(case_id), vault.case(case_id).reports[0].rid
        mine = {
            "what_happened": STORY.replace("names", "names and dates"),
            "prevention_steps": "Reset",
            "discovered": "2019-12-18T12:00Z",
        }
        _say(vault, case_id, shown, mine)
        _say(vault, case_id, shown, {"prevention_steps": "Reset\nTrain all"})
    theirs = Answer(state="answered", value=STORY.replace("We wait.", "It was found."))
    arrive(
        path,
        shown,
        set_op(shown, f"report/{rid}/what_happened", theirs.as_json()),
        set_op(shown, f"report/{rid}/occurred", {"state": "redacted"}),
        set_op(shown, "case/reference", "IC-1"),
    )
    with opened(path) as vault:
        yield vault, case_id


def test_everything_that_was_done_side_by_side_is_listed(tmp_path: Path) -> None:
    with side_by_side(tmp_path / "vault") as (vault, case_id):
        state = vault.state(case_id)
        lines = [line.text for line in contested_lines(state)]
        told = [line for each in told_changes(state) for line in each.lines]

    text = "\n".join(lines)
    assert "  deleted by a.officer, edited by a.officer" in lines
    assert "  proposal: both together" in lines
    assert "   + It was found.  [" in text
    assert "Review together: the times and the reason for the delay" in lines
    assert "changed Q9 When did the breach happen?" in text
    assert lines[-3:-1] == ["Kept without effect", "  set the regulator's reference"]
    assert lines[-1].startswith("     by mallory, acting as responder, 2026-01-03")
    assert lines[-1].endswith(": its device may not")
    assert any("(kept without effect: its device may not)" in line for line in told)


async def test_a_proposal_is_read_and_taken_and_the_times_are_kept(tmp_path: Path) -> None:
    with side_by_side(tmp_path / "vault") as (vault, case_id):
        app = app_on(vault)
        async with app.run_test(size=(80, 30)) as pilot:
            await pilot.press("enter")
            await take(pilot, "Conflicts (2, 1 to review together)")
            await pilot.press("end", "enter")
            await pilot.pause()
            nothing = screen_text(app)
            lines = [line.text for line in contested_lines(vault.state(case_id))]
            await pilot.press("home", *["down"] * lines.index("  proposal: both together"), "enter")
            await pilot.pause()
            proposal = screen_text(app)
            await pilot.press("escape", "n", "enter", "escape", "y")
            await pilot.pause()
            settled = screen_text(app)
            lines = [line.text for line in contested_lines(vault.state(case_id))]
            down = ["down"] * lines.index("  keep them as they are")
            await pilot.press("home", *down, "enter", "n", "enter", "y")
            await pilot.pause()
            kept = screen_text(app)

        story = vault.case(case_id).reports[0].report.answer("what_happened").value
        assert "it has no effect" in nothing
        assert "+ It was found.  [" in proposal
        assert "settled; 1 left; 1 to review together" in settled
        assert story == STORY.replace("names", "names and dates").replace(
            "We wait.", "It was found."
        )
        assert "settled; 1 left" in kept
        assert reviews(vault.state(case_id)) == ()


async def test_a_box_in_conflict_marks_its_question(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Lost letter", wall=WALL)
        _say(vault, case_id, None, {"data_categories": "1"})
        shown = vault.state(case_id)
        _say(vault, case_id, shown, {"data_categories": "2"})
        _say(vault, case_id, None, {"data_categories": "1;2"})
        _say(vault, case_id, shown, {"data_categories": "3"})
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("enter", "f7", "f7", "f7")
            await pilot.pause()
            page = screen_text(app)
            await take(pilot, "Conflicts")
            text = screen_text(app)

    assert "Q10 CONFLICT Which categories" in page
    assert "Q10 Data revealing racial or ethnic origin: Which" in text
    assert "1. ticked" in text or "2. ticked" in text


def test_the_words_of_a_change_leave_out_what_goes_with_another_part(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Lost letter", wall=WALL)
        _say(vault, case_id, None, {"prevention_steps": "Reset"})
        _say(vault, case_id, None, {"prevention_steps": "Train\nReset"})
        _say(vault, case_id, None, {"prevention_steps": "Reset\nTrain"})
        rid = vault.case(case_id).reports[0].rid
        field = f"report/{rid}/prevention_steps"
        vault.commit(case_id, [SetOp(field, {"state": "?"})], shown=None, wall=WALL)
        vault.commit(case_id, [SetOp(field, {"state": "answered"})], shown=None, wall=WALL)
        told = told_changes(vault.state(case_id))

    ends = [each.line.rpartition("complete?: ")[2] for each in told]
    assert ends[:5] == [
        "(answered)",
        "(an answer that cannot be read here)",
        "(moved)",
        "Train",
        "Reset",
    ]


def test_an_op_without_effect_alone_in_its_change_says_so_in_the_list(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    with make(path)[0] as vault:
        case_id = new_case(vault, "Lost letter", wall=WALL)
        shown = vault.state(case_id)
    arrive(path, shown, set_op(shown, "case/reference", "IC-1"))

    with opened(path, writable=False) as vault:
        told = told_changes(vault.state(case_id))

    assert "mallory: KEPT WITHOUT EFFECT changed the regulator's reference" in told[0].line


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_no_proposal_says_why(tmp_path: Path, size: tuple[int, int]) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Lost letter", wall=WALL)
        shown = vault.state(case_id)
        for text in ("One.", "Two."):
            _say(vault, case_id, shown, {"what_happened": text})
        app = app_on(vault)
        async with app.run_test(size=size) as pilot:
            await pilot.press("enter")
            await take(pilot, "Conflicts")

            assert "no proposal: the answers have no text" in screen_text(app)


@pytest.fixture
def at(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Terminal:
    """A command line at the vault of `side_by_side`."""
    (tmp_path / "words").write_bytes(WORDS + b"\n")
    with side_by_side(tmp_path / "vault"):
        pass
    words = str(tmp_path / "words")
    return Terminal(capsys, "--vault", str(tmp_path / "vault"), "--passphrase-file", words)


def test_the_command_line_shows_proposals_reviews_and_what_has_no_effect(at: Terminal) -> None:
    shown = at.ok("show", "lost-letter")
    told = json.loads(at.ok("show", "lost-letter", "--json"))
    log = json.loads(at.ok("log", "lost-letter", "--json"))

    assert "deleted by a.officer, edited by a.officer" in shown
    assert "proposal (--proposal), both together:" in shown
    assert "+ It held names and dates.  [" in shown
    assert (
        "to review together (breachcase resolve CASE GROUP --keep, or edit one of them):" in shown
    )
    assert "times: " in shown
    assert "kept without effect:" in shown
    assert "set case/reference by mallory, acting as responder" in shown
    assert [each["group"] for each in told["reviews"]] == ["times"]
    assert [each["field"] for each in told["without_effect"]] == ["case/reference"]
    effects = {op["field"]: op["without_effect"] for one in log["changes"] for op in one["ops"]}
    assert effects["case/reference"] == "its device may not"
    assert effects["case/title"] is None
    assert "set case/reference (without effect)" in at.ok("log", "lost-letter")


def test_a_proposal_and_a_review_are_settled_on_the_command_line(at: Terminal) -> None:
    for words in (("--proposal", "--take", "1"), ("--keep", "--value", "x"), ()):
        ran = at("resolve", "lost-letter", "what_happened", *words)
        assert (ran.code, "say which value" in ran.err) == (2, True)
    ran = at("resolve", "lost-letter", "prevention_steps", "--proposal")
    assert (ran.code, "no long text" in ran.err) == (2, True)

    taken = at("resolve", "lost-letter", "what_happened", "--proposal")
    kept = at("resolve", "lost-letter", "times", "--keep")

    assert (taken.code, kept.code) == (0, 0)
    assert "1 in conflict" in taken.err
    assert "times reviewed; 0 to review together" in kept.err
    assert "reviewed together: times: " in at.ok("log", "lost-letter")
    assert at("resolve", "lost-letter", "times", "--keep").code == 66
    report = json.loads(at.ok("show", "lost-letter", "--report", "0"))
    assert report["answers"]["what_happened"]["value"].endswith("It was found.")


def test_where_there_is_no_proposal_show_says_why(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "words").write_bytes(WORDS + b"\n")
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Lost letter", wall=WALL)
        shown = vault.state(case_id)
        for text in ("One.", "Two."):
            _say(vault, case_id, shown, {"what_happened": text})
    words = str(tmp_path / "words")
    at = Terminal(capsys, "--vault", str(tmp_path / "vault"), "--passphrase-file", words)

    assert "no proposal: the answers have no text in common" in at.ok("show", "lost-letter")
