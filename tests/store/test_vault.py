from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from models.errors import MissingError, UsageError
from models.moment import Moment
from models.strictjson import JSON
from store.casework import close_case, new_case, set_aware
from store.change import AddOp, BlobOp, DelOp, SetOp
from store.device import Device
from store.envelope import Envelope
from store.errors import (
    DamagedError,
    NotAVaultError,
    ReadOnlyError,
    StoreError,
    UnknownCaseError,
    WrongPassphraseError,
)
from store.founding import device_envelope
from store.header import parse_header, unlock
from store.kdf import derive
from store.settings import settings_of
from store.vault import Vault
from tests.store.build import (
    LATER,
    WALL,
    closed,
    flip,
    founding,
    insider,
    make,
    opened,
    passphrase,
    save,
    segments,
    titles,
)


def test_a_saved_case_is_there_after_reopening(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Payroll e-mail", "Lost laptop")

    with opened(path) as vault:
        assert titles(vault) == ["Lost laptop", "Payroll e-mail"]
        assert vault.notices == ()


def test_the_vault_says_who_it_belongs_to(tmp_path: Path) -> None:
    with make(tmp_path / "vault", founding(side="regulator", person="c.officer"))[0] as vault:
        settings = vault.settings

        assert (settings.person, settings.side, settings.role) == (
            "c.officer",
            "regulator",
            "case_officer",
        )
        assert (settings.organisation, settings.zone) == ("Marram Housing Trust", "Europe/London")
        assert len(vault.id) == 64
        assert [len(group) for group in vault.number.split()] == [5] * 6
        assert vault.writable


def test_the_office_keys_are_the_same_after_reopening(tmp_path: Path) -> None:
    vault, _ = make(tmp_path / "vault")
    first = vault.office
    vault.close()

    with opened(tmp_path / "vault", writable=False) as again:
        office = again.office

    assert office.signing.private_bytes_raw() == first.signing.private_bytes_raw()
    assert office.identity == first.identity
    assert office.next_commitment == first.next_commitment
    assert len(office.next_commitment) == 32


def test_a_wrong_passphrase_opens_nothing_and_says_so(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    before = {each: each.read_bytes() for each in path.rglob("*") if each.is_file()}

    with pytest.raises(WrongPassphraseError) as caught:
        Vault.open(path, passphrase(b"wrong horse battery"))

    assert caught.value.code == 77
    after = {each: each.read_bytes() for each in path.rglob("*") if each.is_file()}
    assert {k: v for k, v in after.items() if k.name != "lock"} == {
        k: v for k, v in before.items() if k.name != "lock"
    }
    opened(path).close()  # the failed attempt left no lock behind


def test_the_recovery_secret_opens_the_vault(tmp_path: Path) -> None:
    vault, recovery = make(tmp_path / "vault")
    save(vault, vault.new_case_id(), "Lost laptop")
    vault.close()

    with Vault.open(tmp_path / "vault", bytearray(recovery.text.encode())) as again:
        assert titles(again) == ["Lost laptop"]


def test_another_vaults_recovery_secret_does_not_open_it(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    other, recovery = make(tmp_path / "other")
    other.close()

    with pytest.raises(WrongPassphraseError):
        Vault.open(path, bytearray(recovery.text.encode()))


@pytest.mark.parametrize("words", [b"", b"x", b"        ", b"seven77"])
def test_a_short_passphrase_is_refused(tmp_path: Path, words: bytes) -> None:
    with pytest.raises(UsageError):
        Vault.create(tmp_path / "vault", bytearray(words), founding(), WALL)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "told",
    [
        founding(side="processor"),
        founding(person=" "),
        founding(organisation=""),
        founding(zone="Mars/Base"),
        founding(kdf_mib=18),
        founding(kdf_mib=1025),
    ],
)
def test_a_vault_cannot_begin_with_nonsense(tmp_path: Path, told: object) -> None:
    with pytest.raises((UsageError, StoreError)):
        make(tmp_path / "vault", told)  # type: ignore[arg-type] # a Founding each

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wall", ["now", "2026-01-02T03:04:05"])
def test_a_vault_cannot_begin_at_no_time(tmp_path: Path, wall: str) -> None:
    with pytest.raises(UsageError):
        Vault.create(tmp_path / "vault", passphrase(), founding(), wall)


def test_a_vault_is_not_made_over_something(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    for name in ("file", "full", "link"):
        with pytest.raises(StoreError):
            make(tmp_path / name)


def test_a_vault_may_be_made_in_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    closed(tmp_path / "empty", "Lost laptop")

    assert titles(opened(tmp_path / "empty", writable=False)) == ["Lost laptop"]


def test_a_vault_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(StoreError) as caught:
        make(tmp_path / "file" / "vault")

    assert caught.value.code == 74


def test_what_is_not_a_vault_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir(mode=0o700)
    (tmp_path / "other").mkdir(mode=0o700)
    (tmp_path / "other" / "header").write_bytes(b"something else entirely" * 20)

    for name in ("absent", "empty", "other"):
        with pytest.raises(NotAVaultError) as caught:
            opened(tmp_path / name)
        assert caught.value.code == 66


def test_every_file_is_private_under_any_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        path = closed(tmp_path / "vault", "Lost laptop")
        with opened(path) as vault:
            vault.put_blob(vault.rows()[0].id, b"evidence")
    finally:
        os.umask(before)

    modes = {stat.S_IMODE(each.lstat().st_mode) for each in path.rglob("*") if each.is_file()}
    folders = {stat.S_IMODE(each.lstat().st_mode) for each in path.rglob("*") if each.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})
    assert stat.S_IMODE(path.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o720, 0o702])
def test_a_vault_that_others_may_write_to_is_refused(tmp_path: Path, mode: int) -> None:
    path = closed(tmp_path / "vault")
    path.chmod(mode)

    with pytest.raises(StoreError, match="not private"):
        opened(path)


def test_a_vault_behind_a_link_is_refused(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    (tmp_path / "link").symlink_to(path)

    with pytest.raises(StoreError, match="link"):
        opened(tmp_path / "link")


@pytest.mark.parametrize("name", ["header", "device.key", "keyring", "journal", "keys"])
def test_a_link_inside_a_vault_is_refused(tmp_path: Path, name: str) -> None:
    path = closed(tmp_path / "vault")
    (path / name).rename(tmp_path / "moved")
    (path / name).symlink_to(tmp_path / "moved")

    with pytest.raises(StoreError):
        opened(path)


@pytest.mark.parametrize("name", ["device.key", "keyring"])
def test_a_flipped_byte_in_a_key_file_is_refused(tmp_path: Path, name: str) -> None:
    path = closed(tmp_path / "vault")
    for offset in (0, 8, 100, (path / name).stat().st_size - 1):
        flip(path / name, offset)

        with pytest.raises(DamagedError):
            opened(path)
        flip(path / name, offset)

    opened(path).close()


@pytest.mark.parametrize("name", ["header", "device.key", "keyring"])
def test_a_vault_that_lacks_a_file_is_not_whole(tmp_path: Path, name: str) -> None:
    path = closed(tmp_path / "vault")
    (path / name).unlink()

    with pytest.raises(NotAVaultError):
        opened(path)


def test_a_vault_without_record_0_is_damaged(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault")
    for segment in segments(path):
        segment.unlink()

    with pytest.raises(DamagedError, match="record 0"):
        opened(path, writable=False)


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "Lost laptop")

    with opened(path, writable=False) as vault:
        case_id = vault.rows()[0].id
        with pytest.raises(ReadOnlyError):
            vault.commit(case_id, [SetOp("case/title", "x")], shown=None, wall=WALL)
        with pytest.raises(ReadOnlyError):
            vault.put_blob(case_id, b"x")
        assert not vault.writable


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    vault, _ = make(tmp_path / "vault")

    vault.close()
    vault.close()

    with pytest.raises(ReadOnlyError):
        save(vault, vault.new_case_id(), "Lost laptop")


def test_an_unknown_case_is_named_so(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        with pytest.raises(UnknownCaseError):
            vault.state("0" * 32)
        with pytest.raises(UnknownCaseError):
            vault.get_blob("0" * 32, "0" * 64)
        with pytest.raises(UnknownCaseError):
            vault.commit("0" * 32, [SetOp("case/title", "x")], shown=vault.log_state(), wall=WALL)


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


def test_an_attachment_comes_back_and_only_to_its_case(tmp_path: Path) -> None:
    data = os.urandom(100_000)
    with make(tmp_path / "vault")[0] as vault:
        ours, theirs = vault.new_case_id(), vault.new_case_id()
        blob = vault.put_blob(ours, data)
        again = vault.put_blob(ours, data)
        elsewhere = vault.put_blob(theirs, data)
        vault.commit(ours, [BlobOp("evidence/b1", {**blob, "name": "x"})], shown=None, wall=WALL)
        save(vault, theirs, "Theirs")

    assert blob == again
    assert (blob["sha256"], blob["size"]) == (elsewhere["sha256"], elsewhere["size"])
    assert blob["blob"] != elsewhere["blob"]
    with opened(tmp_path / "vault", writable=False) as vault:
        assert vault.get_blob(ours, str(blob["blob"])) == data
        with pytest.raises(DamagedError):
            vault.get_blob(theirs, str(blob["blob"]))


@pytest.mark.parametrize("blob_id", ["0" * 64, "../../header", "x" * 64, ""])
def test_an_impossible_attachment_is_refused(tmp_path: Path, blob_id: str) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Lost laptop")

        with pytest.raises(DamagedError):
            vault.get_blob(case_id, blob_id)


@pytest.mark.parametrize("offset", [0, 9, 20, -1])
def test_a_damaged_attachment_is_refused(tmp_path: Path, offset: int) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Lost laptop")
        blob_id = str(vault.put_blob(case_id, b"evidence")["blob"])
        flip(tmp_path / "vault" / "blobs" / blob_id[:2] / blob_id, offset)

        with pytest.raises(DamagedError):
            vault.get_blob(case_id, blob_id)


def test_a_stump_of_an_attachment_is_refused(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "Lost laptop")
        blob_id = str(vault.put_blob(case_id, b"evidence")["blob"])
        (tmp_path / "vault" / "blobs" / blob_id[:2] / blob_id).write_bytes(b"BCBLOB1\0\0")

        with pytest.raises(DamagedError):
            vault.get_blob(case_id, blob_id)


def test_a_foreign_case_gets_an_id_of_our_own(tmp_path: Path) -> None:
    with make(tmp_path / "one")[0] as one, make(tmp_path / "two")[0] as two:
        ours = one.foreign_case_id(bytes(32), "their-id")

        assert ours == one.foreign_case_id(bytes(32), "their-id")
        assert ours != one.foreign_case_id(bytes(32), "other-id")
        assert ours != one.foreign_case_id(bytes([1] * 32), "their-id")
        assert ours != two.foreign_case_id(bytes(32), "their-id")
        assert len(ours) == 32


def test_a_sealed_report_takes_no_edit(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = vault.new_case_id()
        vault.commit(case_id, [SetOp("report/r1/kind", "initial")], shown=None, wall=WALL)
        frozen = SetOp("report/r1/frozen", "b1")
        vault.commit(case_id, [frozen], shown=vault.state(case_id), wall=WALL)
        shown = vault.state(case_id)

        for op in (SetOp("report/r1/kind", "x"), DelOp("report/r1/frozen"), frozen):
            with pytest.raises(UsageError, match="sealed"):
                vault.commit(case_id, [op], shown=shown, wall=WALL)
        vault.commit(case_id, [SetOp("report/r2/kind", "follow_up")], shown=shown, wall=WALL)

        assert vault.state(case_id).values()["report/r1/kind"] == "initial"


@pytest.mark.parametrize(
    "op",
    [
        SetOp("case/reference", "IC-1"),
        AddOp("decision/d1", {}),
        SetOp("message/m1", {}),
        SetOp("device/d1", {}),
        SetOp("unheard/of", 1),
        SetOp("case/../../etc", 1),
        SetOp("", 1),
        SetOp("case/" + "x" * 200, 1),
    ],
)
def test_an_op_that_is_not_the_responders_is_refused(tmp_path: Path, op: SetOp | AddOp) -> None:
    with make(tmp_path / "vault")[0] as vault, pytest.raises(UsageError):
        vault.commit(vault.new_case_id(), [op], shown=None, wall=WALL)


def test_what_is_no_change_is_refused(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        with pytest.raises(UsageError, match="nothing"):
            vault.commit(vault.new_case_id(), [], shown=None, wall=WALL)
        with pytest.raises(UsageError, match="hex"):
            vault.commit("../header", [SetOp("case/title", "x")], shown=None, wall=WALL)
        deep: JSON = []
        for _ in range(40):
            deep = [deep]
        for value in ("x" * 9_000_000, "x" * 3_000_000, "\ud800", deep, 2**60):
            op = SetOp("case/title", value)
            with pytest.raises(UsageError, match="too much"):
                vault.commit(vault.new_case_id(), [op], shown=None, wall=WALL)
        assert vault.rows() == ()


def test_contacts_live_in_the_vault_log(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        op = SetOp("contact/c1/card", "line")
        change = vault.commit(vault.log_id, [op], shown=vault.log_state(), wall=WALL)

        assert vault.log_state().values()["contact/c1/card"] == "line"
        assert change.role == "admin"
        assert vault.rows() == ()


def test_the_history_tells_who_did_what(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "First")
        shown = vault.state(case_id)
        ops = [SetOp("case/title", "Second")]
        vault.commit(case_id, ops, shown=shown, wall=LATER, why="typing error")

    with opened(tmp_path / "vault", writable=False) as vault:
        first, second = vault.state(case_id).changes

    assert (first.who, first.role, first.wall, first.why) == ("a.officer", "responder", WALL, "")
    assert second.parents == (first.id,)
    assert (second.seq, second.lam) == (first.seq + 1, first.lam + 1)
    told = second.as_json()
    assert told["why"] == "typing error"
    assert told["ops"] == [
        {"op": "set", "field": "case/title", "value": "Second", "over": [f"{first.id}:0"]}
    ]


def test_a_device_that_is_not_enrolled_is_refused(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "One")
    raw = (path / "header").read_bytes()
    header = parse_header(raw)
    envelope = device_envelope(unlock(raw, header, passphrase()), header.vault_id)
    (path / "device.key").write_bytes(envelope.seal(Device.generate().dump()))

    with pytest.raises(DamagedError, match="not enrolled"):
        opened(path, writable=False)


def test_a_reader_writes_nothing_behind(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "One")
    shutil.rmtree(path / "cache" / "cases")

    with opened(path, writable=False) as vault:
        vault.write_behind()
        assert titles(vault) == ["One"]

    assert not (path / "cache" / "cases").exists()


def test_settings_come_from_the_founding_only() -> None:
    card = Device.generate().card("a.officer", ("admin",))
    founded = founding().as_json()

    assert settings_of(founded, card).role == "reader"
    with pytest.raises(DamagedError):
        settings_of({"side": 1}, card)


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

    assert rows[running].reading(now).left_s == 48 * 3600
    assert rows[running].clock_text(now) == "48h00m left"
    assert rows[closed_case].clock_text(now) == "closed"
    order = sorted(rows.values(), key=lambda row: row.urgency(now))
    assert [row.id for row in order] == [running, other, closed_case]


def test_an_attachment_sealed_under_anothers_name_is_refused(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "One")
    inside = insider(path)
    with opened(path, writable=False) as vault:
        case_id = vault.find("one")
    key, name = inside.case_key(case_id), "a" * 64
    both = inside.keyring.epoch_key(1) + key.key
    blob_key = derive(both, inside.keyring.vault_id, b"breachcase/blob/1\0" + bytes.fromhex(name))
    sealed = Envelope(blob_key, inside.keyring.vault_id, "blob", name)
    (path / "blobs" / "aa").mkdir(mode=0o700)
    (path / "blobs" / "aa" / name).write_bytes(sealed.seal(b"x", b"BCBLOB1\0\0\0\0\1"))

    with opened(path, writable=False) as vault, pytest.raises(DamagedError):
        vault.get_blob(case_id, name)
