from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import CaseError, MissingError
from tui.outfile import ExistsError, lent, save, target


def test_a_folder_takes_the_file_under_its_own_name(tmp_path: Path) -> None:
    assert target(f" {tmp_path} ", "a.age") == tmp_path / "a.age"


def test_anything_else_is_the_file_itself(tmp_path: Path) -> None:
    assert target(str(tmp_path / "b.age"), "a.age") == tmp_path / "b.age"


def test_no_name_is_the_folder_one_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert target("", "a.age") == Path("a.age")


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    save(tmp_path / "a.age", b"1")

    with pytest.raises(ExistsError, match="already"):
        target(str(tmp_path), "a.age")


def test_a_link_to_nowhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.age").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(ExistsError, match="already"):
        target(str(tmp_path / "a.age"), "x")


@pytest.mark.parametrize("typed", ["nowhere/a.age", "~nobody-of-that-name/a.age", "x" * 300])
def test_a_place_that_is_not_there_is_refused_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(CaseError):
        target(typed, "a.age")


def test_a_file_comes_in_whole(tmp_path: Path) -> None:
    save(tmp_path / "a.age", b"bytes")

    with lent(f"{tmp_path}/a.age", 5) as file:
        assert file.read() == b"bytes"


@pytest.mark.parametrize("name", ["none.age", "~nobody-of-that-name/none.age"])
def test_a_file_that_is_not_there_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(MissingError), lent(name, 5):
        pass


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    save(tmp_path / "a.age", b"123456")

    with pytest.raises(CaseError), lent(f"{tmp_path}/a.age", 5):
        pass
