"""`repair` and `sync` over replicas with one damaged thing: a whole copy takes its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from models.errors import MissingError, UsageError
from store import team
from store.backup import back_up
from store.change import BlobOp
from store.errors import LockedError
from store.grant import grant_name, seal_grant
from store.keyring import Keyring
from store.repair import Repaired, repair
from store.verify import verify
from tests.store.build import WALL, flip, insider, make, opened, passphrase, save, silent
from tests.store.replicas import digests, exchange, let_in, stick_in

Damage = Callable[[Path], Path]
"""Damages one file of a vault; returns it."""


def repaired(path: Path, place: Path | None) -> Repaired:
    return repair(path, passphrase(), str(place) if place else None, silent)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Two devices' segments, a case with an attachment, an epoch besides; a stick and a backup."""
    folder = tmp_path_factory.mktemp("made")
    path, stick = folder / "ours", stick_in(folder)
    with make(path)[0] as ours:
        case_id = ours.new_case_id()
        save(ours, case_id, "Lost laptop")
        with let_in(ours, folder / "theirs", stick) as theirs:
            save(theirs, theirs.new_case_id(), "Wrong address")
            exchange(theirs, stick)
            removed = theirs.device_id
        exchange(ours, stick)
        told = ours.put_blob(case_id, b"a list of names" * 1000)
        shown = ours.state(case_id)
        ours.commit(case_id, [BlobOp("evidence/1", told)], shown=shown, wall=WALL)
        team.remove(ours, removed, "left", wall=WALL)
        save(ours, case_id, "Stolen laptop")
        exchange(ours, stick)
        before = digests(ours)
    back_up(path, folder / "backup", silent)
    return folder, before


@pytest.fixture
def vault(made: tuple[Path, dict[str, str]], tmp_path: Path) -> Path:
    for name in ("ours", "stick", "backup"):
        shutil.copytree(made[0] / name, tmp_path / name)
    return tmp_path / "ours"


def content(path: Path) -> dict[str, str]:
    with opened(path, writable=False) as found:
        return digests(found)


def ours(path: Path) -> Path:
    return path / "journal" / insider(path).card.device_id


def theirs(path: Path) -> Path:
    [found] = [each for each in (path / "journal").iterdir() if each != ours(path)]
    return found


def own_segment(number: int) -> Damage:
    return lambda path: sorted(ours(path).glob("*.seg"))[number]


def their_segment(path: Path) -> Path:
    return min(theirs(path).glob("*.seg"))


def some_key(path: Path) -> Path:
    return max(each for each in (path / "keys").iterdir() if each != insider(path).log_key)


def own_grant(path: Path) -> Path:
    return min(path.glob(f"grants/*-{insider(path).card.device_id[:8]}-*.age"))


FILES: dict[str, Callable[[Path], Path]] = {
    "the segment with record 0": own_segment(0),
    "a segment of ours": own_segment(1),
    "our last segment": own_segment(-1),
    "a colleague's segment": their_segment,
    "our head": lambda path: ours(path) / "head",
    "a colleague's head": lambda path: theirs(path) / "head",
    "the key of the vault log": lambda path: insider(path).log_key,
    "the key of a case": some_key,
    "a grant": own_grant,
    "an attachment": lambda path: min(path.glob("blobs/*/*")),
}
EARLY, LATE = 30, -40


def spoil(victim: Path, offset: int | None) -> list[bytes]:
    """Flip a bit, or take the file away; what is left of it."""
    if offset is None:
        victim.unlink()
        return []
    flip(victim, offset)
    return [victim.read_bytes()]


GONE = ("the segment with record 0", "our last segment", "our head", "a grant", "an attachment")


@pytest.mark.parametrize(
    ("name", "place", "offset"),
    [(name, "stick", EARLY) for name in FILES] + [(name, "backup", None) for name in GONE],
)
def test_what_is_damaged_or_gone_is_taken_whole_from_a_copy(  # noqa: PLR0913, PLR0917 - fixtures
    made: tuple[Path, dict[str, str]],
    vault: Path,
    tmp_path: Path,
    name: str,
    place: str,
    offset: int | None,
) -> None:
    victim = FILES[name](vault)
    raw, left = victim.read_bytes(), spoil(victim, offset)

    found = repaired(vault, tmp_path / place)

    assert found.verdict.faults == ()
    assert len(found.healed) == 1
    assert content(vault) == made[1]
    assert name == "our head" or victim.read_bytes() == raw
    assert [each.read_bytes() for each in vault.rglob("*.damaged")] == left
    assert not [*(tmp_path / "backup").rglob("*.damaged")]


