"""`breachcase assess`: the guide's steps on a case, who is told, a hold; `risk` has the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from models.answer import BLANK, Answer
from models.errors import MissingError, UsageError
from tui.commands import output, params
from tui.commands.opening import opened
from tui.commands.risk import because, case_of, group, severity
from tui.today import now, wall

if TYPE_CHECKING:
    from models.moment import Moment
    from models.pack import Question
    from store.vault import Vault
    from tui.assessment import Account

_STATES = ("not-considered", "not-applicable", "not-yet-known", "clear")
_DECISIONS = {"yes": "Yes", "no": "No", "not-yet": "Not yet"}
_OTHERS = ("regulator", "police")
_LONGEST_ROLE = 200  # characters


class _Assess(click.Group):
    """CASE stands before the action; without an action the whole assessment is printed."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        case, rest = args[:1], args[1:]
        if rest and rest[0] in ctx.help_option_names:
            args = rest
        elif case and not case[0].startswith("-") and not (rest and rest[0] in self.commands):
            args = [*case, "page", *rest]
        return super().parse_args(ctx, args)


@click.group(cls=_Assess, subcommand_metavar="[ACTION] [ARGS]...")
@click.argument("case")
@click.pass_obj
def assess(said: dict[str, object], case: str) -> None:
    """Assess CASE by the OAIC's four steps and ENISA's severity.

    No order is forced, and hints decide nothing. Without an ACTION: print it all.
    """
    said["assessed"] = case


assess.add_command(group)
assess.add_command(severity)


@assess.command()
@click.option("--blanks", is_flag=True, help="Print the open items too.")
@params.json_option
@params.vault_options
def page(*, blanks: bool, as_json: bool) -> None:
    """Print the whole assessment.

    It is what ACTION is when none is named.
    """
    with opened(writable=False) as vault:
        case_id = case_of(vault)
        account, title = _account(vault, case_id), vault.case(case_id).title
    if as_json:
        output.out_json({"case": case_id, **account.as_json()})
        return
    output.out(title)
    output.out()
    for line in account.lines(blanks=blanks):
        output.out(line)


def _account(vault: Vault, case_id: str) -> Account:
    from tui.assessment import EMPTY, Account

    return Account(vault.case(case_id).assessment or EMPTY, vault.state(case_id))


@assess.command("set")
@click.argument("item")
@click.argument("value", required=False, metavar="[VALUE|-|@FILE]")
@click.option("--reason", metavar="TEXT", help="Why; it stands beside the answer.")
@click.option("--mark", type=click.Choice(_STATES), help="Say why there is no answer.")
@click.option("--group", "of", metavar="GROUP", help="The item is of this group of information.")
@params.vault_options
def set_item(
    item: str, value: str | None, reason: str | None, mark: str | None, of: str | None
) -> None:
    """Answer ITEM by its number.

    Such as S1.2, Ra, O1; with --group N1, C4, R2. T2 Closed ends step 2.
    """
    from store.assessing import ITEMS, Answered, find_group, place_of, set_assessed

    if (value is None) == (mark is None):
        raise UsageError("give a VALUE or --mark STATE", hint="breachcase assess CASE set --help")
    with opened() as vault:
        case_id = case_of(vault)
        case = vault.case(case_id)
        place = ITEMS if of is None else place_of(find_group(case.assessment, of).id)
        question = _question(place, item)
        answer = _marked(question, mark) if mark else _typed(question, str(value), case.zone)
        told = Answered(place, {question.id: because(answer, reason)})
        set_assessed(vault, case_id, told, wall=wall())
    output.narrate(f"saved {question.number}; {case.slug}")


def _question(place: str, item: str) -> Question:
    from models.guide import CASE, GROUP, SEVERITY, guide
    from store.assessing import guide_of

    try:
        return guide(guide_of(place)).question(item)
    except MissingError:
        for other, way in ((GROUP, "--group GROUP"), (SEVERITY, "breachcase assess CASE severity")):
            if guide_of(place) == CASE and _asks(other, item):
                raise UsageError(f"{item} is not of the case as a whole", hint=way) from None
        raise


