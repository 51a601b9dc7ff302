"""The hostile bundles of the format, by number: what is sent, and how it has to be refused."""

from __future__ import annotations

import json
import struct
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import BytesIO
from typing import Any

from exports.attached import chunk_lines
from exports.errors import BundleError, OutOfOrderError, UntrustedError
from models.errors import CaseError, ShapeError
from store import age
from store.age import AgeError, NotForUsError
from store.age.armour import ArmourWriter
from store.age.header import Stanza, write_header
from store.sshsig import SignatureError
from tests.exports.build import encoded, letter, members, office_of, sealed, signed
from tests.exports.sent import STRANGER, Sent

Hostile = tuple[str, bytes, type[CaseError]]
"""What is wrong, the file, how it is refused."""
ITEMS: dict[int, Callable[[Sent], Iterator[Hostile]]] = {}
SMALL = b"attached"


def item(number: int) -> Callable[[Callable[[Sent], Iterator[Hostile]]], None]:
    """Register the bundles of one number of the list."""

    def register(make: Callable[[Sent], Iterator[Hostile]]) -> None:
        ITEMS[number] = make

    return register


def armoured(data: bytes) -> bytes:
    out = BytesIO()
    writer = ArmourWriter(out)
    writer.write(data)
    writer.close()
    return out.getvalue()


def named(content: bytes, **changed: object) -> dict[str, object]:
    """Return how a manifest names an attachment of that content."""
    digest = sha256(content).hexdigest()
    return {
        "name": "a.bin",
        "media_type": "application/octet-stream",
        "size": len(content),
        "sha256": digest,
        **changed,
    }


def chunk(index: int, number: int, data: bytes) -> bytes:
    return b'{"a":%d,"n":%d,"d":"%s"}\n' % (index, number, b64encode(data))


def rejected(sent: Sent, raw: bytes, error: type[CaseError], what: str) -> Hostile:
    """Return a signed bundle whose manifest are these bytes."""
    return what, sealed(signed(raw, STRANGER.signing), sent.there), error


def report(sent: Sent, **changed: object) -> dict[str, Any]:
    """Return the members of a stranger's report, some of them changed."""
    said = sent.initial.manifest.model_dump(mode="json", by_alias=True)
    sender = {"card": STRANGER.card.line(), "device": "de" * 16}
    return {**said, "sender": sender, "bundle_id": "b1" * 16, **changed}


@item(1)
def _(_sent: Sent) -> Iterator[Hostile]:
    yield "an empty file", b"", AgeError