@pytest.mark.parametrize(
    "name",
    [
        "our last segment",
        "a colleague's segment",
        "a colleague's head",
        "a grant",
        "the key of a case",
        "an attachment",
    ],
)
def test_a_sync_takes_whole_what_is_damaged_here(
    made: tuple[Path, dict[str, str]], vault: Path, tmp_path: Path, name: str
) -> None:
    flip(FILES[name](vault), LATE)

    with opened(vault) as found:
        report = exchange(found, tmp_path / "stick")
        after = digests(found)

    assert len(report.lines("healed")) == 1, report.told
    assert (report.new, report.lines("damaged"), report.lines("forked")) == ((), (), ())
    assert after == made[1]
    assert verify(vault, passphrase(), silent).faults == ()


@pytest.mark.parametrize("name", ["a segment of ours", "the key of a case", "an attachment"])
def test_what_no_copy_has_whole_is_named_and_stays_where_it_is(
    vault: Path, tmp_path: Path, name: str
) -> None:
    victim = FILES[name](vault)
    [copy] = tmp_path.glob(f"stick/*/{victim.relative_to(vault)}")
    flip(victim, LATE)
    flip(copy, LATE)
    left = victim.read_bytes()

    with opened(vault) as found:
        report = exchange(found, tmp_path / "stick")
    again = repaired(vault, tmp_path / "stick")

    assert report.lines("damaged")
    assert not report.lines("healed")
    assert again.healed == ()
    assert again.verdict.damaged == {str(victim.relative_to(vault))}
    assert victim.read_bytes() == left
    assert [*copy.parent.glob("*.damaged")], "so that who has it whole writes it again"
    assert not copy.exists()


def test_what_is_lost_is_counted_and_its_cases_are_told(vault: Path) -> None:
    with opened(vault, writable=False) as before:
        [case_id] = [row.id for row in before.rows() if row.title == "Stolen laptop"]
    closed = sorted(ours(vault).glob("*.seg"))
    closed[-3].unlink()

    found = repaired(vault, None)

    assert found.healed == ()
    assert found.verdict.lost.changes == 1
    assert set(found.verdict.lost.cases) <= {case_id, insider_log(vault)}


def insider_log(path: Path) -> str:
    with opened(path, writable=False) as found:
        return found.log_id


def test_where_nothing_is_damaged_nothing_is_done(vault: Path, tmp_path: Path) -> None:
    before = {each: each.read_bytes() for each in vault.rglob("*") if each.is_file()}

    found = repaired(vault, tmp_path / "stick")

    assert (found.healed, found.verdict.faults) == ((), ())
    assert {each: each.read_bytes() for each in before} == before | {
        vault / "lock": (vault / "lock").read_bytes()
    }


def test_a_head_of_ours_is_signed_anew_without_any_copy(vault: Path) -> None:
    (ours(vault) / "head").unlink()

    found = repaired(vault, None)

    assert found.healed == ("head of this device: signed anew",)
    assert found.verdict.faults == ()
    assert found.as_json() == {**found.verdict.as_json(), "healed": [*found.healed]}
    with opened(vault) as again:
        save(again, again.new_case_id(), "Third")
    assert verify(vault, passphrase(), silent).faults == ()


def test_without_record_0_anywhere_nothing_is_taken(vault: Path, tmp_path: Path) -> None:
    victim = own_segment(0)(vault)
    for path in (victim, *tmp_path.glob(f"stick/*/{victim.relative_to(vault)}")):
        path.unlink()

    found = repaired(vault, tmp_path / "stick")

    assert found.healed == ()
    assert any("record 0" in fault for fault in found.verdict.faults)


