"""`vault slots`, `rekey`, `unlock`, `lock` and `--identity` at the command line."""

from __future__ import annotations

import errno
import json
import os
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import click
import pytest

from store import platform
from store.age import SSH, Identity, Passphrase, seal_bytes
from store.opener import Identities
from store.unlocking import can_keep, drop
from tests.store.build import closed, opened
from tests.tui.terminal import Terminal
from tui import passphrase
from tui.cli import INTERRUPTED
from tui.commands import opening

WORDS = "correct horse battery"
SECOND = "another six words for today"
needs_keys = pytest.mark.skipif(not can_keep(), reason="this system keeps no keys for us")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "words").write_text(f"{WORDS}\n")
    (tmp_path / "second").write_text(f"{SECOND}\n")
    return closed(tmp_path / "vault", "Lost laptop")


def at(capsys: pytest.CaptureFixture[str], path: Path, *options: str) -> Terminal:
    """A command line at the vault; without options, with its passphrase."""
    words = options or ("--passphrase-file", str(path.parent / "words"))
    return Terminal(capsys, "--vault", str(path), *words)


def key_file(path: Path, identity: Identity, name: str = "key") -> str:
    file = path.parent / name
    file.write_text(identity.text())
    file.chmod(0o600)
    return str(file)


def slot_ids(ran: str) -> list[str]:
    return [line.lstrip("* ").split()[0] for line in ran.splitlines()]


