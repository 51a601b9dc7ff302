from __future__ import annotations

import csv
import json

import pytest

from exports.documents.rows import written

COLUMNS = ("case", "facts")


def test_csv_is_what_a_spreadsheet_reads_whatever_stands_in_a_cell() -> None:
    rows = [("a", 'two\nlines, "quoted"'), ("b", "عربي \U0001f468")]

    data = b"".join(written(COLUMNS, rows, "csv")).decode()

    assert [tuple(row) for row in csv.reader(data.splitlines(keepends=True))] == [COLUMNS, *rows]


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_an_outsider_wrote_is_no_formula(cell: str) -> None:
    (_, row) = csv.reader(b"".join(written(COLUMNS, [("a", cell)], "csv")).decode().splitlines())

    assert row[1].startswith("'")


def test_json_lines_have_the_cells_as_they_are() -> None:
    data = b"".join(written(COLUMNS, [("a", "=1+1"), ("b", "é\u2028")], "jsonl"))

    assert [json.loads(line) for line in data.split(b"\n") if line] == [
        {"case": "a", "facts": "=1+1"},
        {"case": "b", "facts": "é\u2028"},
    ]
