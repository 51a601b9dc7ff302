from __future__ import annotations

import re
from pathlib import Path

from models.checks import REGISTRY, Check

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"


def row(check: Check) -> str:
    """Return the line of the page that tells of a check."""
    said = " ".join((check.find.__doc__ or "").split("\n\n")[0].split())
    severities = " / ".join(check.severities)
    basis = check.basis.format(law="(UK) GDPR")
    return f"| {check.id} | {severities} | {said.removeprefix(f'{check.id}: ')} | {basis} |"


def test_the_page_tells_of_every_check_as_the_code_does() -> None:
    rows = re.findall(r"^\| K\d\d .*$", PAGE.read_text("utf-8"), re.MULTILINE)

    assert rows == [row(check) for check in REGISTRY]


def test_every_check_says_under_its_id_what_it_objects_to() -> None:
    assert [
        each.id for each in REGISTRY if not (each.find.__doc__ or "").startswith(f"{each.id}: ")
    ] == []
