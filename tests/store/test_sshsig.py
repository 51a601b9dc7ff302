from __future__ import annotations

import binascii
import hashlib
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from models.errors import CaseError, ShapeError
from store.sshsig import (
    SIGNATURE_LIMIT,
    SignatureError,
    parse_public_line,
    public_line,
    sign,
    verify,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
NAME = "bundle-v1@breachcase"
BEGIN = "-----BEGIN SSH SIGNATURE-----\n"
END = "-----END SSH SIGNATURE-----\n"
# what `ssh-keygen -Y sign -n bundle-v1@breachcase` of OpenSSH 9.2 wrote for this key and b"text"
GOLDEN = """\
-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgA6EHv/POEL4dcN0Y50vAmWfk1j
CbpQ1fHdyGZBJVMbgAAAAUYnVuZGxlLXYxQGJyZWFjaGNhc2UAAAAAAAAABnNoYTUxMgAA
AFMAAAALc3NoLWVkMjU1MTkAAABADkRs1y4c7a9qmBwVrpPsP/qLQxpgReI7Pgov7eFG83
wFs/5SeOuPVuTb0B1yFBk1df5j1N8XIm7jwc1YQw/VAA==
-----END SSH SIGNATURE-----
"""
LINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"

KEYGEN = shutil.which("ssh-keygen") or ""
needs_keygen = pytest.mark.skipif(not KEYGEN, reason="ssh-keygen is not installed")


def string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def armoured(blob: bytes) -> str:
    text = binascii.b2a_base64(blob, newline=False).decode()
    return BEGIN + "".join(text[at : at + 70] + "\n" for at in range(0, len(text), 70)) + END


def crafted(  # noqa: PLR0913 - one argument for each field of the format
    *,
    opening: bytes = b"SSHSIG\0\0\0\1",
    key: bytes = string(b"ssh-ed25519") + string(PUBLIC),
    namespace: bytes = NAME.encode(),
    reserved: bytes = b"",
    digest: bytes = b"sha512",
    hashed: Callable[[bytes], bytes] = lambda data: hashlib.sha512(data).digest(),
    kind: bytes = b"ssh-ed25519",
    size: int = 64,
    tail: bytes = b"",
) -> str:
    """A signature over b"text" that is right, as a signature, in every field given."""
    parts = (namespace, reserved, digest, hashed(b"text"))
    value = KEY.sign(b"SSHSIG" + b"".join(map(string, parts)))[:size]
    vouch = string(kind) + string(value)
    fields = (key, namespace, reserved, digest, vouch)
    return armoured(opening + b"".join(map(string, fields)) + tail)


def test_a_signature_is_what_ssh_keygen_wrote() -> None:
    assert sign(KEY, NAME, b"text") == GOLDEN
    assert crafted() == GOLDEN
    assert verify(GOLDEN, NAME, b"text") == PUBLIC


@given(st.binary(max_size=200), st.text("abc-@", min_size=1, max_size=60))
def test_what_was_signed_verifies(message: bytes, namespace: str) -> None:
    assert verify(sign(KEY, namespace, message), namespace, message) == PUBLIC


def test_a_signature_over_other_bytes_is_refused() -> None:
    with pytest.raises(SignatureError, match="does not match") as refused:
        verify(GOLDEN, NAME, b"texT")

    assert refused.value.code == 65


@pytest.mark.parametrize("namespace", ["git", "file", "card-v1@breachcase", ""])
def test_a_signature_for_another_purpose_is_refused(namespace: str) -> None:
    with pytest.raises(SignatureError, match="not made for bundle-v1@breachcase"):
        verify(sign(KEY, namespace, b"text"), NAME, b"text")


def test_a_signature_by_another_key_does_not_pass_for_ours() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()

    with pytest.raises(SignatureError):
        verify(crafted(key=string(b"ssh-ed25519") + string(other)), NAME, b"text")


@pytest.mark.parametrize("name", ["sha256", "md5", "sha1", "sha384", "shake_128", "SHA512", ""])
def test_a_signature_over_another_hash_is_refused(name: str) -> None:
    def hashed(data: bytes) -> bytes:
        return hashlib.sha256(data).digest()

    with pytest.raises(ShapeError, match="not ed25519 with sha512"):
        verify(crafted(digest=name.encode(), hashed=hashed), NAME, b"text")


@pytest.mark.parametrize(
    "text",
    [
        crafted(opening=b"SSHSIG\0\0\0\2"),
        crafted(opening=b"SSHSIG\0\0\0\0"),
        crafted(opening=b"SSHSIh\0\0\0\1"),
        crafted(reserved=b"x"),
        crafted(kind=b"ssh-rsa"),
        crafted(kind=b"sk-ssh-ed25519@openssh.com"),
        crafted(tail=b"\0"),
        crafted(tail=string(b"")),
        crafted(key=string(b"ssh-rsa") + string(b"\1\0\1") + string(bytes(256))),
        crafted(key=string(b"ssh-rsa") + string(PUBLIC)),
        crafted(key=string(b"ssh-ed25519") + string(PUBLIC[:-1])),
        crafted(key=string(b"ssh-ed25519") + string(PUBLIC) + b"\0"),
        crafted(key=b"\xff\xff\xff\xff" + PUBLIC),
        crafted(key=b""),
        armoured(b"SSHSIG\0\0\0\1"),
        armoured(b"SSHSIG\0\0\0\1\xff\xff\xff\xff"),
        armoured(b"SSHSIG\0\0\0\1\x7f\xff\xff\xff" + bytes(200)),
        armoured(b"SSHSIG\0\0\0\1\0\0"),
        armoured(b""),
    ],
)
def test_a_malformed_signature_is_refused(text: str) -> None:
    with pytest.raises(ShapeError):
        verify(text, NAME, b"text")


@pytest.mark.parametrize("size", [0, 63])
def test_a_signature_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(SignatureError):
        verify(crafted(size=size), NAME, b"text")


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOLDEN[:-1],
        GOLDEN + "\n",
        " " + GOLDEN,
        GOLDEN + GOLDEN,
        GOLDEN.replace("\n", "\r\n"),
        GOLDEN.replace(BEGIN, ""),
        GOLDEN.replace(END, ""),
        GOLDEN.replace("SSH SIGNATURE", "PGP SIGNATURE"),
        BEGIN + GOLDEN[len(BEGIN) : -len(END)].replace("\n", "") + "\n" + END,
        GOLDEN.replace("U1NI", "U1NI "),
        GOLDEN.replace("U1NI", "U1NI="),
        GOLDEN.replace("U1NI", "U1NI\u00e9"),
        GOLDEN.replace("U1NI", "U1NI\ud800"),
        BEGIN + "A" + END,
    ],
)
def test_a_signature_with_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(ShapeError, match="strictly armoured"):
        verify(text, NAME, b"text")


