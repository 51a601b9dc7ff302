from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from models.errors import MissingError, UsageError
from models.moment import Moment
from store.cache import Cache
from store.casework import close_case, new_case, set_aware
from store.change import AddOp, SetOp, Setting
from store.device import Device
from store.index import Index
from store.row import row_of, view
from store.slip import SORTS
from store.vault import Vault
from tests.store.build import (
    LATER,
    WALL,
    cache_of,
    closed,
    flip,
    founding,
    index_of,
    index_with,
    insider,
    make,
    opened,
    save,
    titles,
)


def test_a_case_is_found_by_id_prefix_slug_and_reference(tmp_path: Path) -> None:
    with make(tmp_path / "vault", founding(side="regulator"))[0] as vault:
        case_id = vault.new_case_id()
        ops = [SetOp("case/title", "Lost laptop"), SetOp("case/reference", "IC-12345-A1B2")]
        ops.append(SetOp("case/side", "regulator"))
        vault.commit(case_id, ops, shown=None, wall=WALL)
        other = vault.new_case_id()
        save(vault, other, "Payroll")

        for text in (case_id, case_id[:6], "lost-laptop", "ic-12345-a1b2", " Lost-Laptop ", "lost"):
            assert vault.find(text) == case_id
        for text in ("", "zz", case_id[:3], "f" * 32):
            with pytest.raises(MissingError):
                vault.find(text)


