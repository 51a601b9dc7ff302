"""One question of a form: its label, a control of its kind, an error line under it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.widgets import Static

from models.answer import Answer
from models.errors import CaseError
from models.form import Question, typed_answer
from models.prefill import is_taken_over
from tui.actions import acts, bindings
from tui.shown import one_line, shown
from tui.widgets.caption import Caption
from tui.widgets.control import KEYS, SYNTAX, control_for, control_text, control_word
from tui.widgets.entry import Entry
from tui.widgets.peek import Peek
from tui.widgets.ticks import Ticks
from tui.widgets.zone import with_zone

# with the whole width under their label: the form's options are long, and so is a moment
_ROWS = {"choices": "field -rows", "moment": "field -rows -moment"}
_TIMED = ("moment", "organisations", "measures")
UNREAD = "this answer cannot be read and is not saved: correct it, or clear it with F4"


class Field(Container):
    """Text in, Answer out. Knows the question's kind, never the question.

    `take` gives the changed answer once, for a screen that saves it; text that cannot be read stays
    in the control with the reason under it. `typed` is called at once with every key that changes
    the text. A moment that states no time zone is offered `zone`.
    """

    BINDINGS = bindings("field")

    DEFAULT_CSS = """
    Field { layout: grid; grid-size: 2; grid-columns: 1fr 1fr; grid-rows: auto; height: auto; }
    Field > .label { height: 1; padding-right: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    Field > .error { column-span: 2; height: auto; color: $error; display: none; }
    Field.-unread > .error { display: block; }
    Field.-rows { grid-size: 1; }
    Field.-rows > .error { column-span: 1; }
    Field.-moment > .control, Field.-rows > Peek { margin-left: 2; }
    """

    @dataclass
    class Entered(Message):
        """The cursor came to the field."""

        field: Field

    @dataclass
    class Hinted(Message):
        """What the field has to say changed while it is typed in."""

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
        super().__init__(classes=_ROWS.get(question.kind, "field"))
        self.question = question
        self.answer = answer
        self.editable = editable
        self._zone = zone
        self._contested = contested
        self._error = ""
        self._offered = False
        mark = "CONFLICT " if contested else ""
        self._caption = Caption(f"{question.number} {mark}{question.label}", classes="label")
        self._said: Static | None = None
        self.asked = control_for(question) if editable else Peek()
        self._loaded = ""
        self.typed: Callable[[Field], object] | None = None
        self._load(answer)

    def compose(self) -> ComposeResult:
        self.asked.add_class("control")
        yield self._caption
        yield self.asked

    @property
    def unread(self) -> bool:
        """Whether the typed text could not be read as an answer."""
        return self.has_class("-unread")

    def differs(self, text: str) -> bool:
        """Whether a text is another than the one at rest."""
        return text != self._loaded

    @property
    def hint(self) -> str:
        """What is offered, the question where its label is cut, its help, what its keys do."""
        keys = KEYS.get(self.question.kind, "") if self.editable else "enter shows it whole"
        contested = "in conflict: F3 shows the answers" if self._contested else ""
        label = "" if self._caption.whole else self.question.label
        taken = f"{self.answer.source}: F4 confirms" if is_taken_over(self.answer) else ""
        return _joined(contested, taken, self.offer, label, self.advice, keys)

    @property
    def offer(self) -> str:
        """What to press for the time zone of the case, where a moment is typed without any."""
        if self._zoned() is None:
            return ""
        return f"no time zone: {acts('field')[0].shown_keys} adds {self._zone}"

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
            answer = typed_answer(self.question, text)
        except CaseError as error:
            self._say(f"not saved: {error.message}" + (f" ({error.hint})" if error.hint else ""))
            return None
        self.set(_with_note(answer, self.answer))
        return self.answer

    def state(self, answer: Answer) -> None:
        """Show an answer picked instead of typed; what was noted with the one before stays."""
        self.set(_with_note(answer, self.answer))

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
        self._tell_typed()

    def focus_control(self) -> None:
        """Put the cursor into the field."""
        self.asked.focus()

    def on_descendant_focus(self) -> None:
        """Tell the screen which question is looked at, and bring its label into the window too."""
        self._caption.mark(here=True)
        if self.region:
            self._arrive()
        else:  # mounted a moment ago: nobody knows yet where it is, and what of it is cut
            self.call_after_refresh(self._arrive)

    def on_descendant_blur(self) -> None:
        """Tell the screen that the field is to be saved."""
        self._caption.mark(here=False)
        self.post_message(self.Left(self))

    @on(Entry.Submitted)
    def _submitted(self, event: Entry.Submitted) -> None:
        event.stop()
        self.screen.focus_next()

    def action_add_zone(self) -> None:
        answer = self._zoned()
        if answer is not None:
            self.asked.text = control_text(self.question, answer)

    def _zoned(self) -> Answer | None:
        """Return what is typed with the time zone it lacks, None where it lacks none."""
        if not self.editable or self._zone is None or self.question.kind not in _TIMED:
            return None
        try:
            return with_zone(typed_answer(self.question, self.asked.text), self._zone)
        except CaseError:
            return None

    def _arrive(self) -> None:
        self.post_message(self.Entered(self))
        # into the middle: then the next ones need no scrolling, which draws the whole form again
        if not self.screen.can_view_entire(self):
            self.screen.scroll_to_widget(self, animate=False, center=True, immediate=True)
        if isinstance(self.asked, Ticks):
            self.asked.show_cursor()

    def _tell_typed(self) -> None:
        offered = self._zoned() is not None
        if offered != self._offered:
            self._offered = offered
            self.post_message(self.Hinted(self))
        if self.typed is not None:
            self.typed(self)

    def _load(self, answer: Answer) -> None:
        self.asked.typed = None
        self.asked.word = control_word(answer)
        self.asked.text = control_text(self.question, answer, editable=self.editable)
        self._loaded = self.asked.text
        self.asked.typed = self._tell_typed

    def _say(self, error: str) -> None:
        if error == self._error:
            return  # a new layout draws the whole form again
        self._error = error
        self.set_class(bool(error), "-unread")
        if self._said is None:
            self._said = Static(classes="error")
            self.mount(self._said)
        self._said.update(shown(f"  ! {error}"))


def _joined(*parts: str) -> str:
    return one_line(" - ".join(part for part in parts if part))


def _with_note(answer: Answer, before: Answer) -> Answer:
    if before.note is None or answer.state == "blank":
        return answer
    return Answer.model_validate({**dict(answer), "note": before.note})
