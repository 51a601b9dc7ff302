"""Our files through the `age` command and pyrage, and their files through ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.age import SSH, AgeError, Identity, unseal_bytes
from store.age.stream import CHUNK_SIZE
from tests.store.age.build import OURS, OURS_PQ, THEIRS, refusal, sealed
from tests.store.age.peers import AGE, KEYGEN, WAYS, Peer, peers, run

SIZES = [0, 1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 3 * CHUNK_SIZE]
TEXT = bytes(range(256)) * 600

needs_age = pytest.mark.skipif(not AGE, reason="the age command is not installed")
needs_keygen = pytest.mark.skipif(not KEYGEN, reason="the age-keygen command is not installed")


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
def test_the_age_command_for_an_ssh_key_of_another_is_not_for_us(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text(Identity.generate(SSH).recipient().text() + "\n")

    made = run(AGE, "-R", str(keys), given=b"text")

    assert refusal(made.stdout) == "sealed for 1 recipient, none of them yours"


@pytest.mark.parametrize("way", WAYS)
def test_who_opens_whose_files(tmp_path: Path, way: str) -> None:
    found, absent = peers(tmp_path)

    rows = {sealer.name: row(sealer, found, way) for sealer in found}

    for by, said in rows.items():
        print(f"{way:14} sealed by {by:6} {said}")  # noqa: T201 - the table is the point
    print(f"not installed, left out: {', '.join(absent) or 'none'}")  # noqa: T201 - as above
    if way == OURS_PQ.kind.name:  # older releases of the command, and pyrage, have no such keys
        assert rows.pop("ours").startswith("opened by ours")
        assert all(said.startswith(("opened by ours", "no such key")) for said in rows.values())
    else:
        assert set(rows.values()) == {f"opened by {', '.join(peer.name for peer in found)}"}


def row(sealer: Peer, openers: list[Peer], way: str) -> str:
    try:
        data = sealer.seal(way, TEXT)
    except ValueError:
        return "no such key"
    return f"opened by {', '.join(peer.name for peer in openers if opens(peer, way, data))}"


def opens(peer: Peer, way: str, data: bytes) -> bool:
    try:
        return peer.open(way, data) == TEXT
    except ValueError:
        return False


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
