"""What holds for every test: nothing of the person who runs it is read or written."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / ".home" / name))
    for name in ("BREACHCASE_VAULT", "BREACHCASE_PASSPHRASE_COMMAND"):
        monkeypatch.delenv(name, raising=False)
