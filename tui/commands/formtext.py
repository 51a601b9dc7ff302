"""`breachcase read-form`: a form that came by e-mail or as text becomes a draft."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from models.form import load_pack
from models.typed import answer_text
from tui.commands import output, params
from tui.commands.opening import opened
from tui.today import wall

if TYPE_CHECKING:
    from models.formtext import FormText, Read
    from models.pack import Pack

_FORM = "ico-2019"


@click.command("read-form")
@click.argument("file", metavar="FILE|-")
@click.option("--form", default=_FORM, show_default=True, metavar="ID", help="Whose print it is.")
@click.option("--new", "title", metavar="TITLE", help="Open a case of that title with it.")
@click.option("--case", metavar="CASE", help="Put it into the draft of CASE.")
@params.json_option
@params.vault_options
def read_form(file: str, form: str, title: str | None, case: str | None, *, as_json: bool) -> int:
    """Read a filled form from text or an e-mail (.eml), guessing nothing. Exit 1 for gaps.

    Lost ticks, swallowed letters and missing lines leave an answer blank, marked `unreadable`.
    What could be read is put into a draft (--new, --case) where a person confirms each answer;
    without either it is only shown, and no vault is needed.
    """
    from exports.documents.incoming import LARGEST, text_of
    from models.formtext import read_form as read

    if title is not None and case is not None:
        raise UsageError("--new and --case exclude each other", hint="one draft at a time")
    pack = load_pack(form)
    name = "-" if file == params.STDIN else Path(file).name
    found = read(pack, text_of(params.read_file(file, LARGEST), name))
    if title is not None or case is not None:
        slug = _filed(found, form, title, case)
        output.narrate(f"{slug}: confirm what was read: breachcase form confirm {slug} {form}")
    if as_json:
        output.out_json({"form": form, **_as_json(found)})
    else:
        _print(pack, found)
    return int(any(each.why for each in found.reads) or bool(found.missing))


def _filed(found: FormText, form: str, title: str | None, case: str | None) -> str:
    from store.casework import new_case, set_answers

    with opened() as vault:
        if title is not None:
            case_id = new_case(vault, title, wall=wall(), form=form)
        else:
            case_id = vault.find(str(case))
        shown = vault.state(case_id)
        draft = vault.case(case_id, form).draft
        taken = {} if draft is None else draft.report.answers
        # what a person has answered stays: a print is no reason to lose it
        answers = {
            name: answer
            for name, answer in found.answers.items()
            if name not in taken or taken[name].state == "blank"
        }
        set_answers(vault, case_id, answers, shown=shown, wall=wall(), form=form)
        return vault.case(case_id).slug


def _print(pack: Pack, found: FormText) -> None:
    for each in found.reads:
        output.out(f"{pack.question(each.question).number:<4} {each.question}: {_said(pack, each)}")
    if found.missing:
        output.out(f"not found in it: {', '.join(found.missing)}")


def _said(pack: Pack, read: Read) -> str:
    if read.why:
        return f"UNREADABLE ({read.why}), left blank"
    return answer_text(pack.question(read.question), read.answer) or "(nothing)"


def _as_json(found: FormText) -> dict[str, object]:
    return {
        "answers": {name: answer.as_json() for name, answer in found.answers.items()},
        "unreadable": {each.question: each.why for each in found.reads if each.why},
        "missing": [*found.missing],
    }
