from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports import limits
from exports.errors import BundleError
from exports.manifest import Decision, dump_manifest, padded, parse_manifest
from models.errors import CaseError, ShapeError
from tests.exports.build import encoded, members, office

SENDER = office("Example Regulator", 1)
RECIPIENT = office("Example Agency", 4).card
DECISION = {
    "outcome": "no further action",
    "reasons": ["isolated"],
    "recommendations": [],
    "basis": "11" * 32,
    "decided_at": "2020-01-14T15:47+00:00[Europe/London]",
    "note": None,
}


def _bytes(**changed: object) -> bytes:
    return encoded(members(SENDER, RECIPIENT, **changed))


def test_a_manifest_reads_back_as_it_was_written() -> None:
    manifest = parse_manifest(_bytes())

    assert parse_manifest(dump_manifest(manifest)).model_dump(exclude={"pad"}) == (
        manifest.model_dump(exclude={"pad"})
    )


def test_a_decision_is_told_by_its_kind() -> None:
    manifest = parse_manifest(_bytes(kind="decision", payload=DECISION))

    assert isinstance(manifest, Decision)
    assert manifest.payload.reasons == ("isolated",)


def test_a_kind_of_a_later_breachcase_is_refused_with_a_hint() -> None:
    with pytest.raises(BundleError, match="does not know") as caught:
        parse_manifest(_bytes(kind="postcard", payload={}))

    assert "newer" in caught.value.hint


@pytest.mark.parametrize("raw", [b"[]", b"1", b"{}", b'{"format":"other"}'])
def test_json_that_is_no_manifest_is_no_bundle(raw: bytes) -> None:
    with pytest.raises(BundleError, match="not a breachcase bundle"):
        parse_manifest(raw)


def test_a_bundle_for_newer_readers_says_so() -> None:
    with pytest.raises(BundleError, match="reader of version 2"):
        parse_manifest(_bytes(min_reader=2, surprise=1))


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 0},
        {"version": 2},
        {"version": "1"},
        {"version": True},
        {"min_reader": True},
        {"min_reader": None},
        {"kind": None},
        {"bundle_id": "../../etc/passwd"},
        {"bundle_id": "B0" * 16},
        {"bundle_id": "b0" * 16 + "\n"},
        {"case_id": "/etc/x"},
        {"case_id": None},
        {"case_reference": "two\nlines"},
        {"case_reference": "\x1b]52;c;aGk=\x07"},
        {"seq": 0},
        {"seq": "1"},
        {"seq": True},
        {"prev": "11" * 32},
        {"prev": ["11" * 31]},
        {"prev": ["11" * 32] * 65},
        {"sender": {"card": "x"}},
        {"sender": {"card": "x" * 4097, "device": "de" * 16}},
        {"sender": {"card": "x", "device": "de" * 16, "role": "regulator"}},
        {"recipients": []},
        {"recipients": ["11" * 32] * 33},
        {"created": "yesterday"},
        {"created": 1577000000},
        {"created": "\u0662026-01-02T03:04:05Z"},
        {"stated_at": "2019-02-30[Europe/London]"},
        {"stated_at": "2019-12-18T16:42[Europe/Atlantis]"},
        {"tool": "a\u202eb"},
        {"schema": {"id": "ico-2019"}},
        {"complete": 1},
        {"open_checks": ["../x"]},
        {"payload": None},
        {"payload": {}},
        {"payload": DECISION},
        {"attachments": [{"name": "a"}]},
        {"history": [{}]},
        {"pad": "x"},
        {"surprise": 1},
    ],
)
def test_a_member_that_is_not_as_the_page_says_refuses_a_manifest(changed: dict[str, Any]) -> None:
    with pytest.raises(ShapeError):
        parse_manifest(_bytes(**changed))


@pytest.mark.parametrize("member", sorted(members(SENDER, RECIPIENT)))
def test_a_manifest_without_one_of_its_members_is_refused(member: str) -> None:
    found = members(SENDER, RECIPIENT)
    del found[member]

    with pytest.raises(CaseError):
        parse_manifest(encoded(found))


def test_a_key_twice_is_refused_wherever_it_stands() -> None:
    raw = _bytes()
    for key, value in ((b'"kind"', b'"decision"'), (b'"reference"', b'"IC-1"')):
        with pytest.raises(ShapeError, match="same key twice"):
            parse_manifest(raw.replace(key, key + b":" + value + b"," + key, 1))


def test_an_error_never_repeats_what_was_sent() -> None:
    for changed in ({"Doe-Jane": 1}, {"created": "Doe-Jane"}, {"case_reference": "Doe-Jane\n"}):
        with pytest.raises(ShapeError) as caught:
            parse_manifest(_bytes(**changed))
        assert "Doe" not in f"{caught.value}{caught.value.hint}"
        assert caught.value.__cause__ is None


def test_the_manifest_is_read_up_to_its_limits_and_no_further() -> None:
    reasons = {**DECISION, "reasons": ["x"] * limits.POINTS}

    assert parse_manifest(_bytes(kind="decision", payload=reasons)).seq == 1
    for payload in (
        {**DECISION, "reasons": ["x"] * (limits.POINTS + 1)},
        {**DECISION, "note": "x" * (256 * 1024 + 1)},
    ):
        with pytest.raises(ShapeError):
            parse_manifest(_bytes(kind="decision", payload=payload))


@pytest.mark.parametrize(
    ("size", "told"),
    [(1, 4096), (4096, 4096), (4097, 4352), (4352, 4352), (9000, 9216), (100_000, 100_352)],
)
def test_a_length_is_rounded_up_to_a_padme_step(size: int, told: int) -> None:
    assert padded(size) == told


def test_letters_of_different_length_look_alike_from_outside() -> None:
    lengths = {
        len(dump_manifest(parse_manifest(_bytes(case_reference="x" * size)))) for size in (1, 400)
    }

    assert lengths == {4096}


@given(st.binary(max_size=200))
def test_any_bytes_are_a_manifest_or_refused_in_our_words(raw: bytes) -> None:
    with pytest.raises(CaseError):
        parse_manifest(raw)
