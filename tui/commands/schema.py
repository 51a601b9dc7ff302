"""`breachcase schema`: a form's JSON Schema, so that others can validate without us."""

from __future__ import annotations

import json

import click

from models.form import load_pack
from models.schema import json_schema
from tui.commands import output


@click.command()
@click.argument("form", metavar="ID")
def schema(form: str) -> None:
    """Print the JSON Schema (2020-12) of a report file of form ID, such as ico-2019."""
    for text in json.dumps(json_schema(load_pack(form)), indent=1).split("\n"):
        output.out(text)
