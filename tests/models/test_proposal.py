"""Two texts of one origin, put together by sentence, or not at all."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.proposal import Merged, propose, sentences

BASE = "A letter was lost. It held names. The courier was told.\nWe wait."

PIECES = st.sampled_from(["A.", "B!", "C?", "D (so.)", "E", "F…"])
GAPS = st.sampled_from([" ", "  ", "\n", "\n\n"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    parts = draw(st.lists(st.tuples(PIECES, GAPS), max_size=7))
    return "".join(piece + gap for piece, gap in parts).rstrip()


def test_edits_of_different_sentences_are_put_together() -> None:
    one = BASE.replace("names", "names and addresses")
    other = BASE.replace("We wait.", "It was found.")

    found = propose(BASE, one, other)

    assert found == Merged(
        "A letter was lost. It held names and addresses. The courier was told.\nIt was found.",
        (
            ("kept", "A letter was lost."),
            ("removed by 1", "It held names."),
            ("added by 1", "It held names and addresses."),
            ("kept", "The courier was told."),
            ("removed by 2", "We wait."),
            ("added by 2", "It was found."),
        ),
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BASE.replace("names", "addresses"), BASE.replace("names", "dates")),
        (BASE.replace("names", "addresses"), BASE.replace("The courier was told.\n", "")),
        (f"{BASE} One.", f"{BASE} Two."),
        (BASE.replace("The courier", "A courier"), BASE.replace("It held names. ", "")),
    ],
)
def test_edits_of_the_same_or_neighbouring_sentences_make_no_proposal(one: str, other: str) -> None:
    assert propose(BASE, one, other) is None


def test_what_both_did_is_done_once() -> None:
    both = BASE.replace("names", "addresses")

    found = propose(BASE, both, both.replace("We wait.", "It was found."))

    assert found is not None
    assert found.text == both.replace("We wait.", "It was found.")


@given(texts(), texts())
def test_when_one_side_changed_the_result_is_that_side(base: str, changed: str) -> None:
    for sides in ((base, changed), (changed, base), (changed, changed)):
        found = propose(base, *sides)

        assert found is not None
        assert found.text == changed


@given(texts(), texts(), texts())
def test_the_sides_may_be_exchanged(base: str, one: str, other: str) -> None:
    found, turned = propose(base, one, other), propose(base, other, one)

    assert (found and found.text) == (turned and turned.text)


@given(texts(), texts(), texts())
def test_no_sentence_is_invented_and_none_of_both_is_lost(base: str, one: str, other: str) -> None:
    found = propose(base, one, other)

    if found is not None:
        ours, theirs = ({each.text for each in sentences(side)} for side in (one, other))
        told = {each.text for each in sentences(found.text)}
        assert told <= ours | theirs
        before = [each.text for each in sentences(base)]
        if len(set(before)) == len(before):  # else which one was taken out can't be told
            assert (ours & theirs) <= told
        assert [text for mark, text in found.lines if not mark.startswith("removed")] == [
            each.text for each in sentences(found.text)
        ]


@given(st.text("aB .!?\n\"')", max_size=60))
def test_sentences_lose_nothing(text: str) -> None:
    assert "".join(each.text + each.gap for each in sentences(text)) == text


def test_very_long_texts_that_have_nothing_in_common_make_no_proposal() -> None:
    one, other = ("".join(f"{name}{number}. " for number in range(1_100)) for name in "ab")

    assert propose(one, other, one + "End.") is None
    assert propose(one, one + "End.", other) is None


@pytest.mark.skipif(shutil.which("git") is None, reason="git merge-file is the anchor")
@settings(max_examples=40, deadline=None)
@given(lists=st.tuples(*[st.lists(st.sampled_from("ABCDEF"), max_size=6)] * 3))
def test_nothing_is_merged_where_git_sees_a_conflict(
    tmp_path_factory: pytest.TempPathFactory, lists: tuple[list[str], list[str], list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("merge")
    paths: list[Path] = []
    for name, lines in zip(("one", "base", "other"), (lists[1], lists[0], lists[2]), strict=True):
        paths.append(folder / name)
        paths[-1].write_text("".join(f"{line}.\n" for line in lines))
    done = subprocess.run(  # noqa: S603 -- a fixed command
        ["git", "merge-file", "-p", *map(str, paths)],  # noqa: S607 -- whichever is installed
        check=False,
        capture_output=True,
        text=True,
    )

    base, one, other = ("\n".join(f"{line}." for line in each) for each in lists)
    found = propose(base, one, other)

    if found is not None and done.returncode == 0:
        assert sorted(found.text.split()) == sorted(done.stdout.split())
