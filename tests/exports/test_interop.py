"""The page's transcript: one bundle opened and verified with stock age, jq and ssh-keygen."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from exports.bundle import open_bundle
from exports.outbox import send
from store.vault import Vault
from tests.exports.build import WALL, WHY, a_case, introduce, vault
from tests.exports.test_format_page import PAGE

TOOLS = ("age", "jq", "ssh-keygen", "bash")

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, TOOLS)), reason=f"needs {', '.join(TOOLS)} on the path"
)


@pytest.fixture
def theirs(tmp_path: Path) -> Iterator[Vault]:
    # what the age of Debian 12 opens; docs/format-bundle.md says which version opens what
    with vault(tmp_path, "regulator", "Example Regulator", post_quantum=False) as made:
        yield made


def _script() -> str:
    found = re.search(r"^```\n(age -d .*?)```", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found[1].replace("breachcase-1f2e3d4c.age", "case.age")


def _run(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    command = ["/usr/bin/env", "bash", "-euo", "pipefail", "-c", script]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 -- the page's own transcript


def test_stock_tools_open_and_verify_a_bundle(ours: Vault, theirs: Vault, tmp_path: Path) -> None:
    sealed = send(
        ours, a_case(ours), introduce(ours, theirs), at=None, wall=WALL, incomplete_reason=WHY
    )
    (tmp_path / "key.txt").write_text(f"{theirs.office.identity.text()}\n", encoding="ascii")
    for name, data in (
        ("binary", sealed.data),
        ("armoured", b"".join(sealed.pieces(armoured=True))),
    ):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "case.age").write_bytes(data)
        shutil.copy(tmp_path / "key.txt", folder)

        done = _run(folder, _script())

        assert done.returncode == 0, done.stderr
        assert "Good " in done.stdout
        opened = open_bundle(BytesIO(data), [theirs.office.identity])
        assert (folder / "manifest.json").read_bytes() == opened.manifest_bytes
        shown = json.loads(done.stdout[done.stdout.index("{") :])
        assert shown["bundle_id"] == sealed.manifest.bundle_id


def test_stock_tools_refuse_a_changed_manifest_and_another_purpose(
    ours: Vault, theirs: Vault, tmp_path: Path
) -> None:
    sealed = send(
        ours, a_case(ours), introduce(ours, theirs), at=None, wall=WALL, incomplete_reason=WHY
    )
    (tmp_path / "key.txt").write_text(f"{theirs.office.identity.text()}\n", encoding="ascii")
    (tmp_path / "case.age").write_bytes(sealed.data)
    opened, verify, shown = _script().partition("ssh-keygen -Y verify")
    assert shown

    for changed in (
        f"{opened}echo >> manifest.json\n{verify}{shown}",
        _script().replace("bundle-v1@breachcase", "git"),
    ):
        assert _run(tmp_path, changed).returncode != 0
