"""docs/threat-model.md claims nothing without a test or a module that is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/threat-model.md").read_text(encoding="utf-8")
CITED = re.compile(r"`(?:((?:store|exports|tui)/[\w/]*test_\w+): )?([0-9a-z]+(?:_[0-9a-z]+){3,})`")


def test_every_test_that_the_threat_model_names_is_there() -> None:
    lacking, module = [], ""
    claims = PAGE.partition("## Guarantees")[2]  # before it, the way of citing is explained
    for named, name in CITED.findall(claims):
        module = named or module
        source = ROOT / "tests" / f"{module}.py"
        found = source.is_file() and f"def test_{name}(" in source.read_text(encoding="utf-8")
        lacking += [] if found else [f"{module}: {name}"]

    assert len(CITED.findall(claims)) > 30
    assert lacking == []
