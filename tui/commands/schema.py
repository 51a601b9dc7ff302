"""`breachcase schema`: a form's JSON Schema, so that others can validate without us."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from models.form import load_pack
from models.schema import json_schema
from tui.commands import output

if TYPE_CHECKING:
    from models.strictjson import JSON


@click.command()
@click.argument("form", metavar="ID")
def schema(form: str) -> None:
    """Print the JSON Schema (2020-12) of a report file of form ID, such as ico-2019.

    With `bundle`, that of the manifests of every kind of bundle.
    """
    for text in json.dumps(_schema(form), indent=1).split("\n"):
        output.out(text)


def _schema(ident: str) -> dict[str, JSON]:
    if ident != "bundle":
        return json_schema(load_pack(ident))
    from exports.manifest import manifest_schema

    return manifest_schema()