def test_slots_are_listed_added_used_and_taken_out(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    us, identity = at(capsys, path), Identity.generate(SSH)
    public = path.parent / "id.pub"
    public.write_text(f"{identity.recipient().text()} a comment\n")

    added = us("vault", "slots", "add", "--recipient", f"@{public}")
    second = str(path.parent / "second")
    us.ok(
        "vault", "slots", "add", "--passphrase", "--new-passphrase-file", second,
        "--kdf-memory", "19",
    )  # fmt: skip
    listed = us.ok("vault", "slots", "ls")

    assert added.out.split()[1:3] == ["ssh-ed25519", "ssh-ed25519"]
    assert "--identity FILE" in added.err
    kinds = [line[2:].split()[1] for line in listed.splitlines()]
    assert kinds == ["passphrase", "recovery", "ssh-ed25519", "passphrase"]
    assert [line[0] for line in listed.splitlines()] == ["*", " ", " ", " "]
    by_key = at(capsys, path, "--identity", key_file(path, identity))
    assert "Lost laptop" in by_key.ok("ls")
    told = json.loads(by_key.ok("vault", "slots", "ls", "--json"))["slots"]
    assert [each["opened"] for each in told] == [False, False, True, False]
    assert told[0]["kdf"] == {"memory_kib": 19 * 1024, "passes": 3, "lanes": 4}
    assert told[2]["recipient"] == identity.recipient().text()
    taken = us("vault", "slots", "rm", slot_ids(listed)[2])
    assert (taken.code, taken.out.endswith("opens this copy no more\n")) == (0, True)
    assert by_key("ls").code == 77


def test_the_recovery_keys_slot_takes_a_word_of_its_own(
    capsys: pytest.CaptureFixture[str], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    us = at(capsys, path)
    recovery = slot_ids(us.ok("vault", "slots", "ls"))[1]

    assert "--recovery-too" in us("vault", "slots", "rm", recovery).err
    for answer in ("n\n", "y\n"):
        typed = StringIO(answer)
        monkeypatch.setattr(typed, "isatty", lambda: True)
        monkeypatch.setattr(sys, "stdin", typed)
        ran = us("vault", "slots", "rm", recovery)
        assert "loses the cases; go on" in ran.err
        assert ran.code == (INTERRUPTED if answer == "n\n" else 0)

    assert len(us.ok("vault", "slots", "ls").splitlines()) == 1


def test_the_recovery_keys_slot_is_taken_out_without_a_terminal_when_it_is_said(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    us = at(capsys, path)
    mine, recovery = slot_ids(us.ok("vault", "slots", "ls"))

    us.ok("vault", "slots", "rm", recovery, "--recovery-too")

    assert "would open the vault" in us("vault", "slots", "rm", mine).err


@pytest.mark.parametrize(
    "options", [(), ("--passphrase", "--recipient", "age1x"), ("--recipient", "")]
)
def test_what_is_to_open_it_has_to_be_said(
    capsys: pytest.CaptureFixture[str], path: Path, options: tuple[str, ...]
) -> None:
    assert at(capsys, path)("vault", "slots", "add", *options).code == 2


def test_an_identity_file_of_the_environment_opens_and_an_option_goes_before_it(
    capsys: pytest.CaptureFixture[str], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = Identity.generate()
    at(capsys, path).ok("vault", "slots", "add", "--recipient", identity.recipient().text())
    monkeypatch.setenv("BREACHCASE_IDENTITY_FILE", key_file(path, identity))

    ran = at(capsys, path, "--vault", str(path))("ls")

    assert "Lost laptop" in ran.out
    monkeypatch.setenv("BREACHCASE_IDENTITY_FILE", key_file(path, Identity.generate(), "other"))
    assert "no identity in that file" in at(capsys, path, "--vault", str(path))("ls").err
    assert at(capsys, path)("ls").code == 0


def test_an_identity_file_under_a_passphrase_takes_it_from_where_a_passphrase_comes_from(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    identity = Identity.generate()
    at(capsys, path).ok("vault", "slots", "add", "--recipient", identity.recipient().text())
    file = path.parent / "locked"
    file.write_bytes(
        seal_bytes(identity.text().encode(), Passphrase(bytearray(SECOND.encode()), 10))
    )
    second = str(path.parent / "second")

    assert "Lost laptop" in at(
        capsys, path, "--identity", str(file), "--passphrase-file", second
    ).ok("ls")

    wrong = at(
        capsys, path, "--identity", str(file), "--passphrase-file", str(path.parent / "words")
    )
    assert wrong("ls").code == 77


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("missing", 66, "no identity file missing"),
        ("words", 65, "not an age secret key"),
        ("long", 2, "too long"),
        ("key", 2, "has no passphrase"),
    ],
)
def test_an_identity_file_that_will_not_do_is_refused_in_words(
    capsys: pytest.CaptureFixture[str], path: Path, name: str, code: int, said: str
) -> None:
    key_file(path, Identity.generate())
    (path.parent / "long").write_bytes(b"#" * 65_537)
    words = ("--passphrase-file", str(path.parent / "words")) if name == "key" else ()

    ran = at(capsys, path, "--identity", str(path.parent / name), *words)("ls")

    assert (ran.code, said in ran.err) == (code, True)


def test_a_new_vault_is_not_made_with_an_identity(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    new = path.with_name("new")
    file = key_file(path, Identity.generate())

    ran = at(capsys, new, "--identity", file)(
        "vault", "init", "--person", "A", "--organisation", "B", "--role", "controller",
        "--zone", "Europe/London", "--recovery-file", str(path.parent / "sheet"),
    )  # fmt: skip

    assert (ran.code, "opens by a passphrase" in ran.err, new.exists()) == (2, True, False)


def test_rekey_says_what_it_does_and_what_it_does_not(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    us = at(capsys, path)
    with opened(path, writable=False) as vault:
        before = vault.device_id

    ran = us("vault", "rekey")
    told = json.loads(us.ok("vault", "rekey", "--json"))

    assert ran.out.startswith("rekeyed; this copy is device ")
    assert before[:8] not in ran.out
    assert "what was sealed before stays readable" in ran.err
    assert (sorted(told), len(told["device"])) == (["device", "epoch"], 32)
    assert "Lost laptop" in us.ok("ls")
    assert "0 temporary" not in us.ok("vault", "verify")


@needs_keys
def test_an_unlocked_vault_opens_unasked_until_it_is_locked(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    us, nobody = at(capsys, path), at(capsys, path, "--vault", str(path))

    ran = us("vault", "unlock", "--for", "15m")
    told = json.loads(us.ok("vault", "unlock", "--for", "2h", "--json"))

    assert ran.out.startswith("unlocked until 20")
    assert told["seconds"] == 7200
    assert "Lost laptop" in nobody.ok("ls")
    doctor = nobody("doctor").out
    assert "every program of yours can open it unasked: breachcase vault lock ends it" in doctor
    assert "history" in doctor
    assert nobody.ok("vault", "backup", str(path.with_name("copy"))).startswith("whole")
    assert json.loads(nobody.ok("vault", "lock", "--json")) == {"was_unlocked": True}
    assert nobody("vault", "lock").out == "it was not unlocked\n"
    assert "not unlocked: each opening asks" in nobody("doctor").out
    us.ok("vault", "unlock", "--for", "1m")
    assert nobody("vault", "lock").out == "locked\n"


@needs_keys
@pytest.mark.parametrize(
    "words",
    [
        ("vault", "passwd"),
        ("vault", "rekey"),
        ("vault", "slots", "add", "--recipient", "age1x"),
        ("vault", "slots", "rm", "abcd"),
        ("vault", "unlock", "--for", "12h"),
    ],
)
def test_an_unlocked_vault_still_asks_before_what_opens_it_is_changed(
    capsys: pytest.CaptureFixture[str],
    path: Path,
    words: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at(capsys, path).ok("vault", "unlock", "--for", "1m")

    def asked(*_: object) -> bytearray:
        raise KeyboardInterrupt

    monkeypatch.setattr(passphrase, "ask", asked)
    ran = at(capsys, path, "--vault", str(path))(*words)
    at(capsys, path).ok("vault", "lock")

    assert ran.code == 130


@pytest.mark.parametrize("span", ["13h", "0m", "59", "soon", "1h30m", "99999h"])
def test_a_length_of_time_that_will_not_do_is_refused(
    capsys: pytest.CaptureFixture[str], path: Path, span: str
) -> None:
    assert at(capsys, path)("vault", "unlock", "--for", span).code == 2


def test_where_the_kernel_keeps_no_keys_one_line_says_so(
    capsys: pytest.CaptureFixture[str], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> int:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(platform, "_call", refuses)
    us = at(capsys, path)

    ran = us("vault", "unlock", "--for", "15m")

    assert (ran.code, ran.out, len(ran.err.splitlines())) == (69, "", 2)
    assert "this system keeps no key for us" in ran.err
    assert us("vault", "lock").out == "it was not unlocked\n"
    assert "this system keeps no keys in the kernel" in us("doctor").out


def test_doctor_names_keys_that_open_and_a_second_passphrase_that_is_weaker(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    us, identity = at(capsys, path), Identity.generate()
    us.ok("vault", "slots", "add", "--recipient", identity.recipient().text())
    file = key_file(path, identity)

    own = at(capsys, path, "--identity", file)("doctor").out
    Path(file).chmod(0o644)
    open_to_all = at(capsys, path, "--identity", file)("doctor").out

    assert "X25519: who has that key file opens the vault" in own
    assert "an identity file of yours alone" in own
    assert "an identity file that others may read" in open_to_all
    assert "less than today's 256 MiB: breachcase vault passwd" in own
    assert "rewritten 1 times; copies of it from before open as they did, until a rekey" in own


def test_a_copy_first_seen_by_a_key_is_told_by_every_command(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    us, identity = at(capsys, path), Identity.generate()
    us.ok("vault", "slots", "add", "--recipient", identity.recipient().text())
    file = key_file(path, identity)
    for number, words in enumerate(
        (("vault", "slots", "ls"), ("ls",), ("vault", "verify"), ("vault", "unlock", "--for", "1m"))
    ):
        path = path.rename(path.with_name(f"moved{number}"))
        ran = at(capsys, path, "--identity", file)(*words)
        assert "compare vault number" in ran.err, words
    drop(path, (path / "header").read_bytes()[12:44])


def test_doctor_says_of_a_rekey_that_was_cut_off(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    us = at(capsys, path)
    assert "none was cut off" in us("doctor").out
    with opened(path) as vault:
        vault.replica.keep_keyring(replace(vault.replica.keyring, leaving=(vault.device_id,)))

    assert "one was cut off" in us("doctor").out

    us.ok("vault", "rekey")
    assert "none was cut off" in us("doctor").out


def at_the_prompt(file: str | None) -> click.Context:
    said = {"vault": None, "passphrase_file": None, "passphrase_fd": None, "identity": file}
    return click.Context(click.Command("open"), obj=said)


def test_a_locked_session_takes_no_identity_file_that_nobody_has_to_know_anything_for(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = Identity.generate()
    plain = key_file(path, identity)
    locked = path.parent / "locked"
    words = bytearray(SECOND.encode())
    locked.write_bytes(seal_bytes(identity.text().encode(), Passphrase(words, 10)))
    monkeypatch.setattr(passphrase, "ask", lambda *_: bytearray(SECOND.encode()))

    for file in (None, plain):
        with at_the_prompt(file):
            assert opening.secret_of_a_person() == bytearray(SECOND.encode())
    with at_the_prompt(str(locked)):
        opened_by = opening.secret_of_a_person()

    assert opened_by == Identities((identity,))


def test_a_second_passphrase_comes_from_a_descriptor_and_a_moved_copy_is_told(
    capsys: pytest.CaptureFixture[str], path: Path
) -> None:
    us, identity = at(capsys, path), Identity.generate()
    us.ok("vault", "slots", "add", "--recipient", identity.recipient().text())
    file = key_file(path, identity)
    path = path.rename(path.with_name("moved"))
    descriptor = os.open(path.parent / "second", os.O_RDONLY)
    try:
        ran = at(capsys, path, "--identity", file)(
            "vault", "slots", "add", "--passphrase", "--new-passphrase-fd", str(descriptor),
            "--kdf-memory", "19",
        )  # fmt: skip
    finally:
        os.close(descriptor)

    assert (ran.code, "compare vault number" in ran.err) == (0, True)
    second = at(capsys, path, "--passphrase-file", str(path.parent / "second"))
    assert "Lost laptop" in second.ok("ls")
