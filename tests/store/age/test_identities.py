"""Identity files: what is read, what is refused, and that nothing is quoted or run."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.age import HYBRID, SSH, AgeError, Identity, NotForUsError, Passphrase, seal_bytes
from store.age.identities import MOST, is_locked, read_identities

WORDS = b"six words for the file"


def sealed(text: str, *, armored: bool = False) -> bytes:
    return seal_bytes(text.encode(), Passphrase(bytearray(WORDS), 10), armored=armored)


def test_a_file_of_age_keygen_is_read_with_its_comments_and_blank_lines() -> None:
    first, second = Identity.generate(), Identity.generate(HYBRID)
    text = f"# created: today\r\n\n{first.text()}\r\n  {second.text()}  \n"

    assert read_identities(text.encode()) == (first, second)


def test_an_ssh_private_key_is_read() -> None:
    identity = Identity.generate(SSH)

    assert read_identities(identity.text().encode()) == (identity,)


@pytest.mark.parametrize("armored", [False, True])
def test_a_file_under_a_passphrase_is_read_with_it(armored: bool) -> None:  # noqa: FBT001 -- drawn
    identity = Identity.generate()
    raw = sealed(identity.text(), armored=armored)

    assert is_locked(raw)
    assert read_identities(raw, bytearray(WORDS)) == (identity,)
    for other in (bytearray(b"another"), None):
        with pytest.raises(NotForUsError):
            read_identities(raw, other)


def test_a_file_sealed_for_a_recipient_is_no_identity_file() -> None:
    identity = Identity.generate()
    raw = seal_bytes(identity.text().encode(), [identity.recipient()])

    with pytest.raises(AgeError, match="not with a passphrase"):
        read_identities(raw, bytearray(WORDS))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not 0"),
        ("# nothing but a comment", "not 0"),
        ("AGE-PLUGIN-YUBIKEY-1QQQQQQQQ", "plugin"),
        ("AGE-SECRET-KEY-1QQQQQQQQ", "mistyped"),
        ("age1qqqq", "not an age secret key"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "not an age secret key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", "ssh identity"),
        ("x\n" * (MOST + 1), f"not {MOST + 1}"),
        ("\N{SNOWMAN}", "not an age secret key"),
    ],
)
def test_what_is_no_identity_file_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(AgeError, match=said) as caught:
        read_identities(text.encode())

    assert "QQQ" not in caught.value.message + caught.value.hint


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")
@pytest.mark.parametrize("options", [("-t", "ecdsa", "-N", ""), ("-t", "ed25519", "-N", "locked")])
def test_ssh_keys_of_other_kinds_and_locked_ones_are_refused(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    file = tmp_path / "id"
    subprocess.run(["ssh-keygen", "-q", *options, "-f", str(file)], check=True)  # noqa: S603, S607 - the system's

    with pytest.raises(AgeError, match="ssh identity is"):
        read_identities(file.read_bytes())


@pytest.mark.skipif(not shutil.which("age-keygen"), reason="the age program is not installed")
def test_what_age_keygen_writes_is_read() -> None:
    done = subprocess.run(["age-keygen"], capture_output=True, check=True)  # noqa: S607 - the system's

    (identity,) = read_identities(done.stdout)

    assert identity.recipient().text().encode() in done.stdout


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", b"age-encryption.org/v1\n", b"AGE-SECRET-"]))
def test_any_bytes_raise_only_our_errors(data: bytes, begins: bytes) -> None:
    with pytest.raises(AgeError):
        read_identities(begins + data, bytearray(WORDS))
