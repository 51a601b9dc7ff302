"""Every hostile bundle is refused in one line, writes nothing, and is read no further than needed.

The numbers are those of docs/format-bundle.md, "Hostile bundles", which names the tests of the
numbers that are not here.
"""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from exports import limits
from exports.errors import BundleError, OutOfOrderError, UntrustedError
from exports.inbox import file_bundle, preview
from exports.outbox import send
from models.errors import CaseError
from store.age.header import HEADER_LIMIT
from store.attachment import Attachment, attachments, pieces
from tests.exports.build import WALL, WHY, Office, a_case, file, introduce, office, office_of, vault
from tests.exports.hostile import ITEMS, SMALL, Hostile, chunk, named, zip_bomb
from tests.exports.sent import STRANGER, Sent, nothing_changes
from tui.outfile import lent

OF_THE_HEADER = {9, 10, 11, 12, 13, 15, 16}
MOST_MEMORY = 64 * 2**20  # bytes at once, whatever is sent
CODES = {65, 76, 77, 79}


class Counted(BytesIO):
    """A file that counts what is read of it."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        self.taken += len(piece)
        return piece


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sent]:
    """One case for all of them: none may change a byte of it."""
    folder = tmp_path_factory.mktemp("world")
    with (
        vault(folder, "controller", "Example Agency") as ours,
        vault(folder, "regulator", "Example Regulator") as theirs,
    ):
        case_id = a_case(ours)
        regulator = introduce(ours, theirs)
        initial = send(ours, case_id, regulator, at=None, wall=WALL, incomplete_reason=WHY)
        yield Sent(ours, theirs, case_id, file(theirs, initial), initial)


@pytest.mark.parametrize("number", sorted(ITEMS))
def test_a_hostile_bundle_is_refused_and_changes_nothing(world: Sent, number: int) -> None:
    variants: list[Hostile] = list(ITEMS[number](world))

    assert variants
    for what, data, error in variants:
        source = Counted(data)
        tracemalloc.start()
        with nothing_changes(world.theirs), pytest.raises(error) as caught:
            preview(world.theirs, source)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        told = caught.value
        assert told.code in CODES, what
        assert told.message.isprintable(), what
        assert told.message[0].islower() or told.message.startswith("18 "), what
        assert told.hint, what
        assert peak < MOST_MEMORY, (what, peak)
        if number in OF_THE_HEADER:
            assert source.taken <= HEADER_LIMIT + 128 * 1024, what


def test_14_a_plug_in_recipient_on_a_card_runs_nothing() -> None:
    plugin = "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t"
    line = STRANGER.card.line().replace(STRANGER.card.recipient.text(), plugin)

    with pytest.raises(CaseError) as caught:
        _parsed(line)

    assert caught.value.hint


def _parsed(line: str) -> object:
    from exports.card import parse_card  # noqa: PLC0415 -- the one use

    return parse_card(line)


def test_37_the_same_bundle_twice_is_already_imported(world: Sent) -> None:
    with nothing_changes(world.theirs):
        assert preview(world.theirs, BytesIO(world.initial.data)).already
        assert file(world.theirs, world.initial) == world.their_id


def test_41_only_the_regulator_decides_and_gives_the_reference(world: Sent) -> None:
    controller = office_of(world.ours)
    decided = {
        "kind": "decision",
        "payload": {
            "outcome": "no further action",
            "reasons": [],
            "recommendations": [],
            "basis": world.initial.sha256,
            "decided_at": "2020-01-14T15:47+00:00[Europe/London]",
            "note": None,
        },
    }
    forged = world.follow_up(controller, **decided, in_reply_to=world.initial.sha256)

    with nothing_changes(world.theirs), pytest.raises(UntrustedError, match="not a regulator"):
        preview(world.theirs, BytesIO(forged))

    said = world.follow_up(controller, case_reference="IC-99999-Z9Z9")
    preview(world.theirs, BytesIO(said))
    assert world.theirs.case(world.their_id).reference is None  # a claim of theirs changes nothing


def _attached(sent: Sent, writer: Office, content: bytes, **changed: object) -> bytes:
    lines = b"".join(
        chunk(0, number, content[at : at + limits.CHUNK])
        for number, at in enumerate(range(0, len(content), limits.CHUNK))
    )
    return sent.report(writer, lines, attachments=[named(content)], **changed)


def _only(sent: Sent, case_id: str) -> Attachment:
    (found,) = attachments(sent.theirs.state(case_id))
    return found


@pytest.mark.parametrize("content", [b"", SMALL, bytes(limits.CHUNK), bytes(limits.CHUNK + 1)])
def test_an_attachment_arrives_as_it_was_sent(sent: Sent, content: bytes) -> None:
    case_id = file(sent.theirs, _attached(sent, STRANGER, content))

    found = _only(sent, case_id)

    assert (found.name, found.size) == ("a.bin", len(content))
    assert b"".join(pieces(sent.theirs, case_id, found)) == content


def test_47_a_zip_bomb_stays_a_closed_file(sent: Sent) -> None:
    bomb = zip_bomb()

    case_id = file(sent.theirs, _attached(sent, STRANGER, bomb))

    assert b"".join(pieces(sent.theirs, case_id, _only(sent, case_id))) == bomb


def test_48_a_file_that_changed_since_it_was_looked_at_is_not_filed(sent: Sent) -> None:
    seen = preview(sent.theirs, BytesIO(_attached(sent, STRANGER, SMALL)))
    other = BytesIO(_attached(sent, STRANGER, SMALL, tool="another"))
    cases = sent.theirs.rows()

    with pytest.raises(BundleError, match="another one than was looked at"):
        file_bundle(sent.theirs, seen, other, sent=None, received=None, at=None, wall=WALL)

    assert sent.theirs.rows() == cases


@pytest.mark.parametrize("kind", ["fifo", "folder", "link", "device", "nothing"])
def test_48_what_is_no_plain_file_is_not_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "bundle.age"
    match kind:
        case "fifo":
            os.mkfifo(path)
        case "folder":
            path.mkdir()
        case "link":
            (tmp_path / "real").write_bytes(b"x")
            path.symlink_to(tmp_path / "real")
        case "device":
            path = Path("/dev/zero")
        case _:
            pass

    with pytest.raises(CaseError) as caught, lent(str(path), limits.SEALED):
        pass

    assert caught.value.hint


@pytest.mark.parametrize("created", ["1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_50_a_clock_that_is_wrong_by_ages_is_evidence_not_a_reason(
    sent: Sent, created: str
) -> None:
    case_id = file(sent.theirs, sent.report(office("Example Other", 9), created=created))

    assert sent.theirs.case(case_id).messages[0].created == created


def test_a_bundle_waits_for_the_one_before_it_in_its_own_case_only(sent: Sent) -> None:
    early = sent.follow_up(office_of(sent.ours), seq=3)

    with pytest.raises(OutOfOrderError, match="3 waits for bundle 2"):
        preview(sent.theirs, BytesIO(early))
