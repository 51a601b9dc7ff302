from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from exports.outbox import send
from store.vault import Vault
from tests.exports.build import WALL, WHY, a_case, file, introduce, vault
from tests.exports.sent import Sent


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Vault]:
    with vault(tmp_path, "controller", "Example Agency") as made:
        yield made


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[Vault]:
    with vault(tmp_path, "regulator", "Example Regulator") as made:
        yield made


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Vault]:
    with vault(tmp_path / "other", "regulator", "Other Regulator") as made:
        yield made


@pytest.fixture
def other_controller(tmp_path: Path) -> Iterator[Vault]:
    with vault(tmp_path / "processor", "controller", "Example Processor") as made:
        yield made


@pytest.fixture
def sent(ours: Vault, theirs: Vault) -> Sent:
    case_id = a_case(ours)
    regulator = introduce(ours, theirs)
    initial = send(ours, case_id, regulator, at=None, wall=WALL, incomplete_reason=WHY)
    return Sent(ours, theirs, case_id, file(theirs, initial), initial)
