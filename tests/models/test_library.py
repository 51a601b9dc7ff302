from __future__ import annotations

from collections.abc import Iterator

import pytest

from models import own
from models.errors import MissingError
from models.library import load_pack, origin, pack_ids, refused, shipped_ids
from models.report import report_from_json
from tests.build import form_toml


@pytest.fixture(autouse=True)
def _put_back() -> Iterator[None]:
    before = own.source()
    yield
    own.use(before)


def use(**found: bytes | None) -> list[int]:
    """Have forms come from these files; return a list that grows each time they are read."""
    reads: list[int] = []

    def source() -> list[tuple[str, bytes | None]]:
        reads.append(1)
        return [(f"{name}.toml", raw) for name, raw in found.items()]

    own.use(source)
    return reads


def test_a_form_of_one_s_own_stands_beside_ours() -> None:
    reads = use(mine=form_toml())

    assert set(pack_ids()) == {*shipped_ids(), "sample-1"}
    assert load_pack("sample-1").title == "A sample form"
    assert (origin("sample-1"), origin("ico-2019")) == ("mine.toml", "")
    assert refused() == ()
    report = {"form": "sample-1", "kind": "initial", "number": 0, "answers": {}}
    assert report_from_json(report).pack is load_pack("sample-1")  # type: ignore[arg-type] # JSON is invariant
    assert reads == [1]


def test_a_file_with_the_id_of_another_form_is_refused_by_name_and_changes_nothing() -> None:
    ours = load_pack("ico-2019")
    use(a=form_toml(), b=form_toml("A sample", "Another"), c=form_toml("sample-1", "ico-2019"))

    assert load_pack("ico-2019") is ours
    assert load_pack("sample-1").title == "A sample form"
    assert refused() == (
        ("b.toml", "sample-1 is the id of a.toml too: give one another id"),
        ("c.toml", "ico-2019 comes with breachcase: give yours another id"),
    )


def test_a_broken_file_is_refused_and_the_others_work() -> None:
    use(a=b"\xff", b=None, c=form_toml())

    assert load_pack("sample-1").id == "sample-1"
    assert refused() == (("a.toml", "form is not toml"), ("b.toml", "the file cannot be read"))
    with pytest.raises(MissingError) as caught:
        load_pack("sample-2")
    assert caught.value.hint.endswith("breachcase form ls says which files were refused")


def test_without_a_source_there_are_the_forms_of_this_version() -> None:
    use()

    assert pack_ids() == shipped_ids()
    with pytest.raises(MissingError) as caught:
        load_pack("x")
    assert "form ls" not in caught.value.hint
