"""A dialog of several fields: how each kind of them is gone through and filled in."""

from __future__ import annotations

from functools import partial

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from models.moment import Moment
from tui.screens.dialogs import MenuScreen
from tui.screens.editor import EditorScreen
from tui.screens.pick import PickScreen
from tui.screens.slip import Answer, SlipScreen
from tui.shown import one_line, shown
from tui.widgets.bag import Bag
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry
from tui.widgets.form import Stack
from tui.widgets.keyline import KeyLine
from tui.widgets.peek import Peek
from tui.widgets.points import Points

_POINT = "esc keeps it; an empty one is taken away"


class FieldsScreen(SlipScreen[Answer]):
    """Enter goes on from a typed row, and opens what is picked or written elsewhere.

    `LISTED`: something to be read stands above or below the fields.
    """

    AUTO_FOCUS = ""
    LISTED = False
    VERTICAL_BREAKPOINTS = [(0, "-low"), (16, "-high")]

    @property
    def heading(self) -> str:
        """What stands over the fields."""
        raise NotImplementedError

    def fields(self) -> ComposeResult:
        """Yield the fields, each under its caption."""
        raise NotImplementedError

    def above(self) -> ComposeResult:
        """Yield what is to be read before the fields."""
        yield from ()

    def below(self) -> ComposeResult:
        """Yield what is to be read after the fields."""
        yield from ()

    def compose(self) -> ComposeResult:
        with Vertical(classes=f"box -tall{' -listed' if self.LISTED else ''}"):
            yield Static(shown(one_line(self.heading)), classes="title -one")
            yield from self.above()
            with Stack():
                yield from self.fields()
            yield from self.below()
            yield Static("", id="said")
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """Start with the first field."""
        first = self.query_one(Stack).query("Entry, Choice, Peek, Points, Bag").first()
        first.focus(scroll_visible=False)  # stock would scroll its caption out of the window

    def typed_text(self, name: str) -> str:
        """Return what stands in a field, blanks at its ends cut off."""
        control = self.query_one(f"#{name}")
        return control.text.strip() if isinstance(control, Entry | Peek | Choice) else ""

    def typed_moment(self, name: str) -> Moment | None:
        """Return the time typed into a field, None for an empty one; MomentError."""
        text = self.typed_text(name)
        return Moment.parse(text) if text else None

    @on(Entry.Submitted)
    def _submitted(self) -> None:
        self.focus_next()

    @on(Choice.Asked)
    @work
    async def _choice_asked(self, event: Choice.Asked) -> None:
        choice = event.choice
        menu = MenuScreen("Pick one", choice.options, at=choice.index)
        picked = await self.app.push_screen_wait(menu)
        if picked is not None:
            choice.index = picked

    @on(Bag.Asked)
    @work
    async def _bag_asked(self, event: Bag.Asked) -> None:
        bag = event.bag
        pick = PickScreen("What goes along: space ticks", bag.options, bag.picked)
        picked = await self.app.push_screen_wait(pick)
        if picked is not None:
            bag.pick(picked)

    @on(Peek.Asked)
    @work
    async def _text_asked(self, event: Peek.Asked) -> None:
        peek = event.peek
        title, _, hint = peek.about.partition("\n")
        editor = EditorScreen(title, hint, peek.text, peek.put)
        editor.typed = partial(self.keep, str(peek.id))
        peek.put(await self.app.push_screen_wait(editor))

    @on(Points.Asked)
    @work
    async def _point_asked(self, event: Points.Asked) -> None:
        points, at = event.points, event.at
        write = partial(points.write, at)
        before = points.texts[at] if at < len(points.texts) else ""
        editor = EditorScreen(f"{points.title} {at + 1}", _POINT, before, write)
        editor.typed = write  # so that the list, and its draft, has every key
        write(await self.app.push_screen_wait(editor))
        points.tidy()
