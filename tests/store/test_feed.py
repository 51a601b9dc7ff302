from __future__ import annotations

import itertools
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from store import team
from store.cache import Cache
from store.casekey import CaseKey
from store.chain import load_heads
from store.envelope import Envelope
from store.errors import DamagedError, UnknownCaseError
from store.feed import Feed
from store.journal import Reading, read_journal, stamp_of
from store.roll import Place
from store.run import Row, Run, Told, open_run, write_run
from store.segment import HEADER_SIZE, SegmentHeader
from store.vault import Vault
from store.verify import verify
from tests.store.build import (
    WALL,
    cache_of,
    closed,
    flip,
    insider,
    opened,
    passphrase,
    save,
    segments,
    titles,
)
from tests.store.replicas import exchange, let_in, two

VAULT_ID = bytes(32)
HEADER = SegmentHeader(VAULT_ID, "ab" * 16, 1, 1, bytes(32), bytes(32))
TOLD = Told(HEADER, "cd" * 32, (1, 2, 3), bytes(32), 4)


def seal(name: str) -> Envelope:
    return Envelope(bytes(32), VAULT_ID, "feed", name)


def row(case: int, number: int = 0, index: int = 0) -> Row:
    change = f"{case:032x}{number:016x}{index:016x}"
    return Row(f"{case:032x}", number, index, 134, 272, "ef" * 16, change)


def run_of(path: Path, *rows: Row) -> Run:
    write_run(path, seal, "0" * 32, [TOLD], sorted(each.pack() for each in rows))
    return open_run(path, seal)


def indexed(path: Path, count: int = 3) -> list[str]:
    """A vault of so many cases, each of a session of its own, and all of it indexed."""
    closed(path)
    for number in range(count):
        with opened(path) as vault:
            save(vault, vault.new_case_id(), f"Case {number}")
    opened(path).close()
    return [f"Case {number}" for number in range(count)]


def read(path: Path) -> Reading:
    """What an opening reads of a closed vault."""
    keyring = insider(path).keyring
    return read_journal(path / "journal", keyring, Feed(cache_of(path), keyring).recall)


def runs(path: Path) -> list[Path]:
    return sorted((path / "cache" / "feed").iterdir())


def told(vault: Vault) -> tuple[str, dict[str, str], tuple[str, ...]]:
    history = vault.history
    states = {each: vault.state(each).digest() for each in sorted(history.case_ids)}
    return history.digest(), states, vault.notices


def test_a_run_gives_the_rows_of_a_case_in_the_order_of_the_journal(tmp_path: Path) -> None:
    rows = [row(case, index=index) for case in (2, 5, 9) for index in range(1500)]
    run = run_of(tmp_path / "run", *rows, row(7))

    for case in (2, 5, 7, 9):
        wanted = [each for each in (*rows, row(7)) if each.case_id == f"{case:032x}"]
        assert list(run.rows(f"{case:032x}")) == wanted
    assert [list(run.rows(f"{case:032x}")) for case in (0, 3, 8, 10)] == [[], [], [], []]
    assert (run.count, run.segments) == (4501, (TOLD,))
    assert [int(each, 16) for each in run.cases(lambda _: True)] == [2, 5, 7, 9]
    assert list(run.cases(lambda _: False)) == []


def test_a_run_keeps_a_share_of_itself_in_memory(tmp_path: Path) -> None:
    run = run_of(tmp_path / "run", *(row(case) for case in range(130 * 820)))

    assert sum(1 for _ in run.packed()) == run.count
    assert len(run._kept) == 128  # noqa: SLF001 - what is kept shows nowhere else