def test_a_name_that_looks_like_the_beginning_of_an_id_does_not_hide_it(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Lost laptop")
        save(vault, vault.new_case_id(), case_id[:8])

        assert vault.find(case_id[:8]) == case_id


def test_two_cases_of_one_name_are_asked_about(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        ids = [vault.new_case_id(), vault.new_case_id()]
        for case_id in ids:
            save(vault, case_id, "Lost laptop")

        with pytest.raises(UsageError) as caught:
            vault.find("lost-laptop")

    assert all(case_id[:8] in caught.value.hint for case_id in ids)


def test_rows_come_last_changed_first(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        first, second = vault.new_case_id(), vault.new_case_id()
        save(vault, first, "First")
        save(vault, second, "Second")
        shown = vault.state(first)
        vault.commit(first, [SetOp("case/title", "First")], shown=shown, wall=LATER)

        rows = vault.rows()

    assert [row.title for row in rows] == ["First", "Second"]
    assert rows[0].as_json()["wall"] == LATER


def test_a_row_tells_the_clock_and_how_urgent_it_is(tmp_path: Path) -> None:
    aware = Moment.parse("2026-01-01T10:00+00:00[Europe/London]")
    now = Moment.parse("2026-01-02T10:00+00:00[Europe/London]")
    with make(tmp_path / "vault")[0] as vault:
        running, closed_case = new_case(vault, "B", wall=WALL), new_case(vault, "A", wall=WALL)
        other = new_case(vault, "C", wall=WALL)
        set_aware(vault, running, aware, "told by the supplier", wall=WALL)
        close_case(vault, closed_case, now, wall=WALL)
    with opened(tmp_path / "vault") as vault:
        rows = {row.id: row for row in vault.rows()}
        order = vault.index.listing("clock").all()

    assert rows[running].reading(now).left_s == 48 * 3600
    assert rows[running].clock_text(now) == "48h00m left"
    assert rows[closed_case].clock_text(now) == "closed"
    assert [row.id for row in order] == [running, other, closed_case]


def _many(path: Path, *titles: str) -> Path:
    """A closed vault whose cases are in a row pack, but for two that are hot."""
    closed(path, *titles)
    index_of(path).write_behind()
    with opened(path) as vault:
        save(vault, vault.find(titles[0].casefold().replace(" ", "-")), f"{titles[0]} anew")
        save(vault, vault.new_case_id(), "Zulu")
    return path


def _everything(index: Index) -> list[object]:
    """What a person can see of an index."""
    told: list[object] = [index.listing(sort).all() for sort in SORTS]
    for text in ("a", "alpha", "zulu anew", "", "none such"):
        told += [index.listing(sort, text).all() for sort in SORTS]
    return told


def test_hot_rows_stand_among_those_of_the_pack(tmp_path: Path) -> None:
    path = _many(tmp_path / "vault", "Delta", "Alpha", "Charlie", "Bravo")

    index = index_of(path)

    told = [row.title for row in index.listing("title").all()]
    assert told == ["Alpha", "Bravo", "Charlie", "Delta anew", "Zulu"]
    assert index.listing("title").of == 5
    assert [row.title for row in index.page("title", "", 1, 2)] == ["Bravo", "Charlie"]
    assert [row.title for row in index.search("a", 2)] == told[:2]
    assert [row.title for row in index.search("A delta")] == ["Delta anew"]
    assert (index.remade, cache_of(path).load_hot().remade) == (0, 0)


def test_every_way_to_call_a_case_finds_it_in_the_pack_and_in_the_hot_table(tmp_path: Path) -> None:
    path = _many(tmp_path / "vault", "Delta", "Alpha", "Charlie", "Bravo")
    index = index_of(path)

    for row in index.listing().all():
        for text in (row.id, row.id[:9], row.slug):
            assert index.find(text) == row.id
    with pytest.raises(MissingError):
        index.find("delta-b")
    with pytest.raises(MissingError):
        index.find("f" * 33)


def test_a_search_goes_on_from_where_it_was_while_one_types(tmp_path: Path) -> None:
    path = _many(tmp_path / "vault", "Alpha one", "Alpha two", "Alpha three", "Bravo")
    listing = index_of(path).listing("title", "alpha")

    assert (listing.find(1), listing.complete) == (1, False)
    more = listing.narrowed("alpha t")
    assert [row.title for row in more.all()] == ["Alpha three", "Alpha two"]
    assert more.complete
    assert [row.title for row in listing.narrowed("bravo").all()] == ["Bravo"]
    assert [row.title for row in more.narrowed("").rows(3, 9)] == ["Bravo", "Zulu"]
    case_id = more.row(1).id
    assert (more.index(case_id), listing.narrowed("").index(case_id)) == (1, 2)
    assert listing.narrowed("bravo").index(case_id) is None
    assert listing.index("f" * 32) is None
    zulu = index_of(path).listing("title", "zulu")
    assert zulu.index(zulu.all()[0].id) == 0


def test_more_rows_than_the_hot_table_takes_are_packed(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", *"abcdef")
    index = index_of(path)

    index.write_behind(compact=False)
    assert not (path / "cache" / "rows.pack").exists()
    index.write_behind()

    cache = cache_of(path)
    assert (cache.load_pack().count, cache.load_hot().slips) == (6, ())
    assert index.compaction() is None
    assert [row.title for row in index.listing("title").all()] == list("abcdef")
    assert index.cold
    index.warm()
    assert not index.cold


def test_what_changes_while_a_pack_is_written_stays_hot(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", *"abcdef")
    with opened(path) as vault:
        vault.index = index = index_with(vault, cache_of(path))
        work = index.compaction()
        assert work is not None
        save(vault, vault.find(vault.rows()[0].id), "Late")
        save(vault, vault.new_case_id(), "Later")

        work.write()
        index.adopt(work)

        assert _everything(index) == _everything(
            index_with(vault, Cache(tmp_path, bytes(32), bytes(32)))
        )
        index.write_behind()
    assert len(cache_of(path).load_hot().slips) == 2


def test_a_rebuild_of_many_cases_is_packed_on_its_way(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", *"abcdefghijkl")
    (path / "cache" / "hot.tdb").unlink()
    index = index_of(path)

    assert [row.title for row in index.listing("title").all()] == list("abcdefghijkl")
    assert cache_of(path).load_pack().count == 10
    assert cache_of(path).load_pack().covers == ""
    index.write_behind()
    assert _everything(index_of(path)) == _everything(index)
    assert index.remade == 1


def test_a_rebuild_without_room_stays_in_memory(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", *"abcdefgh")
    shutil.rmtree(path / "cache")

    index = index_of(path)  # there is no folder to write into

    assert [row.title for row in index.listing("title").all()] == list("abcdefgh")


def test_a_reader_writes_nothing(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", *"abcdefgh")
    for file in (path / "cache").glob("*.*"):
        file.unlink()

    index = index_of(path, writable=False)

    assert len(index.listing().all()) == 8
    assert index.compaction() is None
    assert not list((path / "cache").glob("*.*"))


@pytest.mark.parametrize("lost", ["rows.pack", "hot.tdb", "both"])
@pytest.mark.parametrize("how", ["gone", "torn", "foreign", "old"])
def test_an_index_that_is_no_good_is_made_again_in_silence(
    tmp_path: Path, lost: str, how: str
) -> None:
    path = _many(tmp_path / "vault", "Delta", "Alpha", "Charlie", "Bravo")
    other = _many(tmp_path / "other", "Delta", "Alpha", "Charlie", "Bravo")
    shutil.copytree(path / "cache", tmp_path / "old")
    with opened(path) as vault:
        save(vault, vault.find("zulu"), "Yankee")
    index = index_of(path, hottest=0)
    index.write_behind()
    with opened(path) as vault:
        save(vault, vault.find("yankee"), "X-ray")
    before = _everything(index_of(path))
    for name in ("rows.pack", "hot.tdb") if lost == "both" else (lost,):
        file = path / "cache" / name
        raw = file.read_bytes()
        match how:
            case "gone":
                file.unlink()
            case "torn":
                file.write_bytes(raw[: len(raw) // 2])
            case "foreign":
                shutil.copy(other / "cache" / name, file)
            case _:
                shutil.copy(tmp_path / "old" / name, file)

    with opened(path) as vault:
        assert (_everything(vault.index), vault.notices) == (before, ())
        counted = vault.index.remade
    assert bool(counted) == (how != "old")
    assert (_everything(index_of(path)), index_of(path).remade) == (before, counted)


@pytest.mark.parametrize("part", range(12))
def test_damage_in_the_middle_of_a_pack_is_mended_while_it_is_read(
    tmp_path: Path, part: int
) -> None:
    path = _many(tmp_path / "vault", "Delta", "Alpha", "Charlie", "Bravo")
    before = _everything(index_of(path))
    index, listing, words = index_of(path), index_of(path).listing(), index_of(path).listing()
    flip(path / "cache" / "rows.pack", 8 + 4168 * part + 60)

    index.warm()
    assert _everything(index) == before
    assert [row.id for row in listing.all()] == [row.id for row in index.listing().all()]
    typed = words.narrowed("a")
    typed.find(9)
    assert typed.narrowed("al").all() == index.listing("clock", "al").all()
    for row in index.listing().all():
        fresh = index_of(path)
        assert (fresh.find(row.id), fresh.find(row.id[:8])) == (row.id, row.id)
        assert listing.index(row.id) is not None


def test_a_listing_survives_damage_that_comes_while_it_is_typed(tmp_path: Path) -> None:
    path = _many(tmp_path / "vault", "Delta", "Alpha", "Charlie", "Bravo")
    index = index_of(path)
    texts = index.listing("title", "a")
    texts.find(9)
    _spoil(path)

    assert [row.title for row in texts.narrowed("alp").all()] == ["Alpha"]
    assert texts.index(index.listing().row(0).id) is None or index.remade


def _spoil(path: Path) -> None:
    raw = bytearray((path / "cache" / "rows.pack").read_bytes())
    raw[8:-5000] = bytes(len(raw) - 5008)
    (path / "cache" / "rows.pack").write_bytes(raw)


def test_a_new_pack_that_cannot_be_read_back_is_done_without(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", *"abcdef")
    index = index_of(path)
    work = index.compaction()
    assert work is not None
    work.write()
    (path / "cache" / "rows.pack").write_bytes(b"")

    index.adopt(work)

    assert [row.title for row in index.listing("title").all()] == list("abcdef")
    assert index.remade == 1


def test_a_case_that_is_no_more_leaves_the_list(tmp_path: Path) -> None:
    path = _many(tmp_path / "vault", "Delta", "Alpha", "Charlie", "Bravo")
    gone = {title: index_of(path).find(title) for title in ("alpha", "zulu")}
    for case_id in gone.values():
        key = insider(path).case_key(case_id)
        (path / "keys" / key.key_id).unlink()

    with opened(path) as vault:
        assert titles(vault) == ["Bravo", "Charlie", "Delta anew"]
    index = index_of(path)
    assert len(cache_of(path).load_hot().gone) == 1
    assert [row.title for row in index.listing("title").all()] == ["Bravo", "Charlie", "Delta anew"]
    with pytest.raises(MissingError):
        index.find(gone["alpha"])


def test_a_void_record_is_named_once(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Alpha")
    with opened(path) as vault:
        case_id = vault.find("alpha")
        heads = vault.state(case_id).heads
    inside = insider(path)
    bad = inside.change(Setting(case_id, heads, 9, WALL), [], device=Device.generate())
    inside.append((bad, bad.raw), case_id=case_id)
    (path / "cache" / "hot.tdb").unlink()

    with opened(path) as vault:
        assert vault.rows()[0].title == "Alpha"
        assert vault.state(case_id).heads == heads
        assert len(vault.notices) == 1
        assert vault.unfiled == 0
        save(vault, case_id, "Bravo")
        assert vault.unfiled == 1


def test_a_record_of_no_case_brings_the_files_up_to_date_as_well(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Alpha")
    with opened(path) as vault:
        op = AddOp("contact/1/trust", {"state": "amber"})
        vault.commit(vault.log_id, [op], shown=vault.log_state(), wall=WALL)
        digest = cache_of(path).load_hot().covers

    assert cache_of(path).load_hot().covers != digest
    assert index_of(path).remade == 0


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["new", "title", "aware", "close", "pack", "forget"]), st.integers(0, 9)
    ),
    max_size=12,
)


@settings(max_examples=12, deadline=None, phases=[Phase.generate], database=None)
@given(steps=_STEPS)
def test_hot_table_and_pack_tell_what_a_fresh_rebuild_and_the_journal_tell(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    path = closed(tmp_path_factory.mktemp("index") / "vault", "Alpha", "Bravo")
    for step, number in steps:
        if step == "pack":
            index_of(path, hottest=number // 2).write_behind()
        elif step == "forget":
            (path / "cache" / ("rows.pack" if number % 2 else "hot.tdb")).unlink(missing_ok=True)
        else:
            with opened(path) as vault:
                _change(vault, step, number)

    told = _everything(index_of(path))
    with opened(path, writable=False) as vault:
        assert _everything(vault.index) == told
        assert _everything(index_with(vault, Cache(path / "none", bytes(32), bytes(32)))) == told
        states = [vault.state(row.id) for row in vault.rows()]
        assert {row_of(state, view(state)) for state in states} == set(vault.rows())


def _change(vault: Vault, step: str, number: int) -> None:
    rows = vault.rows()
    row = rows[number % len(rows)]
    match step:
        case "new":
            new_case(vault, f"Alpha {number}", wall=WALL if number % 2 else LATER)
        case "title":
            save(vault, row.id, f"Zulu anew {number}")
        case "aware":
            at = Moment.parse(f"2026-01-0{1 + number % 9}T10:00Z")
            set_aware(vault, row.id, at, "told so", wall=LATER)
        case _:
            if row.state == "open":
                close_case(vault, row.id, Moment.parse("2026-02-01T10:00Z"), wall=LATER)
