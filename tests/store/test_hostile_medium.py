"""Whatever bytes lie on a medium, a sync raises only our own errors and takes none of them."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import DiskError
from store.medium import Folder
from store.vault import Vault
from tests.store.build import save
from tests.store.replicas import digests, exchange, home, two
from tests.store.test_sync import attached


@dataclass(frozen=True)
class Scene:
    """A colleague's replica in step, and a medium whose files are played with."""

    theirs: Vault
    stick: Path
    whole: Path
    before: dict[str, str]

    def again(self) -> Path:
        """The medium as it was, its vault's folder."""
        shutil.rmtree(self.stick)
        shutil.copytree(self.whole, self.stick)
        return home(self.theirs, self.stick)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("hostile")
    ours, theirs, stick = two(folder)
    exchange(theirs, stick)
    before = digests(theirs)
    attached(ours, b"evidence")
    save(ours, ours.new_case_id(), "Another")
    exchange(ours, stick)
    ours.close()
    shutil.copytree(stick, folder / "whole")
    yield Scene(theirs, stick, folder / "whole", before)
    theirs.close()


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=2000), kind=st.sampled_from(["head", "grant", "segment", "key"]))
def test_any_bytes_in_any_place_are_refused(scene: Scene, data: bytes, kind: str) -> None:
    place = scene.again()
    digest = hashlib.sha256(data).hexdigest()[:8]
    device = scene.theirs.device_id
    (other,) = (each for each in (place / "journal").iterdir() if each.name != device)
    for path in other.iterdir():
        path.unlink()
    for path in (place / "keys").iterdir():
        path.write_bytes(data if kind == "key" else path.read_bytes())
    (other / ("head" if kind == "head" else f"0000000099-{digest}.seg")).write_bytes(data)
    name = f"1-{device[:8]}-{digest}.age" if kind == "grant" else "notes"
    (place / "grants" / name).write_bytes(data)

    report = exchange(scene.theirs, scene.stick)

    assert report.new == ()
    assert digests(scene.theirs) == scene.before


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_one_changed_byte_anywhere_is_never_taken(scene: Scene, data: st.DataObject) -> None:
    place = scene.again()
    ours = (each for each in place.glob("journal/*") if each.name != scene.theirs.device_id)
    (journal,) = ours
    path = data.draw(st.sampled_from(sorted(journal.iterdir())), "file")
    raw = bytearray(path.read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1), "offset")] ^= data.draw(st.integers(1, 255), "bits")
    path.write_bytes(raw)
    for each in (place / "keys").iterdir():  # so that nothing else can be taken either
        each.unlink()

    report = exchange(scene.theirs, scene.stick)

    assert report.new == ()
    assert digests(scene.theirs) == scene.before
    assert report.found


def test_what_cannot_be_deleted_from_a_medium_is_told(tmp_path: Path) -> None:
    (tmp_path / bytes(32).hex() / "keys" / "a folder").mkdir(parents=True)

    with pytest.raises(DiskError):
        Folder(tmp_path, bytes(32)).remove("keys/a folder")
