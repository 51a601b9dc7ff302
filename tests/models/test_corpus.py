from __future__ import annotations

import itertools
from hashlib import sha256

import pytest

from tests.models.corpus import FOLDER, corpus

FROZEN = "f09a94771d4dbd62e691c54a774e8f5bdf8085e457b4da84c15f22d556922e39"


def test_the_frozen_half_is_what_it_was_before_the_rules_were_written() -> None:
    assert sha256((FOLDER / "frozen.jsonl").read_bytes()).hexdigest() == FROZEN


@pytest.mark.parametrize(("half", "bit"), [("tune", 0), ("frozen", 1)])
def test_which_half_a_sentence_is_in_its_own_hash_says(half: str, bit: int) -> None:
    for sentence in corpus(half):
        assert sha256(sentence.text.encode()).digest()[0] % 2 == bit


def test_the_corpus_holds_as_many_sentences_without_personal_data_as_with() -> None:
    sentences = corpus("tune") + corpus("frozen")
    clean = sum(not sentence.labels for sentence in sentences)

    assert len({sentence.text for sentence in sentences}) == len(sentences) >= 500
    assert clean >= 250
    assert len(sentences) - clean >= 250


def test_a_label_stands_on_text_and_no_two_of_a_kind_overlap() -> None:
    for sentence in corpus("tune") + corpus("frozen"):
        for label in sentence.labels:
            assert sentence.text[label.start : label.end].strip()
        spans = sorted((kind, start, end) for start, end, kind in sentence.labels)
        for one, other in itertools.pairwise(spans):
            assert one[0] != other[0] or one[2] <= other[1]
