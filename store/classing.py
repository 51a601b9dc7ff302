"""How a case is counted in the statistics: said by a person, in the words of the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping

from models.errors import UsageError
from models.strictjson import JSON
from models.vocabulary import FIELDS
from store.change import SetOp
from store.vault import Vault


def class_case(vault: Vault, case_id: str, words: Mapping[str, str], *, wall: str) -> None:
    """Record type, sector or decision of a case; what is not among `words` stays as it is.

    A word may be shortened as long as only one begins so, in any case of letters; empty takes it
    away. Raises UsageError for a word that is not of the vocabulary.
    """
    shown = vault.state(case_id)
    before = shown.value("case/class")
    value: dict[str, JSON] = dict(before) if isinstance(before, dict) else {}
    for name, word in words.items():
        value[name] = _word(name, word) if word else ""
    vault.commit(case_id, [SetOp("case/class", value)], shown=shown, wall=wall)


def _word(name: str, text: str) -> str:
    begun = [word for word in FIELDS[name] if word.casefold().startswith(text.casefold())]
    exact = [word for word in begun if word.casefold() == text.casefold()]
    match exact or begun:
        case [word]:
            return word
        case []:
            raise UsageError(f"no {name} of that name", hint=f"one of: {'; '.join(FIELDS[name])}")
        case several:
            raise UsageError(
                f"{len(several)} of the {name} words begin so", hint="; ".join(several)
            )