def _asks(guide_id: str, item: str) -> bool:
    from models.guide import guide

    return any(item.casefold() == each.number.casefold() for each in guide(guide_id).questions)


def _typed(question: Question, value: str, zone: str) -> Answer:
    from models.typed import typed_answer

    return typed_answer(question, params.said(value), zone)


def _marked(question: Question, mark: str) -> Answer:
    from models.typed import typed_answer

    match mark:
        case "not-considered":
            return Answer(state="not_asked")
        case "not-applicable":
            return Answer(state="not_applicable")
        case "not-yet-known":
            return typed_answer(question, "Not yet known")
        case _:
            return BLANK


@assess.command()
@click.argument("whom", metavar="GROUP|regulator|police")
@click.argument("word", type=click.Choice(tuple(_DECISIONS)))
@click.option("--reason", required=True, metavar="TEXT", help="Why; - and @FILE as elsewhere.")
@click.option("--by", "role", metavar="ROLE", help="The role that decided (default: you).")
@params.moment_option("at", "When it was decided (default: now).")
@params.vault_options
def decide(whom: str, word: str, reason: str, role: str | None, at: Moment | None) -> None:
    """Decide whether a GROUP, the regulator or the police are told."""
    from models.outcome import outcome
    from store.assessing import ITEMS, Answered, decision, find_group, place_of, set_assessed
    from tui.assessment import EMPTY

    with opened() as vault:
        case_id = case_of(vault)
        case = vault.case(case_id)
        part, place, who = whom, ITEMS, whom
        if whom not in _OTHERS:
            found = find_group(case.assessment, whom)
            part, place, who = "notify", place_of(found.id), found.id
        by = _role(role or vault.settings.person)
        when = at or now(case.zone)
        told = decision(_DECISIONS[word], params.said(reason), by, when, part=part)
        set_assessed(vault, case_id, Answered(place, told), wall=wall())
        after = vault.case(case_id).assessment or EMPTY
    seen = next(each for each in outcome(after) if each.who == who)
    mark = "DISAGREES: " if seen.disagrees else ""
    output.narrate(f"{seen.name}: {seen.word}")
    output.narrate(f"{mark}the guide's rule says {seen.hint.word}: {seen.hint.why}")


def _role(text: str) -> str:
    from models.text import normalise

    role = " ".join(normalise(text).split())
    if not role or len(role) > _LONGEST_ROLE:
        raise UsageError(f"a role of at most {_LONGEST_ROLE} characters decides", hint="--by ROLE")
    return role


@assess.command()
@click.argument("by", type=click.Choice(("police",)), expose_value=False)
@click.option("--asked-by", metavar="TEXT", help="Who asked that individuals are not told yet.")
@params.moment_option("from", "Since when (default: now).")
@params.moment_option("until", "Until when, as far as was said.")
@click.option("--release", is_flag=True, help="The hold is over.")
@params.moment_option("at", "With --release: when it ended (default: now).")
@params.vault_options
def hold(*, release: bool, **said: Moment | str | None) -> None:
    """Record that the police asked to wait, or that this is over.

    Individuals are told afterwards.
    """
    from store.assessing import ITEMS, Answered, set_assessed
    from tui.assessment import EMPTY, hold_line

    asked_by = said["asked_by"]
    if release == bool(asked_by):
        raise UsageError("say who asked, or that it is over", hint="--asked-by TEXT, or --release")
    with opened() as vault:
        case_id = case_of(vault)
        case = vault.case(case_id)
        standing = case.assessment.hold if case.assessment else None
        if release and (standing is None or not standing.in_force):
            raise UsageError("there is no hold to release", hint="--asked-by TEXT records one")
        present = now(case.zone)
        values: dict[str, Moment | str | None] = {"released": said["at"] or present}
        if not release:
            times = {"from": said["from"] or present, "until": said["until"], "released": None}
            values = {"asked_by": params.said(str(asked_by)).strip(), **times}
        told = {
            f"hold_{name}": BLANK if value is None else Answer(state="answered", value=value)
            for name, value in values.items()
        }
        set_assessed(vault, case_id, Answered(ITEMS, told), wall=wall())
        after = (vault.case(case_id).assessment or EMPTY).hold
    if after is not None:
        output.narrate(hold_line(after))
