from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports import limits
from exports.bundle import open_bundle, sign_bundle
from exports.errors import BundleError, UntrustedError
from exports.manifest import parse_manifest
from models.errors import CaseError, ShapeError
from store import sshsig
from store.age import AgeError, NotForUsError
from store.sshsig import SignatureError
from tests.exports.build import encoded, letter, members, office, sealed, signed

SENDER = office("Example Regulator", 1)
OURS = office("Example Agency", 4)
RAW = encoded(members(SENDER, OURS.card))
LINE = signed(RAW, SENDER.signing)
FILE = sealed(LINE, OURS.card)


def test_a_sealed_bundle_opens_to_the_very_bytes_that_were_signed() -> None:
    opened = open_bundle(BytesIO(FILE), [OURS.identity])

    assert opened.manifest_bytes == RAW
    assert opened.line1 == LINE
    assert opened.card == SENDER.card
    assert opened.signer == SENDER.card.signing


def test_what_we_sign_we_can_open() -> None:
    line = sign_bundle(parse_manifest(RAW), SENDER.signing)

    opened = open_bundle(BytesIO(sealed(line, OURS.card)), [OURS.identity])

    assert opened.manifest.bundle_id == "b0" * 16
    assert len(opened.manifest_bytes) == 4096


def test_a_bundle_for_someone_else_is_not_for_us() -> None:
    with pytest.raises(NotForUsError) as caught:
        open_bundle(BytesIO(FILE), [SENDER.identity])

    assert caught.value.code == 77


def test_one_changed_byte_anywhere_refuses_the_file() -> None:
    for at in range(0, len(FILE), 41):
        changed = FILE[:at] + bytes([FILE[at] ^ 1]) + FILE[at + 1 :]
        with pytest.raises(CaseError) as caught:
            open_bundle(BytesIO(changed), [OURS.identity])
        assert caught.value.hint


def test_a_file_cut_short_or_made_longer_is_refused() -> None:
    for changed in (b"", FILE[:100], FILE[:-1], FILE + b"\0", FILE + FILE):
        with pytest.raises(AgeError):
            open_bundle(BytesIO(changed), [OURS.identity])


@settings(max_examples=50)
@given(st.binary(max_size=300))
def test_random_bytes_are_refused_in_our_words_sealed_or_not(raw: bytes) -> None:
    with pytest.raises(CaseError):
        open_bundle(BytesIO(raw), [OURS.identity])
    with pytest.raises(CaseError):
        open_bundle(BytesIO(sealed(raw, OURS.card)), [OURS.identity])
    with pytest.raises(CaseError):
        open_bundle(BytesIO(sealed(signed(raw, SENDER.signing), OURS.card)), [OURS.identity])


@pytest.mark.parametrize("namespace", ["git", "file", "card-v1@breachcase", "key-v1@breachcase"])
def test_a_signature_for_another_purpose_is_refused(namespace: str) -> None:
    with pytest.raises(SignatureError):
        open_bundle(
            BytesIO(sealed(signed(RAW, SENDER.signing, namespace), OURS.card)), [OURS.identity]
        )


def test_a_bundle_signed_again_by_another_key_is_refused() -> None:
    with pytest.raises(UntrustedError, match="not on its sender's card"):
        open_bundle(BytesIO(sealed(signed(RAW, OURS.signing), OURS.card)), [OURS.identity])


def test_the_same_json_in_other_bytes_is_refused() -> None:
    changed = signed(RAW.replace(b'":', b'": '), SENDER.signing, sshsig=_signatures(RAW))

    with pytest.raises(SignatureError):
        open_bundle(BytesIO(sealed(changed, OURS.card)), [OURS.identity])


def _signatures(raw: bytes) -> list[str]:
    return [sshsig.sign(SENDER.signing, "bundle-v1@breachcase", raw)]


@pytest.mark.parametrize(
    "changed",
    [
        {"sshsig": []},
        {"sshsig": _signatures(RAW) * 2},
        {"sshsig": _signatures(RAW)[0]},
        {"sshsig": [1]},
        {"sshsig": ["x"]},
        {"manifest": ""},
        {"manifest": "!!!!"},
        {"manifest": "A"},
        {"manifest": "QQ==QQ=="},
        {"manifest": "QR=="},
        {"manifest": 1},
        {"bundle": 0},
        {"bundle": 2},
        {"bundle": "1"},
        {"bundle": True},
        {"surprise": 1},
    ],
)
def test_a_first_line_that_is_not_as_the_page_says_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ShapeError if changed.get("sshsig") == ["x"] else BundleError):
        open_bundle(
            BytesIO(sealed(signed(RAW, SENDER.signing, **changed), OURS.card)), [OURS.identity]
        )


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"[]\n",
        b"{}\n",
        LINE[:-1],
        LINE + LINE,
        LINE + b"\n",
        b" " * limits.LINE + LINE,
        LINE.replace(b'"bundle":1', b'"bundle":1,"bundle":1'),
        b"\xef\xbb\xbf" + LINE,
        LINE.decode().encode("utf-16"),
        b"[" * 100_000 + b"\n",
    ],
)
def test_sealed_text_that_is_not_one_line_one_is_refused(line: bytes) -> None:
    with pytest.raises(CaseError) as caught:
        open_bundle(BytesIO(sealed(line, OURS.card)), [OURS.identity])

    assert caught.value.code == 65


def test_a_file_that_never_ends_is_read_up_to_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEALED", 100_000)
    whole = sealed(LINE + bytes(200_000), OURS.card)

    with pytest.raises(BundleError, match="longer than 100000 bytes"):
        open_bundle(BytesIO(whole), [OURS.identity])


def test_a_sender_whose_card_does_not_hold_is_refused() -> None:
    line = SENDER.card.line()
    for card in ("", line[:-3], line.replace("Example", "Example2"), f" {line}"):
        data = letter(SENDER, OURS.card, sender={"card": card, "device": "de" * 16})
        with pytest.raises(CaseError):
            open_bundle(BytesIO(data), [OURS.identity])
