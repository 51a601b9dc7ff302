"""docs/form-packs.md is true: its example is a form, its tables name every key there is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from models.clock import rules
from models.form import Pack, Question, load_pack, parse_pack, typed_answer
from models.pack import Authority, Kind, Office, Section
from models.proof import proof
from models.report import Report

PAGE = (Path(__file__).parents[2] / "docs" / "form-packs.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
FORM, QUESTION = PAGE.partition("## A question")[::2]


def test_the_example_is_a_form_that_works() -> None:
    pack = parse_pack(EXAMPLE.encode())

    assert proof(EXAMPLE.encode()) == ()
    assert typed_answer(pack.question("lost"), "y").value == "Yes"
    assert [each.name for each in pack.offices] == ["Sample Authority, western office"]


def test_the_tables_name_every_key_rule_and_kind() -> None:
    for part in (Pack, Authority, Office, Section):
        for name in part.model_fields:
            assert f"`{name}`" in FORM or f"[{name}]" in FORM or name == "sha256", name
    for name in (*Question.model_fields, *get_args(Kind)):
        assert f"`{name}`" in QUESTION, name
    for rule in rules():
        assert (f"`{rule.id}`" in FORM) == rule.main


def test_the_facts_it_names_are_those_of_the_ico_form() -> None:
    listed = QUESTION.partition("Use the facts")[2].partition("\n\n")[0]

    named = set(re.findall(r"`([a-z_]+)`", listed))

    ico = load_pack("ico-2019")
    assert len(named) == 14
    assert all(ico.question_of(name) for name in named)
    assert Report(form="ico-2019", kind="initial", number=0, answers={}).fact("dpo").void
