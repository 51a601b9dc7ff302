"""What is particular to SSH keys, post-quantum keys and passphrases."""

from __future__ import annotations

import resource
from dataclasses import replace
from hashlib import sha512
from itertools import count
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from store.age import (
    HYBRID,
    KINDS,
    SSH,
    AgeError,
    Identity,
    NotForUsError,
    Passphrase,
    Recipient,
    curve,
    unseal_bytes,
)
from store.age.ssh import montgomery
from store.sshsig import public_line
from tests.store.age.build import (
    FILE_KEY,
    LIMIT,
    OURS_PQ,
    OURS_SSH,
    PASSPHRASE,
    crafted,
    refusal,
    sealed,
    wrapped,
)

STATM = Path("/proc/self/statm")
FIELD = 2**255 - 19
PEM = OURS_SSH.text()
LINE = OURS_SSH.recipient().text()


# --- ssh-ed25519


@given(st.binary(min_size=32, max_size=32))
def test_an_ssh_key_maps_to_the_x25519_key_of_its_scalar(seed: bytes) -> None:
    scalar = sha512(seed).digest()[:32]

    assert montgomery(Identity(seed, SSH).recipient().raw) == curve.public(scalar)


def test_the_line_of_a_public_key_file_is_a_recipient_with_or_without_its_comment() -> None:
    for line in (LINE, f"{LINE} A Person <person@example.org>\n", f"{LINE}\r\n"):
        assert Recipient.parse(line, KINDS) == OURS_SSH.recipient()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("ssh-ed25519 ", "cut short"),
        ("ssh-ed25519 AAAA", "cut short"),
        (LINE[:-1] + "=", "cut short"),
        (LINE[:-4], "cut short"),
        (LINE + "AAAA", "cut short"),
        (LINE.replace(" ", "  "), "cut short"),
        ("ssh-ed25519 \u00e9", "cut short"),
        ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAQQ==", "that kind of SSH key"),
        ("sk-ssh-ed25519@openssh.com AAAA", "that kind of SSH key"),
        (public_line(bytes(32)), "no honest key"),
        (public_line((FIELD - 1).to_bytes(32, "little")), "no honest key"),
        (public_line((FIELD + 2).to_bytes(32, "little")), "no honest key"),
        (public_line((2).to_bytes(32, "little")), "not a point of its curve"),
    ],
)
def test_a_line_that_is_no_ssh_ed25519_key_is_refused(line: str, why: str) -> None:
    with pytest.raises(AgeError, match=why) as refused:
        Recipient.parse(line, KINDS)

    assert refused.value.hint


def ecdsa() -> str:
    key = generate_private_key(SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()


# ssh-keygen -t ed25519 -N words, made once; it protects nothing
LOCKED = """-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABA/nht9/v
mxBFleVfE9Yk2DAAAAEAAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIPxZkuxWOj0/K23S
9XYa4VfvkJP1Vmp364dO24qOvlWsAAAAoE6/iwednUGaaZv3p/c+tMpimAz5DUimJJaCDX
iBk68qPFn3p/CHs6yOk11VhWUQfM4trTTyv8tvwnXKaES6sHhpMK5cvMFxMoW8b2XkS0Ug
q9POQoKG3j3VRntoUXjOxJlu6XzhfBISWD44t/ndx+qfzfILVIztPIXUKVRVT5oEhhWRDn
uyOcL4ZM+tEFS1MnUPXXqTxT+3gjbRzIG5aW0=
-----END OPENSSH PRIVATE KEY-----
"""


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (LOCKED, "locked, damaged or unknown"),
        (PEM[:-80], "locked, damaged or unknown"),
        (PEM.replace("b3BlbnNzaC1rZXktdjE", "b3BlbnNzaC1rZXktdjI"), "locked, damaged or unknown"),
        (SSH.identity_begins, "locked, damaged or unknown"),
        (PEM + "\u00e9", "not an OpenSSH private key file"),
        (PEM + "\n" * 16_384, "not an OpenSSH private key file"),
        (ecdsa(), "not an ed25519 key"),
    ],
    ids=map(str, count()),  # the texts hold random bytes, and each worker must know the same ids
)
def test_a_private_key_file_that_can_not_be_used_is_refused(text: str, why: str) -> None:
    with pytest.raises(AgeError, match=why) as refused:
        Identity.parse(text, KINDS)

    assert "ssh-keygen" in refused.value.hint


