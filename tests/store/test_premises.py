"""What `doctor` says of a vault that stays closed, and of the machine that it lies on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from store import platform, premises, surroundings
from store.access import unlocked
from store.age import Identity
from store.finding import Finding
from store.header import LARGEST, parse_header
from store.host import Mount
from store.unlocking import keep
from tests.store.build import closed, flip, opened, opened_key, passphrase, save, segments

MIB = 1024 * 1024


def told(findings: tuple[Finding, ...], name: str) -> Finding:
    [found] = (each for each in findings if each.name == name)
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return closed(tmp_path / "vault", "Lost laptop")


def test_a_vault_in_order_warns_of_its_cheap_passphrase_only(path: Path) -> None:
    found = premises.look(path)

    assert [each.name for each in found if each.level == "warn"] == ["passphrase"]
    assert "19 MiB" in told(found, "passphrase").says
    assert "laptop" not in str(found).lower()


def test_a_missing_vault_is_no_fault_and_a_damaged_header_is(tmp_path: Path, path: Path) -> None:
    assert [each.level for each in premises.look(tmp_path / "none")] == ["note"]
    assert premises.header_of(tmp_path / "none") is None
    flip(path / "header", 100)

    [found] = premises.look(path)

    assert (found.level, found.says) == ("warn", "vault header is damaged")


def test_a_vault_that_others_may_write_is_told_and_not_read(path: Path) -> None:
    path.chmod(0o777)

    [found] = premises.look(path)

    assert (found.level, "not private" in found.says) == ("warn", True)


@pytest.mark.parametrize("count", [1, 2])
def test_files_that_others_may_read_are_told(path: Path, count: int) -> None:
    for each in ("device.key", "header")[:count]:
        (path / each).chmod(0o644)

    found = premises.modes(path)

    assert found.level == "warn"
    assert ("and 1 more" in found.says) == (count == 2)
    assert platform.is_ours_alone(path / "gone")


def test_the_cost_of_today_is_what_a_new_vault_has(path: Path) -> None:
    header = parse_header((path / "header").read_bytes()[:LARGEST])
    dear = replace(header.slots[0], body=(256 * 1024).to_bytes(4, "big") + header.slots[0].body[4:])
    odd = replace(header.slots[0], body=b"short")

    [found] = premises.passphrases(replace(header, slots=(dear, odd, header.slots[1])))

    assert (found.level, found.says) == ("ok", "Argon2id 256 MiB, 3 passes, 4 lanes")


def test_a_key_that_opens_the_vault_is_told(path: Path) -> None:
    header = parse_header((path / "header").read_bytes())
    assert premises.keys(header) == ()
    with unlocked(path, passphrase()) as access:
        access.add_recipient(Identity.generate().recipient().text())
        header = access.header

    [found] = premises.keys(header)

    assert (found.level, found.says) == (
        "note",
        "X25519: who has that key file opens the vault",
    )


def test_whether_it_opens_without_asking_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: dict[str, bytes] = {}
    monkeypatch.setattr(platform, "held_key", held.get)
    assert premises.unlock(path).says.startswith("not unlocked")
    monkeypatch.setattr(platform, "hold_key", lambda name, data, _: held.update({name: data}))
    key, vault_id = opened_key(path)
    keep(path, vault_id, key, 60, 1_764_000_000)

    found = premises.unlock(path)

    assert (found.level, found.says) == (
        "note",
        "until 2025-11-24 16:01 UTC every program of yours can open it unasked",
    )


def test_a_system_that_keeps_no_keys_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "held_key", refuses)

    assert premises.unlock(path).says.startswith("never")


def refuses(_: str) -> bytes:
    raise OSError


def test_a_vault_without_a_recovery_slot_is_told(path: Path) -> None:
    header = parse_header((path / "header").read_bytes())

    assert premises.recovery(header).level == "ok"
    only = premises.recovery(replace(header, slots=header.slots[:1]))
    assert (only.level, only.says[:7]) == ("warn", "1 slot,")


def test_an_open_session_is_told_from_one_that_did_not_end(path: Path) -> None:
    vault = opened(path)
    save(vault, vault.new_case_id(), "Unclosed")
    assert "another process" in told(premises.look(path), "session").says

    vault._lock.release()  # type: ignore[union-attr] # noqa: SLF001 - as its end by the kernel does

    assert "did not end" in told(premises.look(path), "session").says
    opened(path).close()
    assert told(premises.look(path), "session").level == "ok"
    (path / "lock").unlink()
    assert told(premises.look(path), "session").level == "ok"


def test_what_crashes_left_is_counted(path: Path) -> None:
    assert premises.left_behind(path).level == "ok"
    (path / "keys" / "abc.0a1b2c3d.tmp").write_bytes(b"")
    assert premises.left_behind(path).level == "note"
    segments(path)[0].with_suffix(".damaged").write_bytes(b"")

    found = premises.left_behind(path)

    assert found.level == "warn"
    assert found.says == "1 temporary files, 1 segments set aside as damaged"


def test_a_process_is_hardened_or_it_warns() -> None:
    assert surroundings.process(dumpable=False, cores=False).level == "ok"
    both = surroundings.process(dumpable=True, cores=True)
    assert (both.level, "; " in both.says) == ("warn", True)
    assert "crash" not in surroundings.process(dumpable=True, cores=False).says
    assert "other programs" not in surroundings.process(dumpable=False, cores=True).says


def test_swap_that_is_not_encrypted_warns_by_name() -> None:
    clear = surroundings.memory(can_pin=True, clear_swaps=("/dev/sda2",))
    assert (clear.level, "/dev/sda2" in clear.says) == ("warn", True)
    assert surroundings.memory(can_pin=True, clear_swaps=None).level == "note"
    assert "mlock works" in surroundings.memory(can_pin=True, clear_swaps=()).says
    assert "mlock is refused" in surroundings.memory(can_pin=False, clear_swaps=()).says


@pytest.mark.parametrize(
    ("mount", "level", "word"),
    [
        (None, "note", "does not tell"),
        (Mount("/", "nfs4", read_only=False), "warn", "lock"),
        (Mount("/", "vfat", read_only=False), "warn", "modes"),
        (Mount("/", "ext4", read_only=True), "note", "read-only"),
        (Mount("/", "ext4", read_only=False), "ok", "this machine"),
    ],
)
def test_what_a_file_system_cannot_promise_is_said(
    mount: Mount | None, level: str, word: str
) -> None:
    found = surroundings.file_system(mount)

    assert (found.level, word in found.says) == (level, True)


@pytest.mark.parametrize(("free", "level"), [(MIB, "warn"), (32 * MIB, "note"), (1024 * MIB, "ok")])
def test_little_room_is_told_before_it_is_none(
    path: Path, monkeypatch: pytest.MonkeyPatch, free: int, level: str
) -> None:
    monkeypatch.setattr(platform, "room", lambda _: free)

    assert surroundings.room(path).level == level


def test_a_missing_ballast_is_a_note(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "room", lambda _: 1024 * MIB)
    (path / "ballast").unlink()

    assert surroundings.room(path).level == "note"


def test_the_machine_is_looked_at_wherever_the_vault_would_be(tmp_path: Path) -> None:
    found = surroundings.look(tmp_path / "not" / "made" / "yet")

    assert [each.name for each in found] == ["process", "swap", "file system"]
    assert found[0].as_json().keys() == {"name", "level", "says", "advice"}
