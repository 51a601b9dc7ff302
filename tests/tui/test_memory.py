"""After the unlock there is no copy of the passphrase in memory, nor of its beginning.

The mistake of KeePass, CVE-2023-32784: prefixes of the master password stayed behind.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from store.vault import Vault
from tests.store.build import WALL, founding
from tests.tui.memory import masked
from tests.tui.test_passphrase import in_a_session

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc/self/maps")

SECRET = b"Zq7#vexing-Quoll_42!"
_START = """
import sys
from pathlib import Path
from store.platform import harden
from store.vault import Vault
from tests.tui.memory import MASK, copies
from tui import passphrase
from tui.cli import run
path, secret, out = {path!r}, {secret!r}, Path({out!r})
"""
_API = """
harden()
words = passphrase.ask("passphrase: ")
with Vault.open(Path(path), words) as vault:
    passphrase.wipe(words)
    vault.rows()
    out.write_text(f"{copies(secret, 20)} {copies(secret, 12)}")
"""
_COMMAND = """
assert run(["--vault", path, "ls"]) == 0
out.write_text(f"{copies(secret, 20)} {copies(secret, 12)}")
"""
_CHANGE = """
assert run(["--vault", path, "vault", "passwd", "--kdf-memory", "19"]) == 0
out.write_text(f"{copies(secret, 20)} {copies(secret, 12)}")
"""
_CONTROL = """
words = passphrase.ask("passphrase: ")
kept = words.decode()
passphrase.wipe(words)
out.write_text(f"{copies(secret, 20)} {copies(secret, 12)}")
"""


def counted(tmp_path: Path, script: str, *typed: bytes) -> list[int]:
    path, out = tmp_path / "vault", tmp_path / "out"
    Vault.create(path, bytearray(SECRET), founding(), WALL)[0].close()
    start = _START.format(path=str(path), secret=masked(SECRET), out=str(out))

    code, _ = in_a_session(start + script, [line + b"\n" for line in typed])

    assert code == 0
    return [int(word) for word in out.read_text().split()]


@pytest.mark.parametrize("script", [_API, _COMMAND], ids=["open", "ls"])
def test_no_copy_of_a_typed_passphrase_stays_in_memory(tmp_path: Path, script: str) -> None:
    assert counted(tmp_path, script, SECRET) == [0, 0]


def test_no_copy_of_a_new_passphrase_stays_in_memory(tmp_path: Path) -> None:
    assert counted(tmp_path, _CHANGE, SECRET, SECRET, SECRET) == [0, 0]


def test_a_copy_that_is_kept_would_be_found(tmp_path: Path) -> None:
    assert min(counted(tmp_path, _CONTROL, SECRET)) >= 1
