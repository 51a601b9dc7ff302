"""One section of a form: its fields under each other, the only ones mounted."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget

from models.answer import Answer
from tui.actions import bindings
from tui.widgets.caption import Caption
from tui.widgets.field import Field


class SectionForm(VerticalScroll, can_focus=False):
    """Up and down go from field to field; showing another section replaces every field."""

    DEFAULT_CSS = "SectionForm { height: 1fr; scrollbar-size-vertical: 1; overflow-x: hidden; }"
    BINDINGS = bindings("form")

    def fields(self) -> tuple[Field, ...]:
        """Return the fields in form order."""
        return tuple(self.query_children(Field))

    def field(self, question: str) -> Field | None:
        """Return the field of a question id, if it is in this section."""
        return next((field for field in self.fields() if field.question.id == question), None)

    async def show(self, fields: Iterable[Field], *, focus: str | None = None) -> None:
        """Replace the section; the cursor goes to question `focus`, or to the first field."""
        with self.app.batch_update():
            await self.remove_children()
            await self.mount_all(fields)
        shown_fields = self.fields()
        if shown_fields and focus is not None:
            (self.field(focus) or shown_fields[0]).focus_control()
        if focus is None:
            self.scroll_home(animate=False)

    def take(self) -> dict[str, Answer]:
        """Return every changed answer by question id; fields that cannot be read are left out."""
        taken = {field.question.id: field.take() for field in self.fields()}
        return {question: answer for question, answer in taken.items() if answer is not None}

    def unread(self) -> Field | None:
        """Return the first field whose text cannot be read."""
        return next((field for field in self.fields() if field.unread), None)

    def action_focus_up(self) -> None:
        self.screen.focus_previous(".field *")

    def action_focus_down(self) -> None:
        self.screen.focus_next(".field *")


class Stack(Vertical):
    """The fields of a dialog, each under its caption: up and down go from one to the next."""

    BINDINGS = bindings("form")

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Mark the caption over the cursor."""
        self._mark(event.widget, here=True)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Take the mark away."""
        self._mark(event.widget, here=False)

    def _mark(self, control: Widget, *, here: bool) -> None:
        above = self.children[: self.children.index(control)]
        caption = next((each for each in reversed(above) if isinstance(each, Caption)), None)
        if caption is not None:
            caption.mark(here=here)
            if here:
                self.call_after_refresh(self._into_view, caption, control)

    def _into_view(self, caption: Widget, control: Widget) -> None:
        both = caption.virtual_region.union(control.virtual_region)
        self.scroll_to_region(both, animate=False, force=True)

    def action_focus_up(self) -> None:
        self.screen.focus_previous("Stack *")

    def action_focus_down(self) -> None:
        self.screen.focus_next("Stack *")
