from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from models.errors import UsageError
from models.personal.finding import findings
from store.casework import new_case
from store.confirmation import confirm
from tests.store.build import LATER, WALL, make, opened

TOLD = "Her NI number is QQ 12 34 56 C, her mobile 07700 900123."


def test_what_is_confirmed_is_one_change_with_who_and_why_and_is_not_asked_again(
    tmp_path: Path,
) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)
        found = findings([("what_happened", TOLD)])

        confirm(vault, case_id, found, " an invented person ", wall=LATER)

        change = vault.state(case_id).changes[-1]
        assert len(change.ops) == 2
        assert (change.who, change.why) == ("a.officer", "an invented person")
    with opened(tmp_path / "vault") as vault:
        confirmed = vault.case(case_id).confirmed
        assert findings([("what_happened", TOLD)], confirmed) == ()
        assert findings([("how_found", TOLD)], confirmed) == tuple(
            each._replace(place="how_found") for each in found
        )


def test_a_second_confirmation_uses_the_key_of_the_first(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)
        first, second = findings([("what_happened", TOLD)])
        confirm(vault, case_id, [first, first], "invented", wall=WALL)
        before = len(vault.state(case_id).changes)

        confirm(vault, case_id, [second], "invented", wall=WALL)

        assert len(vault.state(case_id).changes) == before + 1
        assert len(vault.case(case_id).confirmed.keys) == 1
        assert findings([("what_happened", TOLD)], vault.case(case_id).confirmed) == ()


def test_no_record_has_key_and_mark_in_one_and_none_has_the_number_or_its_hash(
    tmp_path: Path,
) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)
        found = findings([("what_happened", TOLD)])

        confirm(vault, case_id, found, "invented", wall=WALL)

        keyed, marked = vault.state(case_id).changes[-2:]
        ((key, *_),) = [each.value.values() for each in keyed.ops if isinstance(each.value, dict)]
        said = str([each.value for each in marked.ops])
        assert str(key) not in said
        for each in found:
            assert each.found not in said
            assert sha256(each.found.encode()).hexdigest() not in said


def test_without_a_reason_or_a_finding_nothing_is_recorded(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "one", wall=WALL)
        before = vault.state(case_id).heads

        with pytest.raises(UsageError, match="reason"):
            confirm(vault, case_id, findings([("what_happened", TOLD)]), " ", wall=WALL)
        confirm(vault, case_id, (), "invented", wall=WALL)

        assert vault.state(case_id).heads == before
