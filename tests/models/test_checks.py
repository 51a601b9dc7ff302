from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.checks import REGISTRY, Evidence, check
from models.library import load_pack
from models.moment import Moment
from models.pack import Pack, Question, parse_pack
from models.problem import Findings, Problem, Severity
from models.report import Report, report_from_json
from tests.models.evidence import IN_TIME, LONDON, NOW, UNASSESSED, evidence, report

PACK = load_pack("ico-2019")
MOMENTS = [
    f"2026-06-01{LONDON}",
    f"2026-06-01T09:00{LONDON}",
    f"T16:42{LONDON}",
    "T16:42",
    "2026-06-01",
    f"2026-03-29T01:30{LONDON}",
    f"2025-10-26T01:30{LONDON}",
    f"2026-06-01T09:00+05:00{LONDON}",
    "0001-01-01",
    "9999-12-31T23:59:59Z",
]
TEXTS = st.sampled_from(["N/A", "x", "We were slow to tell.", "IC-12345-A1B2", "عربي \U0001f468"])
NUMBERS = st.integers(0, 3) | st.just(2**53 - 1)
COUNTS = st.fixed_dictionaries(
    {"text": TEXTS},
    optional={
        "total": NUMBERS,
        "parts": st.lists(st.fixed_dictionaries({"label": TEXTS, "count": NUMBERS}), max_size=2),
        "disjoint": st.booleans(),
    },
)
MOMENT_TEXTS = st.sampled_from(MOMENTS)
ORGANISATIONS = st.lists(
    st.fixed_dictionaries(
        {"name": TEXTS}, optional={"told_on": MOMENT_TEXTS, "planned": st.booleans()}
    ),
    min_size=1,
    max_size=2,
)
MEASURES = st.lists(
    st.fixed_dictionaries({"text": TEXTS}, optional={"due": MOMENT_TEXTS, "done": MOMENT_TEXTS}),
    min_size=1,
    max_size=2,
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "long_text": TEXTS,
    "moment": MOMENT_TEXTS,
    "count": COUNTS,
    "contact": st.fixed_dictionaries({}, optional={"name": TEXTS, "email": TEXTS, "phone": TEXTS}),
    "organisations": ORGANISATIONS,
    "measures": MEASURES,
    "tick": st.booleans(),
}


def answers(question: Question) -> st.SearchStrategy[dict[str, Any]]:
    """Return every answer the form takes to a question."""
    named = [label for label in question.options if label != "Not yet known"]
    if question.kind == "choice":
        values: st.SearchStrategy[Any] = st.sampled_from(named)
    elif question.kind == "choices":
        several = st.lists(st.sampled_from(question.options), min_size=1, max_size=3, unique=True)
        values = several.filter(lambda ticked: ticked != ["Not yet known"])
    else:
        values = VALUES[question.kind]
    answered = st.fixed_dictionaries(
        {"state": st.just("answered"), "value": values}, optional={"note": TEXTS}
    )
    states = ["not_yet_known", "not_applicable", "redacted", "not_asked", "blank"]
    return answered | st.fixed_dictionaries({"state": st.sampled_from(states)})


def reports() -> st.SearchStrategy[Report]:
    fields = st.fixed_dictionaries(
        {}, optional={question.id: answers(question) for question in PACK.questions}
    )
    kinds = st.sampled_from([("initial", 0), ("follow_up", 1), ("follow_up", 0)])
    return st.builds(
        lambda kind, found: report_from_json(
            {"form": "ico-2019", "kind": kind[0], "number": kind[1], "answers": found}
        ),
        kinds,
        fields,
    )


PERHAPS = st.none() | st.sampled_from([Moment.parse(text) for text in MOMENTS])


@given(reports(), st.none() | reports(), PERHAPS, PERHAPS, PERHAPS)
def test_no_report_makes_a_check_raise_and_each_check_runs_or_says_that_it_did_not(
    found: Report,
    previous: Report | None,
    aware: Moment | None,
    reported: Moment | None,
    now: Moment | None,
) -> None:
    alone = Evidence.of_report(found, reported=reported, previous=previous, now=now)
    beside = evidence(found, aware=aware, reported=reported, previous=previous, now=now)

    for result in (check(alone), check(beside)):
        asked = [each.question for each in result.problems if each.question]
        order = [PACK.questions.index(PACK.question(each)) for each in asked]
        assert order == sorted(order)
        assert not {each.id for each in result.problems} & set(result.not_run)
        allowed = {each.id: each.severities for each in REGISTRY}
        for problem in result.problems:
            assert problem.severity in allowed[problem.id]
            assert "\n" not in problem.message
            assert problem.message[0].islower()