def test_a_signature_may_have_4096_characters_and_no_more() -> None:
    with pytest.raises(ShapeError, match="strictly armoured"):
        verify("A" * SIGNATURE_LIMIT, NAME, b"text")
    with pytest.raises(ShapeError, match="longer than 4096 characters"):
        verify("A" * (SIGNATURE_LIMIT + 1), NAME, b"text")


@pytest.mark.parametrize("first", range(2, 12))
def test_a_key_on_or_off_the_curve_that_did_not_sign_is_refused(first: int) -> None:
    raw = bytes([first]) + bytes(31)

    with pytest.raises(SignatureError):
        verify(crafted(key=string(b"ssh-ed25519") + string(raw)), NAME, b"text")


SMALL = [
    "00" * 32,
    "01" + "00" * 31,
    "00" * 31 + "80",
    "01" + "00" * 30 + "80",
    "ec" + "ff" * 30 + "7f",
    "ec" + "ff" * 31,
    "ed" + "ff" * 30 + "7f",
    "ee" + "ff" * 30 + "7f",
    "ff" * 32,
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]


@pytest.mark.parametrize("point", SMALL)
def test_a_key_that_vouches_for_anything_is_no_key(point: str) -> None:
    raw = bytes.fromhex(point)

    with pytest.raises(ShapeError, match="no honest key"):
        parse_public_line(public_line(raw))
    with pytest.raises(ShapeError, match="no honest key"):
        verify(crafted(key=string(b"ssh-ed25519") + string(raw)), NAME, b"text")


