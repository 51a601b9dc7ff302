"""`breachcase form`: the forms there are, what one asks, and what is wrong with one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from models import library
from models.proof import proof
from tui.commands import output, params
from tui.commands.further import add, confirm
from tui.ownforms import forms_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.pack import Office, Pack, Question
    from models.strictjson import JSON


@click.group()
def form() -> None:
    """List, print and check the forms; report a case on a further one.

    Your own stand beside the regulators' (docs/form-packs.md).
    """


@form.command("ls")
@params.json_option
def ls(*, as_json: bool) -> None:
    """List the forms that a case can be opened with.

    Then the files that were refused.
    """
    packs = [library.load_pack(name) for name in library.pack_ids()]
    refused = library.refused()
    if as_json:
        told: dict[str, JSON] = {
            "forms": [_told(pack) for pack in packs],
            "refused": [{"file": each.file, "why": each.why} for each in refused],
        }
        output.out_json(told)
        return
    output.table((pack.id, library.origin(pack.id) or "built in", pack.title) for pack in packs)
    for each in refused:
        output.narrate(f"refused: {each.file}: {each.why}")
    if refused:
        output.narrate(f"breachcase form check FILE says where; they are in {forms_folder()}")


def _told(pack: Pack) -> dict[str, JSON]:
    return {
        "id": pack.id,
        "version": pack.version,
        "title": pack.title,
        "rule": pack.rule,
        "authority": pack.authority.name,
        "as_of": pack.authority.as_of.isoformat(),
        "questions": len(pack.questions),
        "sha256": pack.sha256,
        "file": library.origin(pack.id) or None,
    }


@form.command("show")
@click.argument("form_id", metavar="ID")
def show(form_id: str) -> None:
    """Print a form, each question with its source.

    First its authority and offices, with their dates.
    """
    pack = library.load_pack(form_id)
    authority = pack.authority
    output.fields(
        [
            ("form", f"{pack.id}, version {pack.version}: {pack.title}"),
            ("rule", pack.rule),
            ("to", ", ".join(filter(None, (authority.name, authority.mailbox)))),
            ("as of", f"{authority.as_of} ({authority.source})"),
            *((("due to be", authority.successor),) if authority.successor else ()),
        ]
    )
    for office in pack.offices:
        output.out(f"office: {', '.join(_reached(office))} (as of {office.as_of})")
    for section in pack.sections:
        output.out()
        output.out(section.title)
        for each in pack.questions:
            if each.section == section.id:
                output.fields([(each.id, "\n".join(_lines(each)))], indent="  ")


def _reached(office: Office) -> Iterator[str]:
    yield office.name
    for name in ("phone", "fax", "post", "website"):
        if value := getattr(office, name):
            yield f"{name} {value}"


def _lines(question: Question) -> Iterator[str]:
    yield f"{question.number} {question.label}"
    if question.help:
        yield question.help
    if question.options:
        yield f"one of: {'; '.join(question.options)}"
    hedge = ", not seen in the source" if question.status == "second_hand" else ""
    wording = "the regulator's words" if question.wording == "official" else "our words"
    yield f"{question.kind}, {question.need.replace('_', ' ')}; {question.source}; {wording}{hedge}"


@form.command("check")
@click.argument("file", metavar="FILE|-")
@params.json_option
def check(file: str, *, as_json: bool) -> int:
    """Say what is wrong with a form of your own, line by line. Exit 1 when something is."""
    found = proof(params.read_file(file))
    name = "standard input" if file == params.STDIN else Path(file).name
    if as_json:
        output.out_json({"problems": [each.as_json() for each in found]})
        return int(bool(found))
    for each in found:
        output.out(f"{name}:{each.line}: {each.message}")
        output.out(f"    hint: {each.hint}")
    if not found:
        output.out(f"{name}: no problems found")
    return int(bool(found))


form.add_command(add)
form.add_command(confirm)
