"""One item of an assessment: a field whose answer has a reason, and which may be not considered."""

from __future__ import annotations

from models.answer import Answer, State
from models.form import Question
from tui.shown import one_line
from tui.widgets.control import state_answers
from tui.widgets.field import Field

_WORDS: dict[State, str] = {"not_asked": "not considered"}


class Item(Field):
    """A field of the assessment; its hint begins with the reason of its answer."""

    @property
    def hint(self) -> str:
        """The reason where there is one, then what a field says of itself."""
        why = f"why: {self.answer.note} - " if self.answer.note else ""
        return one_line(why + super().hint)

    def _load(self, answer: Answer) -> None:
        super()._load(answer)
        word = _WORDS.get(answer.state)
        if word:
            self.asked.word = word


def item_states(question: Question, answer: Answer) -> tuple[tuple[str, Answer], ...]:
    """Return what F4 offers: words and the answer each one stands for, blank last."""
    return tuple(
        (_WORDS.get(offer.state, word), offer)
        for word, offer in state_answers(question, answer)
        if offer.state != "redacted"
    )
