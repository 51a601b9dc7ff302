from __future__ import annotations

from models.checks import Evidence, check
from models.moment import Moment
from models.problem import Findings
from tests.models.evidence import UNASSESSED
from tests.twin import FOLLOW_UP, INITIAL, SENT

NOW = Moment.parse("2020-02-01T12:00Z")
FILE = (
    "K45",
    "K48",
    *UNASSESSED[:2],
    "K51",
    "K52",
    *UNASSESSED[2:],
    "K57",
    "K58",
)  # a report shows nothing of the case's file
CHAIN = ("K11", "K12")  # ... nor who told whom
NOT_CYBER = ("K35", "K36", "K37", "K38")  # the printed copies lost that answer
UNSAID = ("K27", "K28", "K29", "K30")  # ... and the likelihood
LOST = (*NOT_CYBER, "K39", "K40")


INITIAL_PROBLEMS = """\
K04 error discovered
  give the date of discovery: the delay cannot be computed without it
  UK GDPR Art. 33(1); ICO form Q8
K18 incomplete subject_categories
  tick the categories of data subjects: people are affected
  UK GDPR Art. 33(3)(a); ICO form Q14
"""
FOLLOW_UP_PROBLEMS = """\
K24 warning data_categories
  tick Other: the box for its details is filled
  the form's Other; ICO form Q10
K24 warning subject_categories
  tick Other: the box for its details is filled
  the form's Other; ICO form Q14
K25 warning subject_categories
  untick Not yet known, or the categories beside it
  UK GDPR Art. 33(3)(a); ICO form Q14
"""


def text(found: Findings) -> str:
    return "".join(
        f"{each.id} {each.severity} {each.question}\n  {each.message}\n  {each.source}\n"
        for each in found.problems
    )


def test_the_initial_copy_whole() -> None:
    found = check(Evidence.of_report(INITIAL, reported=SENT, now=NOW))

    assert text(found) == INITIAL_PROBLEMS
    untimed = ("K01", "K02", "K05", "K07", "K08", "K09", "K10")
    assert found.not_run == (*untimed, *CHAIN, *UNSAID, *LOST, "K43", *FILE)


def test_the_follow_up_copy_whole() -> None:
    found = check(Evidence.of_report(FOLLOW_UP, reported=SENT, previous=INITIAL, now=NOW))

    assert text(found) == FOLLOW_UP_PROBLEMS
    assert found.not_run == ("K07", "K08", "K09", *CHAIN, "K15", *LOST, *FILE)


def test_merged_the_two_copies_are_in_time_and_the_reason_is_voluntary() -> None:
    alone = Evidence.of_report(INITIAL, reported=SENT, now=NOW)
    merged = Evidence(
        report=alone.report,
        pack=alone.pack,
        aware=Moment.parse("2019-12-18T16:42[Europe/London]"),
        reported=alone.reported,
        previous=None,
        now=alone.now,
        rule_id=alone.rule_id,
        acknowledged_reference=None,
        earlier_initial=False,
    )

    found = check(merged)

    assert [each.id for each in found.problems] == ["K04", "K18", "K08"]
    assert found.not_run == ("K05", *CHAIN, *UNSAID, *LOST, "K43", *FILE)
