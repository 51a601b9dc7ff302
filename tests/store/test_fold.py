from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.strictjson import JSON, dump
from store.change import Change, DelOp, SetOp, Setting
from store.device import Device
from store.errors import ConflictError, DamagedError
from store.fold import CaseState, fold
from store.record import parse_change
from store.role import CASE as CASE_TABLE
from store.role import LOG as LOG_TABLE
from store.role import allows
from store.roster import Authority
from tests.store.build import WALL, closed, insider, make, opened, save

CASE = "c" * 32
LOG = "d" * 32
DEVICE = Device.generate()
CARD = DEVICE.card("a.officer", ("responder",))
AUTHORITY = Authority(bytes(32), LOG, {CARD.device_id: CARD})


def _change(
    number: int, *ops: JSON, parents: Sequence[str] = (), role: str = "responder"
) -> Change:
    value: JSON = {
        "v": 1,
        "salt": f"{number:032x}",
        "case": CASE,
        "dev": CARD.device_id,
        "seq": number,
        "parents": [*parents],
        "lam": number,
        "wall": WALL,
        "who": "a.officer",
        "role": role,
        "ops": [*ops],
        "why": "",
        "later": {"a field": ["of another version"]},
    }
    return parse_change(bytes(64) + dump(value))


def _set(value: JSON, *over: str, field: str = "case/title") -> dict[str, JSON]:
    return {"o": "set", "f": field, "v": value, "over": [*over]}


def _state(*changes: Change) -> CaseState:
    return fold(CASE, changes, AUTHORITY)


def test_two_values_of_one_field_are_a_conflict_until_one_is_chosen() -> None:
    first = _change(1, _set("base"))
    mine = _change(2, _set("mine", f"{first.id}:0"), parents=[first.id])
    theirs = _change(3, _set("theirs", f"{first.id}:0"), parents=[first.id])

    state = _state(first, mine, theirs)

    assert state.conflicts == {"case/title"}
    assert [each.value for each in state.fields["case/title"].values] == ["mine", "theirs"]
    assert state.values() == {}
    assert set(state.heads) == {mine.id, theirs.id}
    with pytest.raises(ConflictError):
        state.fields["case/title"].one()
    both = state.fields["case/title"].op_ids
    chosen = _change(4, _set("theirs", *both), parents=[mine.id, theirs.id])
    assert _state(first, mine, theirs, chosen).values() == {"case/title": "theirs"}


def test_equal_values_collapse_whatever_the_order_of_their_keys() -> None:
    one, two = _change(1, _set({"a": 1, "b": [2]})), _change(2, _set({"b": [2], "a": 1}))

    register = _state(one, two).fields["case/title"]

    assert not register.in_conflict
    assert len(register.op_ids) == 2


def test_true_and_one_are_different_values() -> None:
    assert _state(_change(1, _set(value=True)), _change(2, _set(1))).conflicts == {"case/title"}


def test_a_deletion_takes_a_value_away() -> None:
    first = _change(1, _set("base"))
    gone = _change(2, {"o": "del", "f": "case/title", "over": [f"{first.id}:0"]})

    state = _state(first, gone)

    assert state.values() == {}
    assert state.fields["case/title"].one() is None
    assert state.conflicts == frozenset()


def test_a_deletion_beside_an_edit_is_a_conflict() -> None:
    first = _change(1, _set("base"))
    gone = _change(2, {"o": "del", "f": "case/title", "over": [f"{first.id}:0"]})
    edit = _change(3, _set("edited", f"{first.id}:0"))

    assert _state(first, gone, edit).conflicts == {"case/title"}


@pytest.mark.parametrize("role", ["case_officer", "reader", "admin", "recovery", "nobody"])
def test_an_op_in_a_role_the_device_lacks_has_no_effect_at_all(role: str) -> None:
    first = _change(1, _set("base"))
    void = _change(2, _set("taken over", f"{first.id}:0"), role=role)

    state = _state(first, void)

    assert state.values() == {"case/title": "base"}
    assert state.void == {f"{void.id}:0"}
    assert void in state.changes


def test_an_op_of_an_unknown_device_has_no_effect() -> None:
    state = fold(CASE, [_change(1, _set("base"))], Authority(bytes(32), LOG, {}))

    assert (dict(state.fields), len(state.changes)) == ({}, 1)


def test_an_op_cannot_remove_the_value_of_another_field() -> None:
    first = _change(1, _set("base"))
    sly = _change(2, _set("x", f"{first.id}:0", field="case/zone"))

    assert _state(first, sly).values() == {"case/title": "base", "case/zone": "x"}


def test_a_responder_sets_no_reference_and_decides_nothing() -> None:
    ops: list[JSON] = [
        _set("IC-1", field="case/reference"),
        {"o": "add", "f": "decision/d1", "v": {}},
    ]

    assert _state(_change(1, *ops)).values() == {}