def test_an_opening_reads_only_what_no_run_tells_of(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    indexed(path)
    with opened(path) as vault:
        save(vault, vault.new_case_id(), "Newest")

    found = read(path)

    assert [each.path for each in found.known] == segments(path)[:-1]
    assert {each.file.path for each in found.refs} == {segments(path)[-1]}


@pytest.mark.parametrize("lost", ["cache", "cache/feed"])
def test_without_an_index_all_is_the_same(tmp_path: Path, lost: str) -> None:
    path = tmp_path / "vault"
    indexed(path)
    with opened(path, writable=False) as vault:
        before = told(vault)
    shutil.rmtree(path / lost)

    with opened(path) as vault:
        assert told(vault) == before
    assert len(read(path).known) == len(segments(path))


def test_a_segment_that_somebody_touched_is_read_and_judged_anew(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    indexed(path)
    flip(segments(path)[1], HEADER_SIZE + 30)

    for _ in range(2):  # the damaged one is never indexed
        with opened(path) as vault:
            assert any("is damaged" in line for line in vault.notices)
            assert vault.notices == tuple(dict.fromkeys(vault.notices))
    assert len(read(path).known) == len(segments(path)) - 1


def bless(path: Path) -> None:
    """Make the runs tell the times of the files as they are now, as if nobody had touched them."""
    cache, stamps = cache_of(path), {each.stem: stamp_of(each.lstat()) for each in segments(path)}
    for run in cache.load_runs()[0]:
        names = [f"{each.header.seq:010d}-{each.digest[:8]}" for each in run.segments]
        files = [
            replace(each, stamp=stamps[name])
            for each, name in zip(run.segments, names, strict=True)
        ]
        cache.save_run(run.log_id, files, [*run.packed()])
        cache.drop_runs([run.path])


def test_rot_that_no_time_shows_is_found_where_the_case_is_read(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    indexed(path)
    flip(segments(path)[1], HEADER_SIZE + 30)
    bless(path)
    shutil.rmtree(path / "cache" / "cases")

    with opened(path, writable=False) as vault:
        assert (vault.notices, len(titles(vault))) == ((), 3)
        for name in ("case-1", "case-2"):
            assert vault.state(vault.find(name)).changes
        assert vault.state(vault.find("case-0")).changes == ()
        assert vault.notices[0].endswith("void: its frame does not open")
    assert verify(path, passphrase(), lambda *_: None).faults


def test_a_row_that_leads_to_another_record_is_void(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    indexed(path)
    cache = cache_of(path)
    (run,) = cache.load_runs()[0]
    case_id = insider_case(path, "case-0")
    rows = [
        replace(each, change_id="00" * 32) if each.case_id == case_id else each
        for each in map(Row.of, run.packed())
    ]
    cache.save_run(run.log_id, run.segments, sorted(each.pack() for each in rows))
    cache.drop_runs([run.path])

    with opened(path, writable=False) as vault:
        assert vault.state(case_id).changes == ()
        assert vault.notices == ("record 00000000 is void: its frame does not open",)


def insider_case(path: Path, name: str) -> str:
    with opened(path, writable=False) as vault:
        return vault.find(name)


@pytest.mark.parametrize("place", ["start", "rows", "end", "link", "folder"])
def test_a_run_that_is_no_good_is_done_without(tmp_path: Path, place: str) -> None:
    path = tmp_path / "vault"
    names = indexed(path)
    with opened(path, writable=False) as vault:
        before = told(vault)
    (run,) = runs(path)
    if place in {"link", "folder"}:
        run.unlink()
        run.mkdir() if place == "folder" else run.symlink_to(tmp_path / "elsewhere")
    else:
        flip(run, {"start": 3, "rows": 100, "end": run.stat().st_size - 100}[place])

    with opened(path) as vault:
        assert told(vault) == before
        assert titles(vault) == names
    assert len(read(path).known) == len(segments(path))


def test_a_run_of_another_vault_is_not_believed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        indexed(tmp_path / name)
    (run,) = runs(tmp_path / "one")
    shutil.copy(runs(tmp_path / "two")[0], run)

    with opened(tmp_path / "one", writable=False) as vault:
        assert (len(titles(vault)), vault.notices) == (3, ())
    assert read(tmp_path / "one").known == []


def test_a_run_that_rots_while_the_vault_is_open_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    names = indexed(path)
    shutil.rmtree(path / "cache" / "cases")
    with opened(path, writable=False) as vault:
        before = told(vault)
        vault.history._feed._known[0].run._kept.clear()  # noqa: SLF001 - else it is in memory
        flip(runs(path)[0], 100)

        assert sorted(vault.history.case_ids) == sorted(before[1])
        assert {vault.case(each).title for each in before[1]} == {*names}
        assert told(vault) == before


def test_there_are_few_runs_however_many_sessions(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    names = indexed(path, 12)

    sizes = [each.count for each in cache_of(path).load_runs()[0]]

    assert len(sizes) <= 4
    assert all(older > 2 * newer for older, newer in itertools.pairwise(sizes))
    with opened(path, writable=False) as vault:
        assert titles(vault) == sorted(names)


def test_a_copy_of_a_vault_is_read_anew_and_its_dead_run_goes(tmp_path: Path) -> None:
    path, copy = tmp_path / "vault", tmp_path / "copy"
    indexed(path)
    shutil.copytree(path, copy)

    assert read(copy).known == []
    opened(copy).close()

    assert len(runs(copy)) == 1
    assert len(read(copy).known) == len(segments(copy))


def test_a_missing_segment_is_named_although_a_run_tells_of_it(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    indexed(path)
    segments(path)[2].unlink()

    with opened(path) as vault:
        assert any("does not follow" in line for line in vault.notices)
        assert any("missing or damaged: 3" in line for line in vault.notices)
        assert len(vault.history.case_ids) == 2


def test_a_case_whose_key_comes_back_is_there_again(tmp_path: Path) -> None:
    """Its frames were indexed while nobody could tell whose they are."""
    path = tmp_path / "vault"
    indexed(path)
    case_id = insider_case(path, "case-1")
    key: CaseKey = insider(path).case_key(case_id)
    kept = (path / "keys" / key.key_id).rename(tmp_path / "kept")
    shutil.rmtree(path / "cache")
    for _ in range(2):  # read, then indexed
        with opened(path) as vault:
            assert vault.notices == (
                f"case key {key.key_id[:8]} is not here; the changes it sealed stay closed",
            )
            assert titles(vault) == ["Case 0", "Case 2"]
    assert len(read(path).known) == len(segments(path))
    segments(path)[2].touch()  # the run tells of it in vain
    shutil.move(kept, path / "keys" / key.key_id)

    with opened(path) as vault:
        assert (vault.notices, len(titles(vault))) == ((), 3)
        assert vault.case(case_id).title == "Case 1"


def with_a_stranger_of_a_thief(folder: Path) -> tuple[Path, str, int]:
    """A vault whose second admin let in a third device and wrote on; its id, its segment before."""
    ours, theirs, stick = two(folder, "admin", "responder")
    with theirs:
        save(theirs, theirs.new_case_id(), "Before")
        exchange(theirs, stick)
        heads = load_heads(theirs.replica.path / "journal" / theirs.device_id)
        (last,) = {each.last[0] for each in heads.values()}
        with let_in(theirs, folder / "third", stick, person="c.colleague") as third:
            save(third, third.new_case_id(), "Third")
            exchange(third, stick)
        save(theirs, theirs.new_case_id(), "After")
        exchange(theirs, stick)
        device = theirs.device_id
    with ours:
        exchange(ours, stick)
    opened(folder / "ours").close()
    return folder / "ours", device, last


def test_who_is_out_is_out_with_an_index_and_without(tmp_path: Path) -> None:
    """What counts is judged segment by segment, also of those that are not read again."""
    path, device, last = with_a_stranger_of_a_thief(tmp_path)
    assert len(read(path).known) == len(segments(path))
    with opened(path) as vault:
        assert titles(vault) == ["After", "Before", "Third"]
        team.remove(vault, device, "stolen", wall=WALL, last=last)

    with opened(path) as vault:
        with_index = told(vault)
        rows = {row.title: row.id for row in vault.rows()}
        assert set(rows) == {"", "Before"}  # of the third: kept, without effect
        assert vault.history.quarantined
        assert any("is not signed by its device" in line for line in vault.notices)
    shutil.rmtree(path / "cache")
    with opened(path) as vault:
        assert (told(vault)[:2], {*told(vault)[2]}) == (with_index[:2], {*with_index[2]})
    shutil.rmtree(path / "cache")
    (path / "keys" / insider(path).case_key(rows["Before"]).key_id).unlink()
    with opened(path, writable=False) as vault:
        assert titles(vault) == [""]


def test_a_vault_without_record_0_says_so_whatever_an_index_tells(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    indexed(path)
    segments(path)[0].unlink()

    with pytest.raises(DamagedError, match="record 0"):
        opened(path, writable=False)


def _home(vault: Vault) -> Path:
    return vault.replica.path / "journal" / vault.device_id


def test_a_case_whose_key_is_gone_says_so_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    indexed(path)
    case_id = insider_case(path, "case-1")
    (path / "keys" / insider(path).case_key(case_id).key_id).unlink()

    with opened(path) as vault:
        assert len(titles(vault)) == 3
        with pytest.raises(DamagedError, match="key of case"):
            vault.state(case_id)
        assert any("is not here" in line for line in vault.notices)


def test_a_cache_that_takes_no_run_fails_no_session(tmp_path: Path) -> None:
    path = tmp_path / "vault"
    closed(path, "One")
    shutil.rmtree(path / "cache" / "feed", ignore_errors=True)
    (path / "cache" / "feed").write_bytes(b"x")

    with opened(path) as vault:
        assert (titles(vault), vault.notices) == (["One"], ())


def test_a_run_needs_its_folder_only_when_it_is_written(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "none", VAULT_ID, bytes(32))

    assert cache.load_runs() == ([], [])
    cache.save_run("0" * 32, [TOLD], [row(1).pack()])

    assert [each.path.name for each in cache.load_runs()[0]] == ["0000000001"]


def test_a_file_that_goes_while_the_journal_is_listed_is_looked_for_elsewhere(
    tmp_path: Path,
) -> None:
    path = tmp_path / "vault"
    indexed(path)
    feed = Feed(cache_of(path), insider(path).keyring)
    first = segments(path)[0]

    assert feed.recall(Place(first, first.stem)) is not None
    first.unlink()
    assert feed.recall(Place(first, first.stem)) is None


@pytest.mark.parametrize("typed", ["", "x", "0" * 31, "../" * 11, "\u0661" * 32])
def test_what_is_no_case_id_is_no_case(tmp_path: Path, typed: str) -> None:
    closed(tmp_path / "v", "Laptop")
    with opened(tmp_path / "v"):
        pass  # the next one has an index

    with opened(tmp_path / "v") as vault:
        assert not vault.history.knows(typed)
        with pytest.raises(UnknownCaseError):
            vault.state(typed)
