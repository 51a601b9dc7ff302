from __future__ import annotations

import pytest

from models.checks import REGISTRY
from tests.models.examples import FAIL, passing

IDS = [each.id for each in REGISTRY]


def test_every_check_has_an_example() -> None:
    assert [*FAIL] == IDS


@pytest.mark.parametrize("check", FAIL)
def test_a_check_objects_to_one_report_and_passes_another(check: str) -> None:
    failed, passed = FAIL[check].findings(), passing(check).findings()

    assert check in {each.id for each in failed.problems}
    assert check not in {each.id for each in passed.problems}
    assert check not in passed.not_run
