"""`breachcase assess CASE group` and `severity`: the risk of each group, and ENISA's scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from models.answer import Answer
from models.errors import UsageError
from tui.commands import output, params
from tui.commands.opening import opened
from tui.today import wall

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from store.vault import Vault

_FLAG = click.Choice(("yes", "no", "unknown"))


def case_of(vault: Vault) -> str:
    """Return the id of the case that `assess` was called with."""
    return vault.find(str(click.get_current_context().find_root().obj["assessed"]))


def because(answer: Answer, reason: str | None) -> Answer:
    """Return an answer with its reason, if one was typed."""
    why = params.said(reason).strip() if reason else ""
    return Answer.model_validate({**dict(answer), "note": why}) if why else answer


@click.group()
def group() -> None:
    """List and change the groups of information.

    Each has its own risk, decision and notice.
    """


@group.command()
@click.argument("kind", metavar="TYPE")
@params.json_option
@params.vault_options
def add(kind: str, *, as_json: bool) -> None:
    """Begin a group: TYPE is what information it is."""
    from store.assessing import add_group

    with opened() as vault:
        case_id = case_of(vault)
        made = add_group(vault, case_id, kind, wall=wall())
        found = vault.case(case_id).assessment
        number = len(found.groups) if found else 1
    if as_json:
        output.out_json({"id": made, "number": number})
    else:
        output.out(f"{number}  {made[:8]}")


@group.command("set")
@click.argument("name", metavar="GROUP")
@click.argument("values", nargs=-1, required=True, metavar="ITEM=VALUE...")
@click.option("--reason", metavar="TEXT", help="Why, beside a single answer.")
@params.vault_options
def set_group(name: str, values: Sequence[str], reason: str | None) -> None:
    """Fill in the risk table of GROUP, in one change.

    Such as R2=yes R3=High R8=Undecided.
    """
    from store.assessing import Answered, find_group, place_of, set_assessed

    if reason and len(values) > 1:
        raise UsageError("a reason goes with one answer", hint="one ITEM=VALUE with --reason")
    with opened() as vault:
        case_id = case_of(vault)
        case = vault.case(case_id)
        found = find_group(case.assessment, name)
        answers = dict(_group_answer(each, reason, case.zone) for each in values)
        told = Answered(place_of(found.id), answers)
        set_assessed(vault, case_id, told, wall=wall())
    output.narrate(f"saved group {found.number}: {', '.join(answers)}")


def _group_answer(text: str, reason: str | None, zone: str) -> tuple[str, Answer]:
    from models.guide import GROUP, guide
    from models.typed import typed_answer

    item, mark, value = text.partition("=")
    if not mark:
        raise UsageError("an answer is ITEM=VALUE", hint="such as R2=yes")
    question = guide(GROUP).question(item)
    return question.number, because(typed_answer(question, params.said(value), zone), reason)


@group.command("ls")
@params.json_option
@params.vault_options
def ls(*, as_json: bool) -> None:
    """List the groups: number, id, real risk, decision, type."""
    with opened(writable=False) as vault:
        found = vault.case(case_of(vault)).assessment
    groups = found.groups if found else ()
    if as_json:
        output.out_json(
            {
                "groups": [
                    {
                        "id": each.id,
                        "number": each.number,
                        "name": each.name,
                        "real_risk": each.real_risk or None,
                        "decision": each.decision.word or None,
                    }
                    for each in groups
                ]
            }
        )
        return
    output.table(
        (
            str(each.number),
            each.id[:8],
            f"risk {each.real_risk.lower() or '-'}",
            f"notify {each.decision.word.lower() or '-'}",
            each.name,
        )
        for each in groups
    )
    if not groups:
        output.narrate("no groups yet: breachcase assess CASE group add TYPE")


@group.command()
@click.argument("name", metavar="GROUP")
@params.vault_options
def rm(name: str) -> None:
    """Take GROUP out; the history keeps it, and an undo brings it back."""
    from store.assessing import find_group, remove_group

    with opened() as vault:
        case_id = case_of(vault)
        found = find_group(vault.case(case_id).assessment, name)
        remove_group(vault, case_id, found.id, wall=wall())
    output.narrate(f"taken out: {found.name}")


@click.command()
@click.option(
    "--dpc", multiple=True, metavar="KIND=1..4", help="simple, behavioural, financial ..."
)
@click.option("--ei", metavar="SCORE", help="Ease of identification: 0.25 to 1.00.")
@click.option("--cb", multiple=True, metavar="PART=SCORE", help="confidentiality, integrity ...")
@click.option("--many", type=_FLAG, help="More than 100 individuals.")
@click.option("--unintelligible", type=_FLAG, help="Whether nobody can read the data.")
@click.option("--reason", metavar="TEXT", help="Why; it stands beside each score given here.")
@params.json_option
@params.vault_options
def severity(reason: str | None, *, as_json: bool, **scores: object) -> None:
    """Score ENISA's severity, or print what the scores come to. A SCORE may be `unknown`.

    The parts of --dpc are simple, behavioural, financial, sensitive; of --cb confidentiality,
    integrity, availability, intent. What is left open makes a range.
    """
    from store.assessing import SCORED, Answered, set_assessed
    from tui.assessment import EMPTY, severity_lines

    answers = dict(_scores(scores, params.said(reason).strip() if reason else None))
    if reason and not answers:
        raise UsageError("a reason needs a score beside it", hint="such as --ei 0.50")
    with opened(writable=bool(answers)) as vault:
        case_id = case_of(vault)
        if answers:
            set_assessed(vault, case_id, Answered(SCORED, answers), wall=wall())
        found = vault.case(case_id).assessment or EMPTY
    if as_json:
        output.out_json(found.severity.as_json() if found.severity else None)
        return
    for line in severity_lines(found):
        output.out(line)


def _scores(scores: dict[str, object], why: str | None) -> Iterator[tuple[str, Answer]]:
    from models.severity import CIRCUMSTANCES, DATA, EASE, scored

    for option, parts in (("dpc", DATA), ("cb", CIRCUMSTANCES)):
        given = scores[option]
        for text in given if isinstance(given, tuple) else ():
            part, _, score = text.partition("=")
            if part not in parts:
                raise UsageError(f"--{option} is PART=SCORE", hint=f"parts: {', '.join(parts)}")
            yield part, scored(part, score, why)
    for option, part in (("ei", EASE), ("many", "many"), ("unintelligible", "unintelligible")):
        if scores[option] is not None:
            yield part, scored(part, str(scores[option]), why)
