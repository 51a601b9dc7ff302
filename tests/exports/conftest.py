from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.vault import Vault
from tests.exports.build import vault


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