@item(2)
def _(_sent: Sent) -> Iterator[Hostile]:
    for size in (1, 64, 4096):
        yield f"{size} bytes without a meaning", sha256(b"x").digest() * (size // 32 + 1), AgeError


@item(3)
def _(sent: Sent) -> Iterator[Hostile]:
    yield "sealed for someone else", letter(STRANGER, STRANGER.card), NotForUsError
    yield "sealed for the sender", sealed(sent.initial.opened.line1, sent.here), NotForUsError


@item(4)
def _(sent: Sent) -> Iterator[Hostile]:
    content = bytes(70_000)
    data = sent.report(STRANGER, b"".join(chunk_lines(0, [content])), attachments=[named(content)])
    header = data.index(b"\n--- ") + 49
    for at in (header // 2, header, header + 8, header + 16, header + 65_568, len(data) - 1):
        yield f"cut off after {at} bytes", data[:at], AgeError


@item(5)
def _(sent: Sent) -> Iterator[Hostile]:
    data = sent.report(STRANGER)
    header = data.index(b"\n--- ") + 49
    for name, at in (
        ("the version", 20),
        ("a share", 40),
        ("a wrapped key", 90),
        ("the MAC", header - 20),
        ("the nonce", header + 4),
        ("the payload", header + 400),
        ("the last tag", len(data) - 1),
    ):
        yield f"a bit of {name}", data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :], CaseError


@item(6)
def _(sent: Sent) -> Iterator[Hostile]:
    yield "one byte too many", sent.report(STRANGER) + b"\0", AgeError
    yield "one byte inside too many", sent.report(STRANGER, b"\0"), BundleError


@item(7)
def _(sent: Sent) -> Iterator[Hostile]:
    yield "two files in one", sent.report(STRANGER) * 2, AgeError


@item(8)
def _(sent: Sent) -> Iterator[Hostile]:
    text = armoured(sent.report(STRANGER))
    lines = text.split(b"\n")
    yield "words before", b"Dear all,\n" + text, AgeError
    yield "words after", text + b"Regards\n", AgeError
    yield (
        "a line too long",
        text.replace(lines[1] + b"\n" + lines[2], lines[1] + lines[2]),
        AgeError,
    )
    yield "no end line", b"\n".join(lines[:-2]) + b"\n", AgeError
    yield "an odd line end", text.replace(b"\n", b"\r"), AgeError
    yield "base64 with another spelling", text.replace(lines[-3], lines[-3][:-1] + b"=="), AgeError


@item(9)
def _(_sent: Sent) -> Iterator[Hostile]:
    many = b"age-encryption.org/v1\n" + b"-> x y\n\n" * 100_000
    yield "100 000 recipients", many, AgeError


@item(10)
def _(_sent: Sent) -> Iterator[Hostile]:
    yield "a line that never ends", b"age-encryption.org/v1\n-> " + b"A" * 2**20, AgeError


@item(11)
def _(_sent: Sent) -> Iterator[Hostile]:
    salt = b64encode(bytes(16)).decode().rstrip("=")
    hard = write_header([Stanza("scrypt", (salt, "63"), bytes(32))], bytes(16))
    yield "a passphrase of 2^63 steps", hard + bytes(64), AgeError


@item(12)
def _(sent: Sent) -> Iterator[Hostile]:
    salt = b64encode(bytes(16)).decode().rstrip("=")
    yield (
        "a passphrase beside a key",
        _with(sent, Stanza("scrypt", (salt, "1"), bytes(32))),
        AgeError,
    )


@item(13)
def _(sent: Sent) -> Iterator[Hostile]:
    share = b64encode(bytes(1120)).decode().rstrip("=")
    mixed = _with(sent, Stanza("mlkem768x25519", (share,), bytes(32)))
    yield "post-quantum beside classic", mixed, AgeError


def _with(sent: Sent, stanza: Stanza) -> bytes:
    """Return a genuine file with one more recipient in its header."""
    data = sent.report(STRANGER)
    first, _, rest = data.partition(b"\n")
    made = write_header([stanza], bytes(16))
    return first + b"\n" + made[made.index(b"->") : made.rindex(b"---")] + rest


@item(15)
def _(sent: Sent) -> Iterator[Hostile]:
    share = b64encode(bytes(32)).decode().rstrip("=")
    yield "a share of low order", _with(sent, Stanza("X25519", (share,), bytes(32))), AgeError


@item(16)
def _(sent: Sent) -> Iterator[Hostile]:
    yield "a header with a recipient more", _with(sent, Stanza("x-grease", ("a",), b"")), AgeError


@item(17)
def _(sent: Sent) -> Iterator[Hostile]:
    yield "nothing inside", age.seal_bytes(b"", [sent.there.recipient]), BundleError


@item(18)
def _(sent: Sent) -> Iterator[Hostile]:
    for what, text in (
        ("no line", b"\n"),
        ("no line feed", signed(b"{}", STRANGER.signing).rstrip()),
        ("5 MiB of line", b"{" + b" " * (5 * 2**20) + b"}\n"),
        ("no JSON", b"hello\n"),
        ("a list", b"[]\n"),
    ):
        yield f"{what} first", sealed(text, sent.there), CaseError


@item(19)
def _(sent: Sent) -> Iterator[Hostile]:
    line = signed(encoded(report(sent)), STRANGER.signing)
    yield "two first lines", sealed(line + line, sent.there), BundleError


@item(20)
def _(sent: Sent) -> Iterator[Hostile]:
    raw = encoded(report(sent))
    for what, signatures in (("no", []), ("an empty", [""]), ("a missing", None)):
        line = signed(raw, STRANGER.signing, sshsig=signatures)
        yield f"{what} signature", sealed(line, sent.there), CaseError


@item(21)
def _(sent: Sent) -> Iterator[Hostile]:
    yield "a follow-up by an unknown signer", sent.follow_up(STRANGER), UntrustedError


@item(23)
def _(sent: Sent) -> Iterator[Hostile]:
    raw = encoded(report(sent))
    for namespace in ("git", "file", "card-v1@breachcase", "key-v1@breachcase"):
        data = sealed(signed(raw, STRANGER.signing, namespace), sent.there)
        yield f"a signature for {namespace}", data, SignatureError


@item(24)
def _(sent: Sent) -> Iterator[Hostile]:
    for name in (b"sha256", b"md5", b"shake_128"):
        yield f"a signature over {name.decode()}", _signature(sent, b"sha512", name), ShapeError


@item(25)
def _(sent: Sent) -> Iterator[Hostile]:
    yield "a signature with a tail", _signature(sent, b"", b"", tail=b"\0"), ShapeError
    huge = struct.pack(">I", 2**32 - 1)
    yield "a length of 4 GiB", _signature(sent, struct.pack(">I", 51), huge), ShapeError
    yield "a key of another kind", _signature(sent, b"ssh-ed25519", b"ssh-rsa-key"), ShapeError


def _signature(sent: Sent, old: bytes, new: bytes, tail: bytes = b"") -> bytes:
    """Return a report whose signature's bytes are changed."""
    line = json.loads(signed(encoded(report(sent)), STRANGER.signing))
    rows = line["sshsig"][0].split("\n")
    blob = b64decode("".join(rows[1:-2])).replace(old, new, 1) + tail
    text = b64encode(blob).decode()
    body = "\n".join(text[at : at + 70] for at in range(0, len(text), 70))
    line["sshsig"] = [f"{rows[0]}\n{body}\n{rows[-2]}\n"]
    return sealed(encoded(line) + b"\n", sent.there)


@item(26)
def _(sent: Sent) -> Iterator[Hostile]:
    raw = encoded(report(sent))
    line = json.loads(signed(raw, STRANGER.signing))
    other = json.dumps(json.loads(raw)).encode()
    changed = encoded({**line, "manifest": b64encode(other).decode()}) + b"\n"
    yield "the same JSON in other bytes", sealed(changed, sent.there), SignatureError


@item(27)
def _(sent: Sent) -> Iterator[Hostile]:
    raw = encoded(report(sent))
    both = [
        json.loads(signed(raw, key.signing))["sshsig"][0]
        for key in (STRANGER, office_of(sent.ours))
    ]
    line = signed(raw, STRANGER.signing, sshsig=both)
    yield "two signatures", sealed(line, sent.there), BundleError


@item(28)
def _(sent: Sent) -> Iterator[Hostile]:
    forwarded = members(STRANGER, sent.here)
    data = sealed(signed(encoded(forwarded), STRANGER.signing), sent.there)
    yield "passed on to another office", data, UntrustedError


@item(29)
def _(sent: Sent) -> Iterator[Hostile]:
    raw = encoded(report(sent, sender={"card": sent.here.line(), "device": "de" * 16}))
    yield (
        "the card of someone else",
        sealed(signed(raw, STRANGER.signing), sent.there),
        UntrustedError,
    )


@item(30)
def _(sent: Sent) -> Iterator[Hostile]:
    raw = encoded(report(sent))
    for key in (b'"format"', b'"kind"', b'"incomplete_reason"', b'"card"'):
        again = raw.replace(key + b":", key + b":null," + key + b":", 1)
        yield rejected(sent, again, ShapeError, f"{key.decode()} twice")


@item(31)
def _(sent: Sent) -> Iterator[Hostile]:
    raw = encoded(report(sent))
    for depth in (17, 100_000):
        deep = raw.replace(b'"pad":', b'"x":' + b"[" * depth + b"]" * depth + b',"pad":')
        yield rejected(sent, deep, ShapeError, f"{depth} deep")


@item(32)
def _(sent: Sent) -> Iterator[Hostile]:
    raw = encoded(report(sent, seq=1))
    for number in (b"NaN", b"1e999", b"9" * 4000, b"-0", b"9007199254740992", b"1.0", b"Infinity"):
        odd = raw.replace(b'"seq":1', b'"seq":' + number)
        yield rejected(sent, odd, ShapeError, f"the number {number[:12].decode()}")


@item(33)
def _(sent: Sent) -> Iterator[Hostile]:
    raw = encoded(report(sent, tool="odd"))
    yield rejected(sent, raw.replace(b'"odd"', b'"\\ud800"'), ShapeError, "half a surrogate pair")
    yield rejected(sent, b"\xef\xbb\xbf" + raw, ShapeError, "a byte order mark")
    yield rejected(sent, raw.decode().encode("utf-16"), ShapeError, "UTF-16")
    yield rejected(sent, raw.replace(b"odd", b"\xc0\xaf"), ShapeError, "overlong UTF-8")


@item(34)
def _(sent: Sent) -> Iterator[Hostile]:
    whole = report(sent)
    for name, value in whole.items():
        wrong = {"x": 1} if isinstance(value, (str, int, list)) else 17
        yield rejected(sent, encoded({**whole, name: wrong}), CaseError, f"{name} of another type")
    yield rejected(sent, encoded({**whole, "surprise": 1}), ShapeError, "a member too many")


@item(35)
def _(sent: Sent) -> Iterator[Hostile]:
    raw = encoded(report(sent))
    for number in (b"0", b"2", b'"1"', b"1.0", b"true"):
        odd = raw.replace(b'"version":1,"min', b'"version":' + number + b',"min')
        yield rejected(sent, odd, CaseError, f"version {number.decode()}")


@item(36)
def _(sent: Sent) -> Iterator[Hostile]:
    yield rejected(sent, encoded(report(sent, kind="postcard")), BundleError, "an unknown kind")
    yield rejected(sent, encoded(report(sent, min_reader=2)), BundleError, "for newer readers")


@item(38)
def _(sent: Sent) -> Iterator[Hostile]:
    same = sent.initial.manifest.bundle_id
    data = sent.report(office_of(sent.ours), bundle_id=same, tool="another")
    yield "the same id with other bytes", data, OutOfOrderError


@item(39)
def _(sent: Sent) -> Iterator[Hostile]:
    honest = office_of(sent.ours)
    for seq, error in (
        (3, OutOfOrderError),
        (1, OutOfOrderError),
        (0, ShapeError),
        (2**53, CaseError),
    ):
        try:
            yield f"number {seq}", sent.follow_up(honest, seq=seq), error
        except ShapeError:  # ours does not even write it
            raw = encoded(report(sent, seq=1)).replace(b'"seq":1', b'"seq":%d' % seq)
            yield rejected(sent, raw, error, f"number {seq}")


@item(40)
def _(sent: Sent) -> Iterator[Hostile]:
    for prev in ("11" * 32, ["11" * 31], ["11" * 32] * 65, [None]):
        yield rejected(sent, encoded(report(sent, prev=prev)), ShapeError, "heads that are none")


@item(42)
def _(sent: Sent) -> Iterator[Hostile]:
    data = sent.follow_up(STRANGER, case_id=sent.their_id)
    yield "the id of someone else's case", data, UntrustedError


@item(43)
def _(sent: Sent) -> Iterator[Hostile]:
    big = bytes(range(256)) * 1024  # two chunks
    lines = list(chunk_lines(0, [big]))
    two = [named(SMALL), named(big, name="b.bin")]
    both = [chunk(0, 0, SMALL), *chunk_lines(1, [big])]
    cases: tuple[tuple[str, list[dict[str, object]], list[bytes]], ...] = (
        ("of another hash", [named(SMALL, sha256="00" * 32)], [chunk(0, 0, SMALL)]),
        ("shorter than said", [named(SMALL)], [chunk(0, 0, SMALL[:-1])]),
        ("longer than said", [named(SMALL)], [chunk(0, 0, SMALL + b"x")]),
        ("that nothing names", [], [chunk(0, 0, SMALL)]),
        ("beside those named", [named(SMALL)], [chunk(0, 0, SMALL), chunk(1, 0, SMALL)]),
        ("missing", [named(SMALL)], []),
        ("cut short", [named(big)], lines[:1]),
        ("out of order", [named(big)], lines[::-1]),
        ("interleaved", two, [both[1], both[0], both[2]]),
        ("counted from 1", [named(SMALL)], [chunk(0, 1, SMALL)]),
        ("with a short chunk", [named(big)], [chunk(0, 0, big[:10]), chunk(0, 1, big[10:])]),
        ("with other base64", [named(b"ab")], [b'{"a":0,"n":0,"d":"YWJ="}\n']),
        ("with no base64", [named(b"ab")], [b'{"a":0,"n":0,"d":"Y!I="}\n']),
        ("with blanks", [named(b"ab")], [b'{"a":0, "n":0,"d":"YWI="}\n']),
        ("of 2^53 bytes", [named(SMALL, size=2**53 - 1)], [chunk(0, 0, SMALL)]),
        ("65 times", [named(SMALL, name=f"{at}") for at in range(65)], []),
        ("of 321 MiB together", [named(b"", name=f"{at}", size=107 * 2**20) for at in "123"], []),
        ("of an odd type", [named(SMALL, media_type="text/html; x=\x1b[2J")], []),
    )
    for what, files, tail in cases:
        data = sent.report(STRANGER, b"".join(tail), attachments=files)
        yield f"an attachment {what}", data, CaseError


@item(44)
def _(sent: Sent) -> Iterator[Hostile]:
    for name in (
        "../x", "/etc/x", "..", "C:\\x", "CON", "nul.txt", ".ssh", "a\u202egnp.exe", "a\x00b",
        "x" * 121, "", " a", "a.", "a\nb", "com1.a.b",
    ):  # fmt: skip
        data = sent.report(STRANGER, chunk(0, 0, SMALL), attachments=[named(SMALL, name=name)])
        yield f"an attachment called {name[:12]!a}", data, ShapeError
    for first, second in (("e\u0301.txt", "\u00e9.txt"), ("A.TXT", "a.txt")):
        two = [named(SMALL, name=first), named(SMALL, name=second)]
        tail = chunk(0, 0, SMALL) + chunk(1, 0, SMALL)
        yield (
            "two attachments called alike",
            sent.report(STRANGER, tail, attachments=two),
            ShapeError,
        )


@item(46)
def _(sent: Sent) -> Iterator[Hostile]:
    bomb = b"[" + b"[]," * (6 * 2**20) + b"[]]\n"
    yield "18 MB of brackets as line 1", sealed(bomb, sent.there), CaseError
    small = b"[" + b"[]," * 300_000 + b"[]]"
    yield rejected(sent, small, CaseError, "1 MB of brackets as manifest")


def zip_bomb() -> bytes:
    """Return 10 MB of nothing as a small archive."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(10 * 2**20))
    return out.getvalue()
