"""`breachcase edit`: answers, states and notes of the report being written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, get_args

import click

from models.answer import Answer, State
from models.errors import UsageError
from models.form import load_pack
from models.moment import Moment
from models.report import parse_report
from models.text import normalise
from models.typed import typed_answer
from tui.commands import output, params
from tui.commands.opening import opened
from tui.today import now, wall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.case import Case

_STATES = tuple(state for state in get_args(State) if state != "answered")


@click.command()
@click.argument("case")
@click.option("--set", "sets", multiple=True, metavar="FIELD=VALUE", help="Answer; - reads stdin.")
@click.option("--mark", "marks", multiple=True, metavar="FIELD=STATE", help=", ".join(_STATES))
@click.option("--note", "notes", multiple=True, metavar="FIELD=TEXT", help="A note on an answer.")
@click.option("--from", "source", metavar="FILE", help="Take the answers of a report file.")
@params.moment_option("aware", "When the controller became aware, if not when discovered.")
@click.option("--reason", metavar="TEXT", help="Why --aware differs from the form's answer.")
@params.form_option
@click.option("--confirm", is_flag=True, help="Write down whole the discovery that is inferred.")
@params.vault_options
def edit(  # noqa: PLR0913, PLR0917 - one parameter an option
    case: str,
    form: str,
    sets: Sequence[str],
    marks: Sequence[str],
    notes: Sequence[str],
    source: str | None,
    aware: Moment | None,
    reason: str | None,
    *,
    confirm: bool,
) -> None:
    """Answer questions of the report being written; each FIELD is a question id of the form."""
    words = Words(sets, marks, notes, source)
    if not (any(words) or aware or confirm):
        raise UsageError("nothing to change", hint="breachcase edit CASE --set FIELD=VALUE")
    if (aware is None) != (reason is None):
        raise UsageError("--aware and --reason go together", hint="say why the time differs")
    from store.casework import set_answers, set_aware

    with opened() as vault:
        case_id = vault.find(case)
        found = vault.case(case_id, form)
        if confirm:
            from store.discovery import confirm_discovery

            confirm_discovery(vault, case_id, wall=wall())
            found = vault.case(case_id, form)
        if any(words):
            answers, shown = _answers(found, words), vault.state(case_id)
            set_answers(vault, case_id, answers, shown=shown, wall=wall(), form=form)
            _warn_of_zones(answers, found.zone)
        if aware is not None and reason is not None:
            set_aware(vault, case_id, aware, normalise(reason), wall=wall())
        after = vault.case(case_id, form)
    findings = after.findings(now())
    open_ids = " ".join(dict.fromkeys(problem.id for problem in findings.problems if problem.open))
    output.narrate(f"saved {after.slug}; clock {after.clock_text(now())}; open: {open_ids or '-'}")


class Words(NamedTuple):
    """What the command line asked for: FIELD=VALUE, FIELD=STATE and FIELD=TEXT pairs, a file."""

    sets: Sequence[str]
    marks: Sequence[str]
    notes: Sequence[str]
    source: str | None


def _answers(case: Case, words: Words) -> Mapping[str, Answer]:
    draft, pack = case.draft, load_pack(case.form)
    answers = {} if words.source is None else _from_file(words.source, case.form)

    def present(field: str) -> Answer:
        blank = Answer(state="blank")
        return answers.get(field) or (draft.report.answer(field) if draft else blank)

    for field, text in map(_split, words.sets):
        if text == params.STDIN:
            text = params.read_file(params.STDIN, 256 * 1024).decode("utf-8", "replace")  # noqa: PLW2901
        answers[field] = typed_answer(pack.question(field), text.rstrip("\n"))
    for field, state in map(_split, words.marks):
        pack.question(field)
        answers[field] = Answer(state=_state(state), note=present(field).note)
    for field, text in map(_split, words.notes):
        pack.question(field)
        answer = present(field)
        answers[field] = Answer(
            state=answer.state, value=answer.value, note=normalise(text), source=answer.source
        )
    return answers


def _warn_of_zones(answers: Mapping[str, Answer], zone: str) -> None:
    # the vault's zone is offered, never assumed: a log in UTC looks just like local time
    for field, answer in answers.items():
        moment = answer.value
        if isinstance(moment, Moment) and moment.zone is None and moment.offset is None:
            output.narrate(f"{field}: no time zone said; add [{zone}] if that is meant")


def _from_file(name: str, form: str) -> dict[str, Answer]:
    report = parse_report(params.read_file(name))
    if report.form != form:
        raise UsageError(f"that report is of form {report.form}", hint=f"the case uses {form}")
    return {field: answer for field, answer in report.answers.items() if answer.state != "blank"}


def _split(pair: str) -> tuple[str, str]:
    field, equals, value = pair.partition("=")
    if not equals:
        raise UsageError(f"no = in {field[:40]!r}", hint="write FIELD=VALUE")
    return field.strip(), value


def _state(word: str) -> State:
    state = word.strip().replace("-", "_").replace(" ", "_")
    for known in get_args(State):
        if state == known and state != "answered":
            return known  # type: ignore[no-any-return]  # get_args loses the literal type
    raise UsageError(f"no state {word[:40]!r}", hint=f"one of {', '.join(_STATES)}")
