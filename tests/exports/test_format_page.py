"""docs/format-bundle.md is true: its example is rebuilt, its tables equal the code."""

from __future__ import annotations

import re
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from exports import limits
from exports.bundle import BUNDLE_NAMESPACE, open_bundle, sign_bundle
from exports.card import CARD_NAMESPACE
from exports.manifest import KINDS, parse_manifest
from exports.statement import KEY_NAMESPACE, proof_text
from store import age
from tests.exports.build import encoded, members, office
from tests.exports.hostile import ITEMS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "format-bundle.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "tests" / "vectors" / "bundles" / "example.age"
SENDER = office("Example Regulator", 1)
RECIPIENT = office("Example Agency", 4)


def example() -> bytes:
    """Return the file of the worked example."""
    manifest = parse_manifest(encoded(members(SENDER, RECIPIENT.card)))
    draws = iter([bytes([7] * 16), bytes([8] * 32), bytes([9] * 16)])
    out = BytesIO()
    line1 = sign_bundle(manifest, SENDER.signing)
    age.seal([line1], out, [RECIPIENT.identity.recipient()], draw=lambda _size: next(draws))
    return out.getvalue()


def test_the_worked_example_is_rebuilt_byte_for_byte() -> None:
    assert example() == EXAMPLE.read_bytes()


def test_the_page_states_what_the_worked_example_is() -> None:
    data = EXAMPLE.read_bytes()
    opened = open_bundle(BytesIO(data), [RECIPIENT.identity])

    for said in (
        SENDER.card.line(),
        SENDER.card.number,
        SENDER.card.sha256,
        RECIPIENT.card.sha256,
        RECIPIENT.identity.text(),
        opened.sha256,
        f"{len(opened.manifest_bytes)} bytes",
        f"{len(opened.line1)} bytes",
        f"{len(data)} bytes",
        sha256(data).hexdigest(),
        opened.manifest_bytes[:64].hex(" "),
    ):
        assert said in PAGE, said


def test_the_page_names_every_member_kind_and_limit() -> None:
    manifest = members(SENDER, RECIPIENT.card)
    table = set(re.findall(r"^\| `(\w+)`", PAGE, re.MULTILINE))

    assert set(manifest) <= table
    for kind in KINDS:
        assert f"`{kind}`" in PAGE
    said = (
        f"`prev` {limits.HEADS} · `recipients` {limits.RECIPIENTS} · "
        f"`open_checks` {limits.CHECKS} · `history` {limits.HISTORY}"
    )
    assert said in PAGE
    assert f"at most {limits.CARD} bytes" in PAGE
    assert f"1 to {limits.NAME} characters" in PAGE
    assert f"`reasons`, `recommendations`, `questions`, `replies` {limits.POINTS}" in PAGE
    mib = [part // 2**20 for part in (limits.ATTACHMENT, limits.ATTACHED)]
    assert f"| attachments | {limits.ATTACHMENTS}, each {mib[0]} MiB, {mib[1]} MiB toget" in PAGE
    assert f"A chunk carries {limits.CHUNK:,} bytes" in PAGE
    assert limits.SEALED == 512 * 2**20
    assert limits.LINE == 4 * 2**20
    assert limits.MANIFEST_LIMITS.bytes == 2 * 2**20


def test_the_page_says_what_the_new_key_signs() -> None:
    said = proof_text("<sha256 of the old card>", "<sha256 of the new card>").decode()
    assert f"`{said}`" in PAGE
    assert f"exactly these {len(proof_text('0' * 64, '0' * 64))} bytes" in PAGE
    for namespace in (BUNDLE_NAMESPACE, CARD_NAMESPACE, KEY_NAMESPACE):
        assert f"| `{namespace}` |" in PAGE


def test_every_hostile_bundle_of_the_page_has_its_test() -> None:
    part = PAGE.partition("## Hostile bundles")[2].partition("\n## ")[0]
    numbers = [int(number) for number in re.findall(r"\| (\d+) \|", part)]
    elsewhere = {int(number) for number in re.findall(r"\| (\d+) \| [^|]*`tests/", part)}
    folder = ROOT / "tests" / "exports" / "test_hostile_table.py"
    named = {int(n) for n in re.findall(r"^def test_(\d+)_", folder.read_text(), re.MULTILINE)}
    files = re.findall(r"`(tests/[\w/.]+)`", part)

    assert sorted(numbers) == list(range(1, 51))
    assert set(ITEMS) | named | elsewhere == set(numbers)
    assert [name for name in files if not (ROOT / name).is_file()] == []
