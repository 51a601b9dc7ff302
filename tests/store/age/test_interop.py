"""Our files through the `age` command, and its files through ours."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from store.age import AgeError, Identity, unseal_bytes
from store.age.stream import CHUNK_SIZE
from tests.store.age.build import OURS, THEIRS, refusal, sealed

AGE = shutil.which("age") or ""
KEYGEN = shutil.which("age-keygen") or ""
SIZES = [0, 1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 3 * CHUNK_SIZE]

needs_age = pytest.mark.skipif(not AGE, reason="the age command is not installed")
needs_keygen = pytest.mark.skipif(not KEYGEN, reason="the age-keygen command is not installed")


def run(*command: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, input=given, capture_output=True, check=False, timeout=30)  # noqa: S603 - a peer found on PATH, fixed words


@needs_age
@pytest.mark.parametrize("armored", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_the_age_command_opens_what_we_seal(tmp_path: Path, size: int, *, armored: bool) -> None:
    key = tmp_path / "key.txt"
    key.write_text(OURS.text() + "\n")
    text = b"x" * size

    data = sealed(text, [THEIRS.recipient(), OURS.recipient()], armored=armored)
    opened = run(AGE, "-d", "-i", str(key), given=data)

    assert opened.stderr == b""
    assert opened.stdout == text


@needs_age
@pytest.mark.parametrize("options", [[], ["-a"]])
@pytest.mark.parametrize("size", SIZES)
def test_we_open_what_the_age_command_seals(size: int, options: list[str]) -> None:
    text = b"x" * size
    recipients = [word for who in (THEIRS, OURS) for word in ("-r", who.recipient().text())]

    made = run(AGE, *recipients, *options, given=text)

    assert unseal_bytes(made.stdout, [OURS], CHUNK_SIZE * 4) == text


@needs_age
def test_our_armour_is_the_armour_of_the_age_command() -> None:
    made = run(AGE, "-a", "-r", OURS.recipient().text(), given=b"text").stdout
    ours = sealed(b"text", armored=True)

    assert [len(line) for line in made.splitlines()] == [len(line) for line in ours.splitlines()]


@needs_age
def test_the_age_command_for_an_ssh_key_is_not_for_us(tmp_path: Path) -> None:
    line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILnm+//8pxiOw9fXX7Eg8YJNrL4xngFdojrUVHqaDRMr"
    keys = tmp_path / "keys"
    keys.write_text(line + "\n")

    made = run(AGE, "-R", str(keys), given=b"text")

    assert refusal(made.stdout) == "sealed for 1 recipient, none of them yours"


@needs_keygen
def test_keys_are_those_of_age_keygen(tmp_path: Path) -> None:
    path = tmp_path / "key.txt"
    run(KEYGEN, "-o", str(path))
    secret = path.read_text().splitlines()[-1]

    assert run(KEYGEN, "-y", str(path)).stdout.decode().strip() == (
        Identity.parse(secret).recipient().text()
    )


def test_an_armour_for_another_program_is_refused() -> None:
    with pytest.raises(AgeError, match="begin line"):
        unseal_bytes(b"-----BEGIN PGP MESSAGE-----\n\nAAAA\n", [OURS], 10)