def test_a_public_key_is_written_as_openssh_writes_it() -> None:
    assert public_line(PUBLIC) == LINE
    assert parse_public_line(LINE) == PUBLIC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ssh-ed25519",
        "ssh-ed25519 ",
        LINE + " somebody@somewhere",
        LINE + "\n",
        " " + LINE,
        LINE.replace(" ", "  "),
        LINE[:-1],
        LINE + "AAAA",
        LINE.replace("ssh-ed25519", "ssh-rsa"),
        LINE.removeprefix("ssh-ed25519 "),
        "ssh-ed25519 AAAAB3NzaC1yc2EAAAADAQABAAAAAQE=",
        "ssh-ed25519 \u00e9",
        "ssh-ed25519 " + "A" * (1 << 20),
    ],
)
def test_another_text_is_no_public_key(text: str) -> None:
    with pytest.raises(ShapeError):
        parse_public_line(text)


@given(st.binary(max_size=300))
def test_random_bytes_are_no_signature_and_no_key(data: bytes) -> None:
    for text in (armoured(data), armoured(b"SSHSIG\0\0\0\1" + data)):
        with pytest.raises(CaseError):
            verify(text, NAME, b"text")
    with pytest.raises(CaseError):
        parse_public_line("ssh-ed25519 " + binascii.b2a_base64(data, newline=False).decode())


@given(st.text(max_size=200), st.integers(0, len(GOLDEN) - 1), st.integers(0, 5))
def test_any_text_is_refused_unless_it_is_the_signature(text: str, at: int, cut: int) -> None:
    for broken in (text, GOLDEN[:at] + text + GOLDEN[at + cut :]):
        if broken != GOLDEN:
            with pytest.raises(CaseError):
                verify(broken, NAME, b"text")


def run(*command: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, input=given, capture_output=True, check=False, timeout=30)  # noqa: S603 - a peer found on PATH, fixed words


@needs_keygen
@pytest.mark.parametrize("namespace", [NAME, "n" * 38, "n" * 39, "n" * 40])
@pytest.mark.parametrize("message", [b"", b"text", bytes(range(256)) * 300])
def test_ssh_keygen_writes_the_same_bytes(tmp_path: Path, namespace: str, message: bytes) -> None:
    path = tmp_path / "key"
    path.touch(mode=0o600)
    path.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))

    theirs = run(KEYGEN, "-Y", "sign", "-f", str(path), "-n", namespace, given=message)

    assert theirs.stdout.decode() == sign(KEY, namespace, message)


@needs_keygen
def test_ssh_keygen_verifies_ours_and_refuses_what_we_refuse(tmp_path: Path) -> None:
    allowed = tmp_path / "allowed_signers"
    allowed.write_text(f"office@example.org {LINE}\n")
    signature = tmp_path / "text.sig"
    signature.write_text(sign(KEY, NAME, b"text"))
    words = [KEYGEN, "-Y", "verify", "-f", str(allowed), "-I", "office@example.org"]
    words += ["-s", str(signature), "-n"]

    assert run(*words, NAME, given=b"text").returncode == 0
    assert run(*words, NAME, given=b"texT").returncode != 0
    assert run(*words, "git", given=b"text").returncode != 0


@needs_keygen
def test_a_signature_by_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key"
    made = run(KEYGEN, "-q", "-t", "ecdsa", "-N", "", "-f", str(path))
    theirs = run(KEYGEN, "-Y", "sign", "-f", str(path), "-n", NAME, given=b"text")

    assert made.returncode == theirs.returncode == 0
    with pytest.raises(ShapeError, match="not ed25519"):
        verify(theirs.stdout.decode(), NAME, b"text")
