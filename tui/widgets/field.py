"""One question of a form on one row: its label, a control of its kind, an error line under it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.widgets import Static

from models.answer import BLANK, Answer, State
from models.errors import CaseError
from models.form import Question, answer_text, typed_answer
from tui.shown import one_line, shown
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry
from tui.widgets.peek import Peek
from tui.widgets.ticks import Tick, Ticks

Control = Entry | Choice | Peek | Ticks

_LONG = ("long_text", "organisations", "measures")
SYNTAX = {
    "moment": "2019-12-18T16:42[Europe/London]; date or time may be left out",
    "count": "121,109 | of these: 48,740",
    "contact": "name; email; phone",
    "organisations": "one a line: Police @2019-12-20, or @planned",
    "measures": "one a line: Train staff @2020-03-01, @done:2020-02-01",
}
KEYS = {
    "choice": "space or a digit takes an option, enter lists them",
    "choices": "space ticks",
    "long_text": "enter opens the text",
    "organisations": "enter opens the list",
    "measures": "enter opens the list",
    "tick": "space ticks",
}
STATE_WORDS: dict[State, str] = {
    "not_yet_known": "not yet known",
    "not_applicable": "not applicable",
    "redacted": "redacted",
    "not_asked": "not asked",
}


class Field(Container):
    """Text in, Answer out. Knows the question's kind, never the question.

    `take` gives the changed answer once, for a screen that saves it; text that cannot be read stays
    in the control with the reason under it. `typed` is called at once with every key that changes
    the text.
    """

    DEFAULT_CSS = """
    Field { layout: grid; grid-size: 2; grid-columns: 1fr 1fr; grid-rows: auto; height: auto; }
    Field > .label { height: 1; padding-right: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Field > .error { column-span: 2; height: auto; color: $error; display: none; }
    Field.-unread > .error { display: block; }
    Field.-rows { grid-size: 1; }
    Field.-rows > .error { column-span: 1; }
    """

    @dataclass
    class Entered(Message):
        """The cursor came to the field."""

        field: Field

    @dataclass
    class Left(Message):
        """The cursor left the field."""

        field: Field

    def __init__(
        self,
        question: Question,
        answer: Answer,
        *,
        zone: str | None,
        editable: bool = True,
        contested: bool = False,
    ) -> None:
        # tick rows get the whole width under their label: the form's options are long
        super().__init__(classes="field -rows" if question.kind == "choices" else "field")
        self.question = question
        self.answer = answer
        self.editable = editable
        self._zone = zone
        self._contested = contested
        self._error = ""
        self.asked = control_for(question) if editable else Peek()
        self._loaded = ""
        self.typed: Callable[[Field], object] | None = None
        self._load(answer)

    def compose(self) -> ComposeResult:
        mark = "CONFLICT " if self._contested else ""
        label = one_line(f"{self.question.number} {mark}{self.question.label}")
        yield Static(shown(label), classes="label")
        self.asked.add_class("control")
        yield self.asked
        yield Static("", classes="error")

    @property
    def unread(self) -> bool:
        """Whether the typed text could not be read as an answer."""
        return self.has_class("-unread")

    @property
    def changed(self) -> bool:
        """Whether the text is another than the one at rest."""
        return self.asked.text != self._loaded

    @property
    def hint(self) -> str:
        """The whole question, its help, and what its keys do."""
        keys = KEYS.get(self.question.kind, "") if self.editable else "enter shows it whole"
        return _joined(self.question.label, self.advice, keys)

    @property
    def advice(self) -> str:
        """The question's help, and how an answer is written."""
        return _joined(self.question.help, SYNTAX.get(self.question.kind, ""))

    def take(self) -> Answer | None:
        """Return the answer where the text changed since it was last taken, else None.

        Text that cannot be read returns None too, and sets `unread`.
        """
        text = self.asked.text
        if not self.editable or text == self._loaded:
            self._say("")
            return None
        try:
            answer = typed_answer(self.question, text, self._zone)
        except CaseError as error:
            self._say(f"not saved: {error.message}" + (f" ({error.hint})" if error.hint else ""))
            return None
        self.set(_with_note(answer, self.answer))
        return self.answer

    def give_back(self, reason: str) -> None:
        """Take note that the answer could not be saved: it counts as changed again."""
        self._loaded = f"\0{self.asked.text}"
        self._say(f"not saved: {reason}")

    def set(self, answer: Answer) -> None:
        """Show another answer as the one at rest."""
        self.answer = answer
        self._load(answer)
        self._say("")

    def recover(self, text: str) -> None:
        """Put in a text that was typed and not saved: it counts as typed now."""
        self.asked.text = text
        self._typed()

    def focus_control(self) -> None:
        """Put the cursor into the field."""
        # without Textual's own scrolling, which does not know a field that was just mounted
        self.asked.focus(scroll_visible=False)

    def on_descendant_focus(self) -> None:
        """Tell the screen which question is looked at, and bring its label into the window too."""
        self.post_message(self.Entered(self))
        self.call_after_refresh(self._into_view)

    def on_descendant_blur(self) -> None:
        """Tell the screen that the field is to be saved."""
        self.post_message(self.Left(self))

    @on(Entry.Submitted)
    def _submitted(self, event: Entry.Submitted) -> None:
        event.stop()
        self.screen.focus_next()

    def _into_view(self) -> None:
        self.scroll_visible(animate=False)
        if isinstance(self.asked, Ticks):
            self.asked.show_cursor()

    def _typed(self) -> None:
        if self.typed is not None:
            self.typed(self)

    def _load(self, answer: Answer) -> None:
        self.asked.typed = None
        self.asked.word = STATE_WORDS.get(answer.state, "")
        self.asked.text = control_text(self.question, answer, editable=self.editable)
        self._loaded = self.asked.text
        self.asked.typed = self._typed

    def _say(self, error: str) -> None:
        if error == self._error:
            return  # a new layout draws the whole form again
        self._error = error
        self.set_class(bool(error), "-unread")
        for line in self.query(".error").results(Static):
            line.update(shown(f"  ! {error}"))


def _joined(*parts: str) -> str:
    return one_line(" - ".join(part for part in parts if part))


def control_for(question: Question) -> Control:
    """Return the control of the question's kind."""
    match question.kind:
        case "choice":
            return Choice(question.options)
        case "choices":
            return Ticks(question.options)
        case "tick":
            return Tick("yes")
        case kind if kind in _LONG:
            return Peek()
        case kind:
            return Entry(joint=" " if kind in ("text", "moment") else "; ")


def control_text(question: Question, answer: Answer, *, editable: bool = True) -> str:
    """Return the text a control starts with; a state without a value starts empty."""
    if answer.value is None:
        return ""
    if editable and question.kind == "choices" and isinstance(answer.value, tuple):
        return json.dumps(list(answer.value), ensure_ascii=False)
    if editable and question.kind == "tick":
        return "yes" if answer.value is True else ""
    if isinstance(answer.value, str):
        return answer.value
    return answer_text(question, answer)


def state_answers(question: Question) -> tuple[tuple[str, Answer], ...]:
    """Return what F4 offers: words and the answer each one stands for, blank last."""
    offers = [(word, _stateful(question, state)) for state, word in STATE_WORDS.items()]
    return (*offers, ("clear the answer", BLANK))


def _stateful(question: Question, state: State) -> Answer:
    # by way of the typed word: where the form prints an option for it, that becomes the value
    return typed_answer(question, answer_text(question, Answer(state=state)))


def _with_note(answer: Answer, before: Answer) -> Answer:
    if before.note is None or answer.state == "blank":
        return answer
    return Answer.model_validate({**dict(answer), "note": before.note})
