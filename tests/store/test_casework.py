from __future__ import annotations

from pathlib import Path

import pytest

from models.answer import BLANK, Answer
from models.errors import CaseError, UsageError
from models.moment import Moment
from models.strictjson import JSON
from store.casework import (
    close_case,
    new_case,
    reopen_case,
    set_answers,
    set_aware,
    start_followup,
)
from store.change import AddOp
from tests.store.build import LATER, WALL, freeze, make

AT = Moment.parse("2026-01-02T03:04+00:00[Europe/London]")


def _said(text: str) -> Answer:
    return Answer(state="answered", value=text)


def test_a_new_case_has_an_empty_initial_report(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case = vault.case(new_case(vault, "  Payroll\n e-mail\x1b ", wall=WALL))

        assert (case.title, case.side, case.state) == ("Payroll e-mail", "controller", "open")
        assert (case.form, case.rule_id, case.zone) == (
            "ico-2019",
            "uk-gdpr-33-1",
            "Europe/London",
        )
        assert case.draft is not None
        assert (case.draft.report.kind, case.draft.report.number) == ("initial", 0)
        assert case.odd == ()


@pytest.mark.parametrize(
    ("title", "form", "zone"),
    [
        ("", "ico-2019", None),
        ("x" * 201, "ico-2019", None),
        ("x", "none", None),
        ("x", "ico-2019", "Mars"),
    ],
)
def test_a_case_cannot_begin_with_nonsense(
    tmp_path: Path, title: str, form: str, zone: str | None
) -> None:
    with make(tmp_path / "vault")[0] as vault:
        with pytest.raises(CaseError):
            new_case(vault, title, wall=WALL, form=form, zone=zone)

        assert vault.rows() == ()


def test_answers_are_saved_once_and_only_where_they_differ(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Payroll", wall=WALL, zone="Europe/Dublin")
        answers = {"what_happened": _said("sent to the wrong person")}

        set_answers(vault, case_id, answers, shown=vault.state(case_id), wall=WALL)
        set_answers(vault, case_id, answers, shown=vault.state(case_id), wall=WALL)

        draft = vault.case(case_id).draft
        assert draft is not None
        assert draft.report.answer("what_happened") == answers["what_happened"]
        assert len(vault.state(case_id).changes) == 2


def test_an_answer_that_does_not_fit_its_question_is_not_saved(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Payroll", wall=WALL)
        shown = vault.state(case_id)

        for answers in ({"unheard_of": _said("x")}, {"cyber": _said("perhaps")}):
            with pytest.raises(CaseError):
                set_answers(vault, case_id, answers, shown=shown, wall=WALL)

        assert len(vault.state(case_id).changes) == 1


def test_an_answer_can_be_made_blank_again(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Payroll", wall=WALL)
        for answer in (_said("sent to the wrong person"), BLANK):
            answers = {"what_happened": answer}
            set_answers(vault, case_id, answers, shown=vault.state(case_id), wall=WALL)

        draft = vault.case(case_id).draft
        assert draft is not None
        assert draft.report.answer("what_happened") == BLANK


def test_a_sealed_report_takes_no_answers_until_a_follow_up(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Payroll", wall=WALL)
        shown = vault.state(case_id)
        first = {"what_happened": _said("x"), "delay_reason": _said("y")}
        set_answers(vault, case_id, first, shown=shown, wall=WALL)
        with pytest.raises(UsageError, match="not sealed"):
            start_followup(vault, case_id, wall=WALL)
        freeze(vault, case_id)
        with pytest.raises(UsageError, match="sealed"):
            set_answers(vault, case_id, first, shown=vault.state(case_id), wall=WALL)

        rid = start_followup(vault, case_id, wall=LATER)

        draft = vault.case(case_id).draft
        assert draft is not None
        assert (draft.rid, draft.report.kind, draft.report.number) == (rid, "follow_up", 1)
        assert dict(draft.report.answers) == {"what_happened": _said("x")}


def test_a_follow_up_carries_the_reference_that_the_regulator_gave(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Payroll", wall=WALL)
        freeze(vault, case_id)
        message: JSON = {
            "kind": "acknowledgement",
            "direction": "in",
            "manifest": "0" * 64,
            "contact": "c1",
            "report": None,
            "stated_at": str(AT),
            "created": WALL,
            "payload": {"reference": "IC-12345-A1B2"},
            "amber": False,
        }
        ops = [AddOp("message/m1", message)]
        vault.commit(case_id, ops, shown=vault.state(case_id), wall=WALL)

        start_followup(vault, case_id, wall=LATER)

        case = vault.case(case_id)
        assert case.reference == "IC-12345-A1B2"
        assert case.fact("case_reference").value == case.reference
        assert vault.find("ic-12345-a1b2") == case_id


def test_awareness_needs_a_reason(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Payroll", wall=WALL)
        with pytest.raises(UsageError):
            set_aware(vault, case_id, AT, " ", wall=WALL)

        set_aware(vault, case_id, AT, "the supplier told us late", wall=WALL)

        assert vault.case(case_id).aware == AT
        assert vault.rows()[0].aware == AT


def test_a_case_is_closed_once(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Payroll", wall=WALL)

        close_case(vault, case_id, AT, wall=WALL)

        assert vault.case(case_id).state == "closed"
        assert [each.name for each in vault.case(case_id).events] == ["closed"]
        with pytest.raises(UsageError):
            close_case(vault, case_id, AT, wall=WALL)


def test_a_closed_case_is_opened_again_with_a_reason_and_its_closing_stays(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Payroll", wall=WALL)
        with pytest.raises(UsageError, match="open already"):
            reopen_case(vault, case_id, "why not", AT, wall=LATER)
        close_case(vault, case_id, AT, wall=WALL)
        with pytest.raises(UsageError, match="reason"):
            reopen_case(vault, case_id, " ", AT, wall=LATER)

        reopen_case(vault, case_id, "the supplier found more files", AT, wall=LATER)

        case = vault.case(case_id)
        assert case.state == "open"
        assert [gap.to.name for gap in case.chain()][-2:] == ["closed", "reopened"]
        assert vault.state(case_id).changes[-1].why == "the supplier found more files"
        close_case(vault, case_id, AT, wall=LATER)
        assert vault.case(case_id).state == "closed"
