"""What is exported for ssh-keygen, which then verifies with it."""

from __future__ import annotations

import json
import shutil
import subprocess
from base64 import b64decode
from pathlib import Path

import pytest

from exports.card import office_card
from exports.comparison import verify_contact
from exports.sealing import Sealed
from exports.signers import signer_lines
from exports.statement import KEY_NAMESPACE, proof_text, seal_updates
from exports.trust import add_contact, contacts, replace_card
from store.vault import Vault
from tests.exports.build import RECOVERY, WALL, office, office_of
from tests.exports.keys import card_by, compare, revocation, rotate, seed, take, update
from tests.exports.sent import Sent

SSH_KEYGEN = shutil.which("ssh-keygen")
FIRST = office("Example, Regulator", 1)


def test_only_verified_contacts_are_exported_unless_all_are_wanted(ours: Vault) -> None:
    known = add_contact(ours, FIRST.card, "regulator", wall=WALL)
    assert signer_lines(ours) == ()
    assert len(signer_lines(ours, everyone=True)) == 1

    verify_contact(ours, known, FIRST.card.number, wall=WALL)

    [line] = signer_lines(ours)
    principals, options, kind, _ = line.split(" ")
    assert principals == f"Example%2C%20Regulator,{known.id}"
    assert options == 'namespaces="bundle-v1@breachcase,card-v1@breachcase,key-v1@breachcase"'
    assert kind == "ssh-ed25519"


def test_keys_that_were_replaced_count_until_then(sent: Sent) -> None:
    compare(sent.theirs, contacts(sent.theirs)[0], sent.here)
    rotate(sent.ours, sent.theirs)

    first, second = signer_lines(sent.theirs)

    assert 'valid-before="20260203040506Z"' in first
    assert "valid-after" not in first
    assert 'valid-after="20260203040506Z"' in second
    assert "valid-before" not in second
    rotate(sent.ours, sent.theirs)  # at the very same second
    assert len(signer_lines(sent.theirs)) == 3
    assert "valid-after" not in signer_lines(sent.theirs)[1]


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-01-01T00:00Z", "20260101000000Z"),
        ("0001-01-01T00:00Z", "19700102000000Z"),
        ("9999-12-31T23:59Z", "20260203040506Z"),
        (None, "20260203040506Z"),
        ("T10:00[Europe/London]", "20260203040506Z"),
    ],
)
def test_a_revoked_key_counts_until_its_office_says(
    sent: Sent, since: str | None, until: str
) -> None:
    take(sent.theirs, revocation(office_of(sent.ours), sent.there, since))

    assert signer_lines(sent.theirs) == ()
    [line] = signer_lines(sent.theirs, everyone=True)
    assert f'valid-before="{until}"' in line


def test_a_card_that_never_counted_is_not_exported(sent: Sent) -> None:
    known = contacts(sent.theirs)[0]
    other = card_by("Example Agency", 50, 51)
    compare(sent.theirs, replace_card(sent.theirs, known, other, wall=WALL), sent.here)

    assert len(signer_lines(sent.theirs)) == 1


def _verify(
    folder: Path, name: str, namespace: str, signature: str, data: bytes, *more: str
) -> int:
    (folder / "signature").write_text(signature, encoding="ascii")
    command = [str(SSH_KEYGEN), "-Y", "verify", "-f", str(folder / "allowed"), "-I", name]
    command += ["-n", namespace, "-s", str(folder / "signature"), *more]
    return subprocess.run(command, input=data, capture_output=True, check=False).returncode  # noqa: S603 -- ssh-keygen


def _signed(sealed: Sealed) -> tuple[str, bytes]:
    line = json.loads(sealed.opened.line1)
    return line["sshsig"][0], b64decode(line["manifest"])


@pytest.mark.skipif(SSH_KEYGEN is None, reason="needs ssh-keygen on the path")
def test_ssh_keygen_verifies_bundles_and_proofs_by_it_and_nothing_after_its_time(
    sent: Sent, tmp_path: Path
) -> None:
    compare(sent.theirs, contacts(sent.theirs)[0], sent.here)
    before = sent.here
    signature, manifest = _signed(sent.initial)
    allowed = tmp_path / "allowed"
    allowed.write_text("\n".join(signer_lines(sent.theirs)) + "\n", encoding="ascii")
    bundle = ("bundle-v1@breachcase", signature, manifest)

    assert _verify(tmp_path, "Example%20Agency", *bundle) == 0
    assert _verify(tmp_path, contacts(sent.theirs)[0].id, *bundle) == 0
    assert _verify(tmp_path, "Somebody", *bundle) != 0
    assert _verify(tmp_path, "Example%20Agency", "git", signature, manifest) != 0
    assert _verify(tmp_path, "Example%20Agency", bundle[0], signature, manifest + b" ") != 0

    rotate(sent.ours, sent.theirs)
    [told] = seal_updates(sent.ours, contacts(sent.ours)[0], wall=WALL)
    proof = told.manifest.payload.model_dump(mode="json")["proof"]
    allowed.write_text("\n".join(signer_lines(sent.theirs)) + "\n", encoding="ascii")

    said = proof_text(before.sha256, sent.here.sha256)
    late = "-Overify-time=20270101"
    assert _verify(tmp_path, "Example%20Agency", KEY_NAMESPACE, proof, said, late) == 0
    assert _verify(tmp_path, "Example%20Agency", *bundle, late) != 0
    assert _verify(tmp_path, "Example%20Agency", *bundle, "-Overify-time=20260101") == 0


def test_a_frozen_contact_is_not_exported(sent: Sent) -> None:
    compare(sent.theirs, contacts(sent.theirs)[0], sent.here)
    before = office_of(sent.ours)
    rotate(sent.ours, sent.theirs)
    take(sent.theirs, update(before, sent.there, card_by("Example Agency", 50, 51), seed(50)))

    assert signer_lines(sent.theirs) == ()


def test_a_replaced_key_is_not_ended_by_the_revocation_of_a_later_one(sent: Sent) -> None:
    rotate(sent.ours, sent.theirs)
    take(sent.theirs, revocation(office_of(sent.ours), sent.there, "2026-01-01T00:00Z"))

    first, second = signer_lines(sent.theirs, everyone=True)

    assert 'valid-before="20260203040506Z"' in first
    assert 'valid-before="20260101000000Z"' in second


def test_our_own_keys_are_not_among_them(ours: Vault) -> None:
    ours.rotate_office(RECOVERY[ours.id], wall=WALL)

    assert signer_lines(ours, everyone=True) == ()
    assert office_card(ours).number
