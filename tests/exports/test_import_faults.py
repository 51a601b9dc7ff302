"""Number 49 of the hostile bundles: the disk is full, or the process is killed, in mid-import."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from exports.card import office_card
from exports.outbox import send
from store.attachment import attach, attachments, pieces
from store.vault import Vault
from tests.exports.build import PASSPHRASE, WALL, WHY, a_case, introduce, vault
from tests.store.faults import REPO, small_disk, why_not_traced

CONTENT = bytes(range(256)) * 16 * 1024  # 4 MiB


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """A report with a large attachment; its receiver's closed vault lies in `regulator`."""
    with (
        vault(tmp_path, "controller", "Example Agency") as ours,
        vault(tmp_path, "regulator", "Example Regulator") as theirs,
    ):
        to = introduce(ours, theirs)
        case_id = a_case(ours)
        (tmp_path / "list").write_bytes(CONTENT)
        file = attach(ours, case_id, tmp_path / "list", name="list.csv", wall=WALL)
        made = send(ours, case_id, to, at=None, wall=WALL, incomplete_reason=WHY, files=[file])
        assert office_card(theirs).sha256 in made.manifest.recipients
        path = tmp_path / "report.age"
        with path.open("wb") as out:
            for piece in made.pieces():
                out.write(piece)
    return path


def receive(path: Path, sealed: Path, inject: str = "") -> str:
    """Return the last line that a receiving process told, perhaps killed at a system call."""
    command = [sys.executable, "-m", "tests.exports.receiver", str(path), str(sealed)]
    if inject:
        if why_not_traced():
            pytest.skip(why_not_traced())
        options = ["-f", "-qq", "-o", str(path.parent / "trace"), "-e", f"inject={inject}"]
        command = ["strace", *options, *command]
    done = subprocess.run(  # noqa: S603 - our own
        command, cwd=REPO, stdout=subprocess.PIPE, text=True, check=False
    )
    return done.stdout.splitlines()[-1] if done.stdout else ""


def received(path: Path) -> list[str]:
    """Return the titles of the cases in a vault, each with a whole attachment."""
    with Vault.open(path, bytearray(PASSPHRASE)) as held:
        rows = held.rows()
        for row in rows:
            (file,) = attachments(held.state(row.id))
            assert b"".join(pieces(held, row.id, file)) == CONTENT
        return [row.title for row in rows]


@pytest.mark.parametrize(
    "call",
    ["write:when=9", "write:when=30", "/^rename:when=1", "/^rename:when=2", "fdatasync:when=1"],
)
def test_a_kill_in_mid_import_leaves_no_case_or_a_whole_one(
    tmp_path: Path, sealed: Path, call: str
) -> None:
    path = tmp_path / "regulator"

    told = receive(path, sealed, call.replace(":", ":signal=KILL:"))

    assert told in {"", "seen"}
    assert len(received(path)) in {0, 1}
    assert receive(path, sealed).startswith("filed ")
    assert received(path) == ["Example Agency"]


def test_a_full_disk_in_mid_import_files_nothing_and_keeps_what_was(
    tmp_path: Path, sealed: Path
) -> None:
    with small_disk(tmp_path / "disk", "4m") as disk:
        path = disk / "regulator"
        shutil.copytree(tmp_path / "regulator", path)

        told = receive(path, sealed)

        assert told.startswith("refused not saved: no space left")
        assert received(path) == []
        assert not [each for each in path.rglob("*.tmp") if each.is_file()]
