"""How a case is counted: in the words of the vocabulary, said by a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.errors import UsageError
from store.casework import new_case
from store.classing import class_case
from tests.store.build import WALL, make


def test_words_are_shortened_corrected_and_taken_away_one_by_one(tmp_path: Path) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Lost laptop", wall=WALL)
        class_case(vault, case_id, {"type": "phish", "sector": "HEALTH"}, wall=WALL)
        assert vault.state(case_id).value("case/class") == {"type": "Phishing", "sector": "Health"}

        class_case(vault, case_id, {"type": "", "decision": "No Further"}, wall=WALL)

        assert vault.state(case_id).value("case/class") == {
            "type": "",
            "sector": "Health",
            "decision": "No Further Action",
        }


@pytest.mark.parametrize(
    ("word", "message"), [("Gremlins", "no type of that name"), ("Loss", "2 of the type words")]
)
def test_a_word_that_is_none_or_several_is_refused(tmp_path: Path, word: str, message: str) -> None:
    with make(tmp_path / "vault")[0] as vault:
        case_id = new_case(vault, "Lost laptop", wall=WALL)

        with pytest.raises(UsageError, match=message) as caught:
            class_case(vault, case_id, {"type": word}, wall=WALL)

        assert caught.value.hint
        assert vault.state(case_id).value("case/class") is None
