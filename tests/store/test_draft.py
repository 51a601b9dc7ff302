from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import cobblestone, platform
from store.draft import HEADER_SIZE, LARGEST_TEXT, MAGIC, STEP, Kept, Seal, Slot, Typed
from store.drafting import Drafts
from store.kdf import derive

VAULT, REPLICA = bytes(range(32)), b"r" * 32
SLOT = Slot("c" * 32, "d" * 16, "what_happened")
OTHER = Slot("c" * 32, "d" * 16, "how_found")


def at(second: int) -> str:
    return f"2019-12-19T10:00:{second:02}.000Z"


class Told:
    """What the thread says, and a wait for it."""

    def __init__(self) -> None:
        self.said: list[bool] = []
        self.came = Event()

    def __call__(self, failed: bool) -> None:  # noqa: FBT001 - as it is called
        self.said.append(failed)
        self.came.set()


def drafts(folder: Path) -> Drafts:
    return Drafts(folder, VAULT, REPLICA)


@contextmanager
def session(folder: Path, told: Told | None = None) -> Iterator[Drafts]:
    kept = drafts(folder)
    kept.start(told or Told())
    yield kept
    kept.close()


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


@contextmanager
def room(size: int) -> Iterator[None]:
    """Let no file grow past `size` bytes, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    heard = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, heard)


def test_what_was_typed_is_there_for_the_next_session(tmp_path: Path) -> None:
    with session(tmp_path) as now:
        now.keep(SLOT, "half a sen", at(1))
        now.keep(OTHER, "a colleague", at(2))

    assert drafts(tmp_path).left() == (
        Kept(OTHER, "a colleague", at(2)),
        Kept(SLOT, "half a sen", at(1)),
    )


def test_the_last_state_counts_and_the_steps_between_need_not_be_written(tmp_path: Path) -> None:
    with session(tmp_path) as now:
        for size in range(200):
            now.keep(SLOT, "x" * size, at(1))
    frames = (only_file(tmp_path).stat().st_size - HEADER_SIZE) // STEP

    assert drafts(tmp_path).left() == (Kept(SLOT, "x" * 199, at(1)),)
    assert frames < 20


def test_a_flush_returns_when_the_text_is_in_the_file(tmp_path: Path) -> None:
    with session(tmp_path) as now:
        now.keep(SLOT, "half", at(1))
        now.flush()
        now.keep(SLOT, "half a sen", at(2))
        now.flush()

        assert drafts(tmp_path).left() == (Kept(SLOT, "half a sen", at(2)),)


def test_nothing_open_leaves_no_file(tmp_path: Path) -> None:
    with session(tmp_path) as now:
        now.keep(SLOT, "half a sen", at(1))
        now.flush()
        now.drop(SLOT, at(2))

    assert list(tmp_path.iterdir()) == []


def test_of_two_fields_the_saved_one_is_not_offered(tmp_path: Path) -> None:
    with session(tmp_path) as now:
        now.keep(SLOT, "half a sen", at(1))
        now.keep(OTHER, "a colleague", at(1))
        now.flush()
        now.drop(SLOT, at(2))

    assert drafts(tmp_path).left() == (Kept(OTHER, "a colleague", at(1)),)


def test_a_text_that_was_emptied_is_a_draft_too(tmp_path: Path) -> None:
    with session(tmp_path) as now:
        now.keep(SLOT, "", at(1))

    assert drafts(tmp_path).left() == (Kept(SLOT, "", at(1)),)


def test_what_was_left_is_kept_by_the_sessions_that_follow_until_it_is_dropped(
    tmp_path: Path,
) -> None:
    with session(tmp_path) as first:
        first.keep(SLOT, "half a sen", at(1))
    (before,) = tmp_path.iterdir()
    second = drafts(tmp_path)
    left = second.start(Told())
    undecided = second.undecided
    second.close()
    after = only_file(tmp_path)
    with session(tmp_path) as third:
        third.drop(SLOT, at(2))

    assert left == undecided == (Kept(SLOT, "half a sen", at(1)),)
    assert (third.undecided, before != after) == ((), True)
    assert list(tmp_path.iterdir()) == []


def test_a_torn_tail_costs_only_the_last_frame(tmp_path: Path) -> None:
    with session(tmp_path) as now:
        now.keep(SLOT, "half", at(1))
        now.flush()
        now.keep(SLOT, "half a sen", at(2))
    path = only_file(tmp_path)
    whole = path.read_bytes()
    found = []
    for cut in range(len(whole) - 1, HEADER_SIZE, -97):
        path.write_bytes(whole[:cut])
        found.append([each.text for each in drafts(tmp_path).left()])

    assert found[0] == ["half"]
    assert found[-1] == []


def test_no_flipped_bit_makes_another_text(tmp_path: Path) -> None:
    with session(tmp_path) as now:
        now.keep(SLOT, "half", at(1))
        now.flush()
        now.keep(SLOT, "half a sen", at(2))
    path = only_file(tmp_path)
    whole = path.read_bytes()
    found = set()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        found.add(tuple(each.text for each in drafts(tmp_path).left()))

    assert found == {("half",), ("half a sen",), ()}


def test_frames_of_another_file_or_vault_are_not_read(tmp_path: Path) -> None:
    with session(tmp_path) as now:
        now.keep(SLOT, "half a sen", at(1))
    path = only_file(tmp_path)
    raw = path.read_bytes()
    path.write_bytes(MAGIC + b"s" * 32 + raw[HEADER_SIZE:])

    assert drafts(tmp_path).left() == ()
    path.write_bytes(raw)
    assert Drafts(tmp_path, bytes(32), REPLICA).left() == ()
    assert Drafts(tmp_path, VAULT, b"s" * 32).left() == ()


def test_another_programs_files_are_left_alone(tmp_path: Path) -> None:
    strange = tmp_path / ("ab" * 16)
    strange.write_bytes(b"BCDRAFT9" + bytes(600))
    (tmp_path / "notes.txt").write_bytes(b"mine")
    (tmp_path / ("cd" * 16)).symlink_to(strange)
    os.mkfifo(tmp_path / ("ef" * 16))
    with session(tmp_path) as now:
        now.keep(SLOT, "half a sen", at(1))
        now.flush()
        now.drop(SLOT, at(2))

    assert len(list(tmp_path.iterdir())) == 4


def test_a_state_of_a_later_version_is_passed_over(tmp_path: Path) -> None:
    seal = Seal.of_replica(REPLICA, VAULT)
    salt = b"s" * 32
    key = derive(REPLICA, VAULT, b"breachcase/vault/1/drafts")
    said = b'{"v":2}'
    body = (len(said).to_bytes(4, "big") + said).ljust(STEP, b"\0")
    context = b"breachcase/draft/1\0" + VAULT + salt + bytes(8)
    later = cobblestone.seal(key, context, body)
    frames = len(later).to_bytes(4, "big") + later + seal.frame(salt, 1, Typed(SLOT, "old", at(1)))
    (tmp_path / ("ab" * 16)).write_bytes(MAGIC + salt + frames)

    assert drafts(tmp_path).left() == (Kept(SLOT, "old", at(1)),)


def test_a_folder_that_is_not_there_holds_no_drafts(tmp_path: Path) -> None:
    assert drafts(tmp_path / "none").left() == ()


def test_a_full_disk_is_told_and_the_text_is_kept_when_there_is_room(tmp_path: Path) -> None:
    told = Told()
    with session(tmp_path, told) as now:
        with room(0):
            now.keep(SLOT, "half", at(1))
            now.flush()
            during = now.failed
        now.keep(SLOT, "half a sen", at(2))
        now.flush()
        after = now.failed

    assert (during, after, told.said) == (True, False, [True, False])
    assert drafts(tmp_path).left() == (Kept(SLOT, "half a sen", at(2)),)


def test_a_disk_that_fills_up_in_a_frame_keeps_the_frames_before(tmp_path: Path) -> None:
    told = Told()
    with session(tmp_path, told) as now:
        now.keep(SLOT, "half", at(1))
        now.flush()
        with room(only_file(tmp_path).stat().st_size + 100):
            now.keep(SLOT, "half a sen", at(2))
            now.flush()
            during = drafts(tmp_path).left()
        now.keep(SLOT, "half a sentence", at(3))
        now.flush()

    assert during == (Kept(SLOT, "half", at(1)),)
    assert told.said == [True, False]
    assert drafts(tmp_path).left() == (Kept(SLOT, "half a sentence", at(3)),)


def test_what_was_left_survives_a_disk_without_room_for_its_copy(tmp_path: Path) -> None:
    with session(tmp_path) as first:
        first.keep(SLOT, "half a sen", at(1))
    with room(HEADER_SIZE + 10), session(tmp_path) as second:
        second.flush()
        failed = second.failed

    assert failed
    assert drafts(tmp_path).left() == (Kept(SLOT, "half a sen", at(1)),)


def test_a_text_beyond_every_field_is_told_and_the_state_before_it_stays(tmp_path: Path) -> None:
    told = Told()
    with session(tmp_path, told) as now:
        now.keep(SLOT, "half", at(1))
        now.flush()
        now.keep(SLOT, "x" * (LARGEST_TEXT + 1), at(2))
        now.flush()

    assert told.said == [True]
    assert drafts(tmp_path).left() == (Kept(SLOT, "half", at(1)),)


def test_a_long_session_does_not_grow_without_end(tmp_path: Path) -> None:
    long = "x" * 300_000
    with session(tmp_path) as now:
        for second in range(12):
            now.keep(SLOT, f"{second}{long}", at(second))
            now.flush()
        size = only_file(tmp_path).stat().st_size

    assert size < 9 * 300_000
    assert drafts(tmp_path).left() == (Kept(SLOT, f"11{long}", at(11)),)


def test_it_is_on_the_medium_a_second_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = Event()
    monkeypatch.setattr(platform, "sync", lambda _: synced.set())
    with session(tmp_path) as now:
        now.keep(SLOT, "half a sen", at(1))

        assert synced.wait(10)


def test_a_disk_that_cannot_sync_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(5, "input/output error")

    monkeypatch.setattr(platform, "sync", refuse)
    with session(tmp_path) as now:
        now.keep(SLOT, "half a sen", at(1))
        now.flush()

    assert drafts(tmp_path).left() == (Kept(SLOT, "half a sen", at(1)),)


def test_before_it_is_started_there_is_nothing_to_flush_or_to_end(tmp_path: Path) -> None:
    idle = drafts(tmp_path)

    idle.flush()
    idle.close()

    assert not idle.failed
    assert list(tmp_path.iterdir()) == []


def test_no_word_of_a_draft_stands_in_clear(tmp_path: Path) -> None:
    with session(tmp_path) as now:
        now.keep(SLOT, "a colleague saw it", at(1))
    raw = only_file(tmp_path).read_bytes()

    assert not [word for word in (b"colleague", b"what_hap", b"2019", b"cccc") if word in raw]
    assert only_file(tmp_path).stat().st_mode & 0o777 == 0o600


@given(text=st.text(st.characters()))
def test_any_text_comes_back_and_its_length_shows_in_steps_only(text: str) -> None:
    seal = Seal.of_replica(REPLICA, VAULT)
    frame = seal.frame(b"s" * 32, 7, Typed(SLOT, text, at(1)))

    assert seal.read(b"s" * 32, 7, frame[4:]) == Typed(SLOT, text, at(1))
    assert (len(frame) - 4 - 56 - 16) % STEP == 0
    assert seal.read(b"s" * 32, 8, frame[4:]) is None


def test_typing_on_is_written_on(tmp_path: Path) -> None:
    with session(tmp_path) as now:
        for second in range(3):
            now.keep(SLOT, f"{second}", at(second))
            while [each.text for each in drafts(tmp_path).left()] != [f"{second}"]:
                pass
        assert not now.failed