def test_the_checks_are_those_of_the_table_once_each_and_in_its_order() -> None:
    numbers = range(1, 59)

    assert [each.id for each in REGISTRY] == [f"K{number:02}" for number in numbers]


def test_what_a_report_alone_cannot_show_is_not_run() -> None:
    initial = check(Evidence.of_report(report()))
    follow_up = check(Evidence.of_report(report("follow_up")))
    whole = check(Evidence.of_report(report(), reported=IN_TIME, now=NOW))
    later = Evidence.of_report(report("follow_up"), previous=report("follow_up"))

    file = ("K45", "K48", *UNASSESSED[:2], "K51", "K52", *UNASSESSED[2:], "K57", "K58")
    chain = ("K11", "K12")
    assert initial.not_run == ("K02", "K03", "K07", "K08", "K09", *chain, *file)
    untold = ("K02", "K03", "K07", "K08", "K09", *chain, "K15", "K16", "K17", "K26")
    assert follow_up.not_run == (*untold, *file)
    assert whole.not_run == (*chain, *file)
    assert later.earlier_initial is None
    assert Evidence.of_report(report("follow_up"), previous=report()).earlier_initial


def test_findings_say_whether_a_report_is_complete_and_whether_anything_stands() -> None:
    def of(severity: Severity) -> Findings:
        return Findings((Problem("K00", severity, "discovered", "do it", "logic"),))

    verdicts = {each.value: (of(each).complete, of(each).stands) for each in Severity}

    assert verdicts == {
        "error": (False, True),
        "incomplete": (False, True),
        "warning": (True, True),
        "note": (True, False),
    }
    assert Findings((), ("K01",)).as_json() == {"problems": [], "not_run": ["K01"]}


OTHER_FORM = """
id = "other-1"
version = 1
title = "Another form"
rule = "uk-gdpr-33-1"
preamble = "-"
closing = "-"

[authority]
name = "Another authority"
country = "GB"
mailbox = "a@authority.example"
subject_initial = "Breach"
reference_pattern = "^[0-9]+$"
reference_example = "1"
zone = "Europe/London"
as_of = 2020-01-14
source = "invented"

[[sections]]
id = "all"
title = "All"

[[questions]]
id = "{name}"
number = "1"
section = "all"
kind = "text"
label = "One question"
need = "optional"
source = "invented"
{fact}
"""


@pytest.mark.parametrize(
    ("name", "fact"), [("anything", ""), ("first", 'fact = "reporter"'), ("dpo", "")]
)
def test_a_form_that_does_not_ask_leaves_the_checks_not_run(name: str, fact: str) -> None:
    pack: Pack = parse_pack(OTHER_FORM.format(name=name, fact=fact).encode())
    empty = report_from_json({"form": "ico-2019", "kind": "initial", "number": 0, "answers": {}})

    result = check(evidence(empty, pack=pack))

    passed = {each.id for each in REGISTRY} - set(result.not_run)
    late = ("K50", "K53", "K54", "K55", "K56")
    assert result.problems == ()
    of_any_form = {"K03", "K06", "K15", "K16", "K17", "K23", "K25", "K26", "K41", "K42", "K44"}
    assert passed == of_any_form | {"K48", "K51", "K52", "K58", *late}


def test_a_form_without_categories_may_leave_the_number_of_people_blank() -> None:
    pack = parse_pack(OTHER_FORM.format(name="n", fact='fact = "subjects_count"').encode())
    empty = report_from_json({"form": "ico-2019", "kind": "initial", "number": 0, "answers": {}})

    result = check(evidence(empty, pack=pack))

    assert result.problems == ()
    assert "K20" not in result.not_run


def test_a_form_may_ask_for_the_facts_under_other_names() -> None:
    pack = parse_pack(OTHER_FORM.format(name="effects", fact='fact = "consequences"').encode())
    empty = report_from_json({"form": "ico-2019", "kind": "initial", "number": 0, "answers": {}})

    (problem,) = check(evidence(empty, pack=pack)).problems

    assert (problem.id, problem.question) == ("K47", "effects")
    assert problem.source == "UK GDPR Art. 33(3)(c), (d); OTHER form 1"


def test_all_checks_on_a_full_report_are_quick(benchmark_s: Callable[[Any], float]) -> None:
    full = evidence(report())

    assert benchmark_s(lambda: check(full)) < 0.02


@pytest.fixture
def benchmark_s() -> Callable[[Callable[[], object]], float]:
    """Return a stopwatch: the fastest of five runs, in seconds."""
    from time import perf_counter  # noqa: PLC0415 -- a test may read the clock, a model may not

    def run(action: Callable[[], object]) -> float:
        times = []
        for _ in range(5):
            start = perf_counter()
            action()
            times.append(perf_counter() - start)
        return min(times)

    return run
