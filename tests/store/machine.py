"""What the machines of three replicas share: where each run begins, and how it ends."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

import pytest
from hypothesis.stateful import RuleBasedStateMachine

from tests.store.build import opened
from tests.store.replicas import exchange

NAMES: Final = ("ours", "theirs", "third")


class Replicas(RuleBasedStateMachine):
    """Three open replicas of a vault with one case, copied from the folder `template`."""

    template: Path

    def unpack(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.patch = pytest.MonkeyPatch()
        # what this machine has seen of a vault belongs to one run: the next begins again
        self.patch.setenv("XDG_STATE_HOME", str(self.folder / "state"))
        shutil.copytree(self.template, self.folder, dirs_exist_ok=True)
        self.vaults = [opened(self.folder / name) for name in NAMES]
        self.stick = self.folder / "stick"
        (self.case_id,) = self.vaults[0].history.case_ids

    def teardown(self) -> None:
        if not hasattr(self, "vaults"):
            return
        try:
            self.settle()
            self.check()
        finally:
            for vault in self.vaults:
                vault.close()
            shutil.rmtree(self.folder)
            self.patch.undo()

    def settle(self) -> None:
        """Let all that may write exchange, twice, over a stick of their own."""
        last = self.folder / "last"
        last.mkdir()
        for vault in (*self.vaults, *self.vaults):
            if vault.writable:
                exchange(vault, last)

    def check(self) -> None:
        """Hold the replicas to the model."""
        raise NotImplementedError
