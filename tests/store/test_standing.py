"""How a team stands: who is in and out, what is on its way, what a removed device still knows."""

from __future__ import annotations

import shutil
from pathlib import Path

from store import team
from store.change import AddOp
from store.standing import standing
from tests.store.build import WALL, opened, save
from tests.store.replicas import closing, exchange, founded, let_in


def test_a_removed_device_knows_the_office_until_its_keys_are_rotated(tmp_path: Path) -> None:
    ours, recovery, stick = founded(tmp_path)
    with closing(ours):
        with let_in(ours, tmp_path / "theirs", stick) as theirs:
            removed = theirs.device_id
        before = standing(ours)
        team.remove(ours, removed, "left", wall=WALL)
        after = standing(ours)
        ours.rotate_office(recovery, wall=WALL)
        rotated = standing(ours)

    us, them, nobody = frozenset({ours.device_id}), frozenset({removed}), frozenset[str]()
    assert (before.devices, before.removed) == (us | them, nobody)
    assert (after.devices, after.admins, after.removed) == (us, us, them)
    assert (before.knowing, after.knowing, rotated.knowing) == (nobody, them, nobody)
    assert (after.reading, after.forked, after.ungranted) == (nobody, nobody, nobody)
    assert not after.waiting


def test_what_is_on_its_way_is_told(tmp_path: Path) -> None:
    ours, _, stick = founded(tmp_path)
    with closing(ours):
        theirs = let_in(ours, tmp_path / "theirs", stick, "admin", "responder")
        third = let_in(ours, tmp_path / "third", stick, person="c")
        with closing(theirs), closing(third):
            team.remove(ours, third.device_id, "left", wall=WALL)
            exchange(ours, stick)
            for grant in stick.glob(f"*/grants/*-{theirs.device_id[:8]}-*.age"):
                if not (theirs.replica.path / "grants" / grant.name).exists():
                    grant.unlink()
            exchange(theirs, stick)
            told = standing(theirs)
        for grant in ours.replica.path.glob(f"grants/1-{theirs.device_id[:8]}-*.age"):
            grant.unlink()

        assert len(told.waiting) == 1
        assert standing(ours).ungranted == {theirs.device_id}
        shutil.rmtree(ours.replica.path / "grants")
        assert ours.device_id in standing(ours).ungranted


def test_a_forked_device_is_told(tmp_path: Path) -> None:
    ours, _, stick = founded(tmp_path)
    with closing(ours):
        exchange(ours, stick)
        shutil.copytree(ours.replica.path, tmp_path / "copy")
        save(ours, ours.new_case_id(), "Here")
        exchange(ours, stick)
        with opened(tmp_path / "copy") as copy:
            save(copy, copy.new_case_id(), "There")
            exchange(copy, stick)

            assert standing(copy).forked == {ours.device_id}


def test_an_office_that_makes_no_sense_is_known_to_whoever_was_removed(tmp_path: Path) -> None:
    ours, _, stick = founded(tmp_path)
    with closing(ours):
        with let_in(ours, tmp_path / "theirs", stick) as theirs:
            removed = theirs.device_id
        team.remove(ours, removed, "left", wall=WALL)
        odd = [AddOp("office/2", "x")]
        ours.commit(ours.log_id, odd, shown=ours.log_state(), wall=WALL)

        assert standing(ours).knowing == {removed}
