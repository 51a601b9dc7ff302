from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.personal.hit import NAMES, Level, masked
from models.personal.scan import scan
from models.text import PROSE_BYTES
from tests.models.corpus import corpus


def kinds(text: str) -> list[str]:
    return [hit.kind for hit in scan(text)]


def test_the_rules_find_what_they_were_written_for_and_nothing_beside_it() -> None:
    missed, false = [], []
    for sentence in corpus("tune"):
        hits = scan(sentence.text)
        for label in sentence.labels:
            same = [hit for hit in hits if hit.kind == label.kind]
            if not any(hit.start < label.end and label.start < hit.end for hit in same):
                missed.append((label.kind, sentence.text))
        for hit in hits:
            same_labels = [label for label in sentence.labels if label.kind == hit.kind]
            if not any(hit.start < label.end and label.start < hit.end for label in same_labels):
                false.append((hit.kind, sentence.text))

    assert (missed, false) == ([], [])


def test_every_kind_of_the_corpus_has_a_name() -> None:
    labelled = {
        label.kind for half in ("tune", "frozen") for each in corpus(half) for label in each.labels
    }

    assert labelled == set(NAMES)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("NHS number 999 123 4567", Level.POSSIBLE),  # a digit was mistyped: still a patient's
        ("NI number QQ 12 34 56 C", Level.CERTAIN),
        ("QQ 12 34 56 C stood on it", Level.LIKELY),
        ("Ring her on 07700 900123", Level.LIKELY),
    ],
)
def test_how_sure_it_is_depends_on_check_digits_and_words(text: str, level: Level) -> None:
    assert [hit.level for hit in scan(text)] == [level]


@pytest.mark.parametrize(
    "text",
    [
        "NI number \uff31\uff31 \uff11\uff12 \uff13\uff14 \uff15\uff16 C",  # fullwidth
        "NI number QQ\u200d 12\u00ad34 56 C",  # joiner, soft hyphen
        "NI number QQ\u00a012\u201334\u20135\u06f6 C",  # no-break space, en dash, Persian digit
        "NI number QQ12\u221234\u221256C",  # minus signs
    ],
)
def test_no_other_way_to_write_a_digit_or_blank_hides_a_number(text: str) -> None:
    (hit,) = scan(text)

    assert hit.kind == "ni"
    assert text[hit.start] in "Q\uff31"
    assert text[hit.end - 1] == "C"


@pytest.mark.parametrize(
    "text",
    [
        "the number BG123456A was printed",  # no such prefix is given out
        "tax file number of the one whose order number is 123456782",
        f"tax file number{' and so on' * 8}: 123456782",
        "self assessment: see reference 1234567890",
        "order 4111 1111 1111 1111",
        "GB29 NWBK 6016 1331 9268 18",  # a wrong check digit
        "GB29 NWBK",
        "GB29 NWBK/6016 1331 9268 19",
        "ZZ29 NWBK 6016 1331 9268 19",
        "4111 1111 1111 1112 was typed",
        "Message-ID: <a4711@mail.example>",
        "123@mail.example",
        "+999 123 4567 890 is no country's",
        "the reply is at 12 Larch Road",
        "the patient was seen",
        "passport, bank, licence",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ada.fenwick [at] mail [dot] example", "email"),
        ("she lives at 12 Larch Road", "address"),
        ("in this case QQ 12 34 56 C, in order to pay", "ni"),
        ("AGE-SECRET-KEY-1QQPQQPQQPQQPQQPQQPQQPQQPQ was in it", "credential"),
        ("Cards: 378282246310005", "card"),
        ('the password was "bluebell"', "credential"),
        ("Ann Lee, Bo Ray, Cy Fox, Di Orr were told by Ed Poe", "names"),
        ("Fenwick, Ada; Oakes, Rosa; Daly, Oisin", "names"),
    ],
)
def test_other_ways_to_write_it_are_found_too(text: str, kind: str) -> None:
    assert kind in kinds(text)


def test_of_two_that_overlap_the_surer_stands_and_a_table_holds_others() -> None:
    text = "Name\tE-mail\nAda Fenwick\ta@m.example\nRosa Oakes\tr@m.example"

    assert kinds(text) == ["table", "email", "email"]
    assert kinds("password x,ada.f@m.example") == ["email"]
    assert kinds("mongodb://admin:hunter2x@db.internal.example") == ["credential"]


def test_an_excerpt_shows_two_characters_at_most_and_nothing_of_what_is_short_or_secret() -> None:
    assert masked("ni", "QQ 12 34 56 C") == "Q***C"
    assert masked("birth_date", "4/5/81") == "***"
    assert masked("credential", "Harbour2019!") == "***"


HOSTILE = {
    "digits": "1",
    "digits apart": "1 ",
    "sort codes": "11-22-33 ",
    "at signs": "@",
    "addresses": "a@b.c ",
    "names": "Ab Cd, ",
    "names turned": "Ab, Cd; ",
    "capitals": "A ",
    "one word": "a",
    "cells": "a\t",
    "rows": "Name\tx\nAb\tCd\n",
    "labels": "nhs utr tfn bsn passport account card medicare 123456789 ",
    "numbers": "NHS 999 123 4567 ",
    "telephones": "07700 900123 ",
    "streets": "1 Aa Road ",
    "secrets": "password ",
    "wide": "\uff11",
    "ligatures": "\ufdfa",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_time_grows_with_the_text_and_no_faster_whatever_is_in_it(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit.encode()))
        start = perf_counter()
        scan.__wrapped__(text)
        return perf_counter() - start

    seconds(1024)  # what is loaded once
    small, large = seconds(PROSE_BYTES // 128), seconds(PROSE_BYTES // 16)

    assert large < small * 8 * 4 + 0.25


@given(st.text(max_size=200) | st.text("0123456789 -+()@.,;:|\t\nAbGB\u200d\u0661", max_size=80))
def test_no_text_makes_the_scan_raise_and_every_hit_stands_on_text(text: str) -> None:
    hits = scan(text)

    assert all(0 <= hit.start < hit.end <= len(text) for hit in hits)
    assert all(hit.name for hit in hits)
    assert [hit.start for hit in hits] == sorted(hit.start for hit in hits)