def test_unknown_ops_and_fields_are_kept_and_have_no_effect() -> None:
    odd: list[JSON] = [
        {"o": "move", "f": "case/title", "v": 1},
        {"o": "set", "f": "case/title"},
        {"o": "set", "f": 7, "v": 1},
        {"o": "del"},
        "text",
        None,
        {"o": "set", "f": "case/title", "v": "kept", "over": "not a list", "newer": 1},
    ]

    change = _change(1, *odd)

    assert [op.op_id for op in change.ops] == [f"{change.id}:6"]
    assert _state(change).values() == {"case/title": "kept"}
    assert b'"move"' in change.raw


def test_a_record_of_a_newer_version_is_kept_without_effect() -> None:
    raw = _change(1, _set("base")).raw.replace(b'"v":1,"salt"', b'"v":2,"salt"')

    change = parse_change(raw)

    assert (change.ops, change.raw) == ((), raw)


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"v":1,"v":1}',
        dump({**json.loads(_change(1).raw[64:]), "case": "../x"}),
        dump({**json.loads(_change(1).raw[64:]), "parents": [1]}),
        dump({**json.loads(_change(1).raw[64:]), "lam": "1"}),
    ],
)
def test_a_record_of_another_shape_is_damaged(record: bytes) -> None:
    with pytest.raises(DamagedError):
        parse_change(bytes(64) + record)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_as_a_record_raise_only_our_errors(raw: bytes) -> None:
    with pytest.raises(DamagedError):
        parse_change(raw)


_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab", max_size=2),
    lambda each: st.lists(each, max_size=2) | st.dictionaries(st.sampled_from("ab"), each),
    max_leaves=4,
)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_the_order_in_which_changes_arrive_does_not_matter(data: st.DataObject) -> None:
    changes: list[Change] = []
    for number in range(1, data.draw(st.integers(1, 8)) + 1):
        seen = (
            data.draw(st.lists(st.sampled_from(changes), unique_by=lambda each: each.id))
            if changes
            else []
        )
        field = data.draw(st.sampled_from(["case/title", "case/zone", "report/r/q"]))
        over = [op.op_id for each in seen for op in each.ops if op.field == field]
        op = _set(data.draw(_values), *over, field=field)
        changes.append(_change(number, op, parents=[each.id for each in seen]))
    shuffled = data.draw(st.permutations(changes))

    assert _state(*shuffled).digest() == _state(*changes).digest()


def test_every_row_of_the_role_table_is_the_documented_one() -> None:
    """docs/format-vault.md is the law; this reads it."""
    page = (Path(__file__).parents[2] / "docs" / "format-vault.md").read_text()
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| ")]
    head = next(row for row in rows if row[0].strip() == "field" and row[-1].strip() == "reader")
    roles = [cell.strip() for cell in head[2:]]
    in_log, told = True, {"key/"}
    for row in rows[rows.index(head) + 1 :]:
        if len(row) != len(head):
            break
        names = [name for name in row[0].split() if "/" in name and not name.startswith("case/ref")]
        names = ["case/reference"] if row[0].strip() == "case/reference" else names
        if names and names[0].startswith("case/"):
            in_log = False
        told.update(names)
        for name in names:
            for kind in ("set", "add", "del", "blob"):
                for role, cell in zip(roles, row[2:], strict=True):
                    allowed = kind in row[1].replace(",", " ").split() and cell.strip() == "yes"
                    field = name if name == "case/reference" else f"{name}x"
                    log = role in {"admin", "recovery"} if name == "key/" else in_log
                    assert allows(role, kind, field, in_log=log) == allowed, (name, kind, role)
    assert told == {name for name, *_ in (*LOG_TABLE, *CASE_TABLE)}


def test_two_forms_opened_on_one_state_and_saved_differently_stay_in_conflict(
    tmp_path: Path,
) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = vault.new_case_id()
        save(vault, case_id, "base")
        shown = vault.state(case_id)
        for title in ("mine", "theirs"):
            vault.commit(case_id, [SetOp("case/title", title)], shown=shown, wall=WALL)
        assert vault.rows()[0].conflicts == 1

    with opened(tmp_path / "vault") as vault:
        state = vault.state(case_id)
        assert state.conflicts == {"case/title"}
        assert vault.case(case_id).conflicts == {"case/title"}
        vault.commit(case_id, [DelOp("case/title")], shown=state, wall=WALL)
        assert vault.state(case_id).conflicts == frozenset()
        vault.commit(case_id, [SetOp("case/title", "new")], shown=vault.state(case_id), wall=WALL)
        assert vault.state(case_id).values() == {"case/title": "new"}


def test_an_op_smuggled_in_with_a_foreign_role_is_shown_and_void(tmp_path: Path) -> None:
    path = closed(tmp_path / "vault", "base")
    inside = insider(path)
    with opened(path, writable=False) as vault:
        state = vault.state(vault.rows()[0].id)
    setting = Setting(state.case_id, state.heads, 2, WALL)
    ops = [_set("IC-1", field="case/reference")]
    changes = [
        inside.change(setting, ops, role="case_officer"),
        inside.change(setting, [_set("x", *state.fields["case/title"].op_ids)], role="reader"),
    ]
    inside.append(*((each, each.raw) for each in changes), case_id=state.case_id)

    with opened(path) as vault:
        after = vault.state(state.case_id)

    assert after.values() == state.values()
    assert after.void == {f"{each.id}:0" for each in changes}
    assert len(after.changes) == 3