def test_another_vaults_backup_is_refused(vault: Path, tmp_path: Path) -> None:
    make(tmp_path / "other")[0].close()
    for place, says in (("other", "another vault"), ("ours", "this very vault")):
        with pytest.raises(UsageError, match=says):
            repaired(vault, tmp_path / place)
    with pytest.raises(MissingError):
        repaired(vault, tmp_path / "nowhere")


def test_a_vault_that_is_written_to_is_not_repaired(vault: Path) -> None:
    with opened(vault), pytest.raises(LockedError):
        repaired(vault, None)


def test_the_next_segment_names_the_damaged_one_as_it_was(vault: Path, tmp_path: Path) -> None:
    flip(own_segment(-1)(vault), LATE)
    with opened(vault) as found:
        save(found, found.new_case_id(), "Third")

    assert repaired(vault, tmp_path / "stick").verdict.faults == ()


def test_two_segments_in_a_row_are_healed(vault: Path, tmp_path: Path) -> None:
    for number, offset in ((1, EARLY), (2, 0)):
        flip(own_segment(number)(vault), offset)

    assert repaired(vault, tmp_path / "backup").verdict.faults == ()


def test_a_damaged_segment_is_named_once_and_not_the_one_after_it(vault: Path) -> None:
    victim = own_segment(1)(vault)
    flip(victim, 200)

    [fault] = verify(vault, passphrase(), silent).faults

    assert victim.stem in fault


def test_a_segment_or_grant_that_is_no_file_is_healed_by_a_sync(
    vault: Path, tmp_path: Path
) -> None:
    (vault / "grants" / ".DS_Store").write_bytes(b"a mover's")
    for victim in (own_segment(-1)(vault), own_grant(vault)):
        victim.unlink()
        victim.symlink_to(vault / "header")

    with opened(vault) as found:
        report = exchange(found, tmp_path / "stick")

    assert len(report.lines("healed")) == 2
    assert verify(vault, passphrase(), silent).faults == ()


def test_what_a_sync_reads_again_has_a_limit(
    vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.soundness._SCRUBBED", 0)
    flip(FILES["an attachment"](vault), LATE)

    with opened(vault) as found:
        assert not exchange(found, tmp_path / "stick").lines("healed")
    assert repaired(vault, tmp_path / "stick").verdict.faults == ()


def test_what_is_damaged_while_a_session_lasts_is_not_put_on_a_medium(
    vault: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.soundness._SCRUBBED", 0)
    with opened(vault) as found:
        save(found, found.new_case_id(), "Third")
        found.settle()
        path = own_segment(-1)(vault)
        flip(path, LATE)

        report = exchange(found, tmp_path / "stick")

    [line] = report.lines("damaged")
    assert line.startswith(f"journal/{path.parent.name}/{path.name} of this replica")
    assert not [*(tmp_path / "stick").rglob(path.name)]


def test_an_attachment_that_is_gone_needs_a_copy(vault: Path, tmp_path: Path) -> None:
    (path,) = vault.glob("blobs/*/*")
    path.unlink()

    assert repaired(vault, None).verdict.damaged == {str(path.relative_to(vault))}
    assert len(repaired(vault, tmp_path / "backup").healed) == 1


def test_what_is_damaged_in_a_growing_segment_no_copy_can_have(vault: Path) -> None:
    with opened(vault) as found:
        for title in ("Third", "Fourth"):
            save(found, found.new_case_id(), title)
        flip(next(ours(vault).glob("*.open")), 200)

        verdict = verify(vault, passphrase(), silent)

    assert verdict.faults
    assert verdict.damaged == frozenset()


def test_a_grant_that_is_whole_and_grants_nothing_is_named_and_left(
    vault: Path, tmp_path: Path
) -> None:
    inside = insider(vault)
    other = Keyring(inside.keyring.vault_id, {1: bytes(32)})
    raw = seal_grant(other, inside.device, inside.card, 1)
    name = grant_name(1, inside.card, raw)
    for path in (vault, tmp_path / "backup"):
        (path / "grants" / name).write_bytes(raw)

    found = repaired(vault, tmp_path / "backup")

    assert [name in fault for fault in found.verdict.faults] == [True]
    assert (found.healed, found.verdict.damaged) == ((), frozenset())
    assert (vault / "grants" / name).read_bytes() == raw
