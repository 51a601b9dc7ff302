from __future__ import annotations

from models.answer import Answer
from models.case import case_view
from models.report import amend
from tests import twin
from tests.models.evidence import LONDON, report
from tests.models.test_case import (
    FILED,
    INITIAL,
    RECEIPT,
    SENT,
    chain,
    controller,
    event,
    moment,
    registers,
)
from tests.twin import REFERENCE


def test_the_statements_of_both_sides_are_stops_of_their_own() -> None:
    fields = controller()
    theirs = {"reference": REFERENCE, "reported_at": FILED, "filed_at": FILED}
    fields[f"message/{RECEIPT}"]["payload"] = theirs
    fields["event/e9"] = event("filed", f"2019-12-23T11:00{LONDON}", INITIAL)

    case = case_view("1" * 32, fields)

    told = chain(case)
    assert "awareness (controller) -> sealed: 49h34m" in told
    assert "sent -> filed: 64h44m" in told
    assert "filed -> sent (as the regulator states): 0h12m" in told
    assert any(line.startswith("sent (as the regulator") for line in told)
    assert "K57" in [each.id for each in case.findings(None).problems]
    assert case.reported == moment(SENT)


def test_halves_that_contradict_each_other_leave_the_latest_and_are_both_named() -> None:
    elsewhere = Answer(state="answered", value=moment("T16:42[Europe/Berlin]"))
    fields = {
        **registers("r0", amend(report(), discovered=elsewhere)),
        **registers("r1", twin.FOLLOW_UP),
    }

    case = case_view("1" * 32, fields)

    assert case.inferred is None
    assert case.aware == moment(f"2019-12-18{LONDON}")
    assert case.merging is not None
    assert case.merging.why.endswith(
        f"T16:42[Europe/Berlin] in the initial report, 2019-12-18{LONDON} in follow-up report 1"
    )


def test_a_later_acknowledgement_corrects_the_date_of_the_first() -> None:
    fields = controller()
    first = fields[f"message/{RECEIPT}"]
    first["payload"] = {"reference": REFERENCE, "reported_at": FILED}
    corrected = {**first, "created": "2019-12-24T09:00:00.000Z"}
    corrected["payload"] = {"reference": REFERENCE, "reported_at": SENT}

    one = case_view("1" * 32, fields)
    two = case_view("1" * 32, {**fields, f"message/{'9' * 32}": corrected})

    assert "K57" in {each.id for each in one.findings(None).problems}
    assert "K57" not in {each.id for each in two.findings(None).problems}
