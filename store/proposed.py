"""A proposal for a long text that two people edited at once: what both did, put together.

Never taken by a machine. Source: docs/format-vault.md, "Answers".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.pack import Question
from models.proposal import propose
from models.strictjson import JSON
from store.change import Op
from store.fold import CaseState, Register


@dataclass(frozen=True, slots=True)
class Proposal:
    """The answer that puts two together, and how; `why_not` says why there is none, else empty.

    `lines` are the sentences in order, each with its mark as in models.proposal: `by 1` is the
    first value of the conflict.
    """

    value: JSON = None
    text: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    why_not: str = ""

    def as_json(self) -> dict[str, JSON]:
        """Return it for scripts."""
        lines: list[JSON] = [{"mark": mark, "text": text} for mark, text in self.lines]
        return {
            "value": self.value,
            "text": self.text or None,
            "lines": lines,
            "why_not": self.why_not or None,
        }


def proposal_of(state: CaseState, field: str, question: Question | None) -> Proposal | None:
    """Return the proposal for a field in conflict; None where it is no long text of two values."""
    register = state.fields[field]
    if question is None or question.kind != "long_text":
        return None
    match [_answer(each.value) for each in register.values]:
        case [dict(one), dict(other)]:
            base = _ancestor(state, field, register)
        case _:
            return Proposal(why_not="no proposal: it takes two answers in words")
    if base is None:
        return Proposal(why_not="no proposal: the answers have no text in common to start from")
    merged = propose(str(base["value"]), str(one["value"]), str(other["value"]))
    if merged is None:
        return Proposal(why_not="no proposal: both changed the same sentences or neighbouring ones")
    value = dict(one, value=merged.text)
    for name in ("note", "source"):
        told = {one.get(name), other.get(name)} - {base.get(name)}
        if len(told) > 1:
            return Proposal(why_not=f"no proposal: both changed the {name}")
        value[name] = next(iter(told), base.get(name))
    value = {name: each for name, each in value.items() if each is not None}
    return Proposal(value, merged.text, merged.lines)


def _answer(value: JSON) -> dict[str, JSON] | None:
    """Return an answer with a text, None for another one."""
    if not isinstance(value, dict) or value.get("state") != "answered":
        return None
    texts = (value.get("value", 0), value.get("note", ""), value.get("source", ""))
    return value if all(isinstance(each, str) for each in texts) else None


def _ancestor(state: CaseState, field: str, register: Register) -> dict[str, JSON] | None:
    """Return the latest answer that both values were written over, at whatever remove."""
    ops = {
        op.op_id: op
        for change in state.changes
        for op in change.ops
        if op.field == field and op.op_id not in state.void
    }
    shared = set(ops)
    for each in register.values:
        shared &= _over(ops, each.op_id)
    return next((_answer(ops[each].value) for each in reversed(ops) if each in shared), None)


def _over(ops: Mapping[str, Op], op_id: str) -> set[str]:
    """Return the ops that one replaced, and those that they did."""
    found: set[str] = set()
    ahead = [op_id]
    while ahead:
        for each in ops[ahead.pop()].over:
            if each in ops and each not in found:
                found.add(each)
                ahead.append(each)
    return found