@given(st.integers(40, len(PEM) - 40), st.text(alphabet="Ab1+/=\n -", max_size=4))
def test_a_damaged_private_key_file_is_a_key_or_refused(at: int, put: str) -> None:
    text = PEM[:at] + put + PEM[at + len(put) :]

    try:
        identity = Identity.parse(text, KINDS)
    except AgeError:
        return
    assert identity.kind is SSH


def test_an_ssh_stanza_names_its_key_by_four_bytes_and_opens_with_no_other() -> None:
    tag = wrapped(OURS_SSH).args[0]

    assert len(tag) == 6
    assert tag != wrapped(Identity.generate(SSH)).args[0]
    with pytest.raises(NotForUsError):
        unseal_bytes(sealed(b"text", [OURS_SSH.recipient()]), [Identity.generate(SSH)], LIMIT)


# --- post-quantum


def test_two_post_quantum_sealings_of_one_file_key_have_nothing_in_common() -> None:
    first, second = wrapped(OURS_PQ), wrapped(OURS_PQ)

    assert first.args != second.args
    assert first.body != second.body


def test_a_post_quantum_stanza_with_a_flipped_bit_in_either_half_does_not_open() -> None:
    data = crafted(wrapped(OURS_PQ))
    start = data.index(b"-> mlkem768x25519 ") + 18

    for at in (start + 10, start + 1088 * 4 // 3 + 8):
        broken = bytearray(data)
        broken[at] = ord("A") if broken[at] != ord("A") else ord("B")
        assert refusal(bytes(broken), [OURS_PQ]) == "sealed for 1 recipient, none of them yours"


def test_the_post_quantum_identity_has_77_characters() -> None:
    assert len(OURS_PQ.text()) == 77
    assert Identity.generate(HYBRID).text().startswith("AGE-SECRET-KEY-PQ-1")


# --- passphrases


@pytest.mark.parametrize("work", [-1, 0, 23, 63])
def test_nobody_seals_with_a_work_that_nobody_opens(work: int) -> None:
    with pytest.raises(AgeError, match="work of a passphrase is not 1 to 22"):
        Passphrase(bytearray(b"words"), work)


def test_a_passphrase_never_shows_itself_and_stays_as_it_was_given() -> None:
    secret = bytearray(b"words of a test")
    passphrase = Passphrase(secret, work=1)

    data = sealed(b"text", passphrase)

    assert unseal_bytes(data, passphrase, LIMIT) == b"text"
    assert secret == b"words of a test"
    assert "words" not in f"{passphrase!r} {passphrase}"


def test_another_passphrase_is_told_as_such() -> None:
    with pytest.raises(NotForUsError, match="sealed for another passphrase") as refused:
        unseal_bytes(sealed(b"text", PASSPHRASE), Passphrase(bytearray(b"other")), LIMIT)

    assert refused.value.hint == "type the passphrase again"


@pytest.mark.skipif(not STATM.exists(), reason="needs /proc to know the memory in use")
def test_work_beyond_the_memory_of_the_machine_is_one_line() -> None:
    stanza = PASSPHRASE.wrap(FILE_KEY, bytes)
    data = crafted(replace(stanza, args=(stanza.args[0], "20")))
    before = resource.getrlimit(resource.RLIMIT_AS)
    in_use = int(STATM.read_text().split()[0]) * resource.getpagesize()

    resource.setrlimit(resource.RLIMIT_AS, (in_use + (1 << 28), before[1]))
    try:
        said = refusal(data, PASSPHRASE)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)

    assert said == "passphrase takes 1024 MiB of memory, more than there is"


@pytest.mark.parametrize(
    ("salt", "body"), [("A" * 21, 32), ("A" * 20, 32), ("A" * 23, 32), ("A" * 22, 31), ("", 33)]
)
def test_a_malformed_passphrase_stanza_is_refused_before_any_work(salt: str, body: int) -> None:
    head = f"age-encryption.org/v1\n-> scrypt {salt} 10\n{'A' * 43}\n--- {'A' * 43}\n"
    if body != 32:
        head = head.replace(f"\n{'A' * 43}\n---", f"\n{'A' * 42}\n---")

    assert refusal(head.encode(), PASSPHRASE).startswith("age header")
