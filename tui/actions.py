"""Every action of the app, once: bindings, footer and help are made from this table."""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding, BindingType

_KEY_NAMES = {
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "slash": "/",
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
}


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a key does: where (`scope`), which keys, one footer word, one help sentence.

    `label` empty: in the help only.
    """

    scope: str
    name: str
    keys: tuple[str, ...]
    label: str
    help: str

    @property
    def shown_keys(self) -> str:
        """The keys as a person knows them: `F8`, `[`, `^q`."""
        return " ".join(key_name(key) for key in self.keys)


def key_name(key: str) -> str:
    """Return one key as printed: `f8` is `F8`, `ctrl+q` is `^q`."""
    if key.startswith("ctrl+"):
        return f"^{key[5:]}"
    if key[0] == "f" and key[1:].isdigit():
        return key.upper()
    return _KEY_NAMES.get(key, key)


# No ctrl+h (arrives as backspace), ctrl+m (enter), ctrl+i (tab), ctrl+a and ctrl+b (prefix of
# screen and tmux); ctrl+s and ctrl+q never alone (a serial line may keep them).
ACTIONS: tuple[Act, ...] = (
    Act("welcome", "quit", ("q",), "quit", "leave; nothing is made"),
    Act("cases", "open", ("enter",), "open", "open the case under the cursor"),
    Act("cases", "new", ("n",), "new", "start a case from its title"),
    Act("cases", "send", ("s",), "send", "seal the report of the case to a contact"),
    Act("cases", "receive", ("r",), "receive", "read a bundle, look at it, file it"),
    Act("cases", "inbox", ("i",), "inbox", "what waits for a person, most pressing first"),
    Act("cases", "contacts", ("c",), "contacts", "the offices we exchange with; our own card"),
    Act("cases", "filter", ("slash",), "filter", "show the cases with these words only"),
    Act("cases", "show_all", ("escape",), "", "show every case again"),
    Act("cases", "due", ("d",), "", "what is due for review, to be destroyed, destroyed"),
    Act("cases", "order", ("o",), "order", "order by clock, by last change, by title"),
    Act("cases", "quit", ("q",), "quit", "leave the app"),
    Act("filter", "keep", ("enter", "down"), "go to the list", "go to what is left of the list"),
    Act("filter", "close", ("escape",), "show all", "show every case again"),
    Act("case", "next_problem", ("f8",), "problem", "go to the next thing that is missing"),
    Act("case", "state", ("f4",), "state", "say not known yet, not applicable, redacted; clear"),
    Act("case", "send", ("f5",), "send", "seal the report to a contact"),
    Act("case", "sent", ("f9",), "sent", "record when the report was sent: this stops the clock"),
    Act("case", "previous", ("f6", "left_square_bracket"), "", "go to the section before"),
    Act("case", "next", ("f7", "right_square_bracket"), "next", "go to the next section"),
    Act("case", "save", ("f2", "ctrl+s"), "", "save the field now (leaving it saves it too)"),
    Act("case", "assess", ("ctrl+r",), "", "assess: steps, risk by group, severity, who is told"),
    Act(
        "case",
        "more",
        ("f3",),
        "more",
        "messages, log, history, conflicts, reports, the end of the case",
    ),
    Act("case", "timeline", ("ctrl+g",), "", "where the time went, drawn to scale"),
    Act("case", "close", ("escape",), "back", "save and go back to the cases"),
    Act("case", "help", ("f1",), "help", "explain the field or the problem; show the keys"),
    Act("form", "focus_up", ("up",), "", "go to the field above"),
    Act("form", "focus_down", ("down",), "", "go to the field below"),
    Act("field", "add_zone", ("ctrl+t",), "", "add the case's zone to a time typed without one"),
    Act("choice", "step(1)", ("space", "right"), "", "take the next option"),
    Act("choice", "step(-1)", ("left",), "", "take the option before"),
    Act("choice", "clear", ("backspace", "delete"), "", "take the answer away"),
    Act("choice", "ask", ("enter",), "", "pick from the list of options"),
    Act("ticks", "up", ("up",), "", "go to the option above"),
    Act("ticks", "down", ("down",), "", "go to the option below"),
    Act("ticks", "tick", ("space", "enter"), "", "tick or untick the option"),
    Act("prose", "ask", ("enter", "space"), "", "open the text"),
    Act("list", "up", ("up", "k"), "", "go one row up"),
    Act("list", "down", ("down", "j"), "", "go one row down"),
    Act("list", "page(-1)", ("pageup",), "", "go one page up"),
    Act("list", "page(1)", ("pagedown",), "", "go one page down"),
    Act("list", "first", ("home", "g"), "", "go to the first row"),
    Act("list", "last", ("end", "G"), "", "go to the last row"),
    Act("list", "open", ("enter",), "", "take the row under the cursor"),
    Act("problems", "override", ("o",), "", "let a warning or gap stand, with a reason; or not"),
    Act("points", "add", ("n",), "", "add one"),
    Act("points", "open", ("enter",), "", "write the one under the cursor"),
    Act("points", "remove", ("x",), "", "take the one under the cursor away"),
    Act("points", "move(-1)", ("K", "shift+up"), "", "move it up"),
    Act("points", "move(1)", ("J", "shift+down"), "", "move it down"),
    Act("editor", "keep", ("f2", "escape"), "keep", "keep the text and go back"),
    Act("menu", "close", ("escape",), "cancel", "go back without taking anything"),
    Act("dialog", "go", ("f2",), "go on", "do what the dialog is for, after one more question"),
    Act(
        "dialog",
        "close",
        ("escape",),
        "cancel",
        "go back and change nothing; asks if text would be lost",
    ),
    Act("pick", "take", ("f2",), "go on", "take what is ticked"),
    Act("pick", "close", ("escape",), "cancel", "go back and change nothing"),
    Act("letter", "go", ("f2",), "seal", "seal it, after one more question"),
    Act("letter", "preview", ("f3",), "preview", "read it as it will be read"),
    Act("letter", "close", ("escape",), "cancel", "go back; asks where something is typed"),
    Act("messages", "read", ("enter",), "read", "read the letter under the cursor"),
    Act("messages", "act", ("a",), "act", "answer, acknowledge, ask, decide, record, write out"),
    Act("messages", "compare", ("d",), "diff", "compare any two versions of the report"),
    Act("messages", "close", ("escape", "q"), "back", "go back"),
    Act("contacts", "read", ("enter",), "read", "what is known of the contact under the cursor"),
    Act("contacts", "add", ("n",), "add", "add a contact by pasting its card"),
    Act("contacts", "verify", ("v",), "verify", "type the number heard by telephone"),
    Act("contacts", "own", ("o",), "our card", "our card, and its number to read aloud"),
    Act("contacts", "close", ("escape", "q"), "back", "go back to the cases"),
    Act("inbox", "visit", ("enter",), "go", "go to the letter that it is about"),
    Act("inbox", "seen", ("s",), "seen", "say that the letter was looked at"),
    Act("inbox", "close", ("escape", "q"), "back", "go back to the cases"),
    Act("incident", "read", ("enter",), "read", "read the entry under the cursor"),
    Act("incident", "add", ("n",), "add", "add an entry"),
    Act("incident", "correct", ("c",), "correct", "correct the entry under the cursor by another"),
    Act("incident", "close", ("escape", "q"), "back", "go back to the case"),
    Act("timeline", "read", ("enter",), "read", "read the row under the cursor whole"),
    Act("timeline", "close", ("escape", "q"), "back", "go back to the case"),
    Act("history", "read", ("enter",), "read", "read the change under the cursor"),
    Act("history", "undo", ("u",), "take back", "take the change under the cursor back"),
    Act("history", "close", ("escape", "q"), "back", "go back to the case"),
    Act("conflicts", "take", ("enter",), "take it", "take the answer under the cursor"),
    Act("conflicts", "close", ("escape", "q"), "back", "go back to the case"),
    Act("findings", "keep", ("k",), "it stays", "say that it may leave, and why; recorded"),
    Act("findings", "reveal", ("r",), "show", "show what was found, or mask it again"),
    Act("findings", "edit", ("e",), "edit", "stop, and go to the answer to edit it out"),
    Act("findings", "close", ("escape",), "stop", "stop; what was kept is not asked again"),
    Act(
        "assessment",
        "more",
        ("f3",),
        "more",
        "read it whole; add a group of information, take one out",
    ),
    Act(
        "assessment",
        "state",
        ("f4",),
        "state",
        "say not considered, not applicable, not known; clear",
    ),
    Act("assessment", "why", ("f5",), "why", "write the reason of the answer"),
    Act("assessment", "previous", ("f6",), "", "go to the page before"),
    Act("assessment", "next", ("f7",), "next", "go to the next page"),
    Act("assessment", "next_open", ("f8",), "open", "go to the next item that is open"),
    Act("assessment", "save", ("f2", "ctrl+s"), "", "save the item now (leaving it saves it too)"),
    Act("assessment", "close", ("escape",), "back", "save and go back to the case"),
    Act("assessment", "help", ("f1",), "help", "explain the item; show the keys"),
    Act("confirm", "yes", ("y",), "yes", "do it"),
    Act("confirm", "no", ("n", "escape", "enter"), "no", "do not do it"),
    Act("reader", "close", ("escape", "q"), "back", "go back"),
    Act("app", "help", ("f1", "question_mark"), "help", "show the keys of this screen"),
    Act("app", "quit", ("f10", "ctrl+q"), "quit", "leave the app"),
    Act("app", "lock", ("f12",), "", "lock: save, then ask for the passphrase"),
    Act("app", "redraw", ("ctrl+l",), "", "draw the screen again"),
    Act("app", "suspend_process", ("ctrl+z",), "", "leave to the shell; fg comes back"),
)

_HEADINGS = {
    "welcome": "Welcome",
    "cases": "Cases",
    "filter": "Filter",
    "case": "Case",
    "form": "Fields",
    "field": "A time",
    "choice": "A choice",
    "ticks": "Tick rows",
    "prose": "Long text",
    "list": "Lists",
    "problems": "What is missing",
    "points": "Lists of texts",
    "editor": "Text editor",
    "menu": "Menu",
    "dialog": "Dialog",
    "pick": "What goes along",
    "letter": "A letter to seal",
    "messages": "Messages",
    "contacts": "Contacts",
    "inbox": "Inbox",
    "incident": "Incident log",
    "timeline": "Timeline",
    "history": "History",
    "conflicts": "Conflicts",
    "findings": "Personal data found",
    "assessment": "Assessment",
    "confirm": "Question",
    "reader": "Reading",
    "app": "Everywhere",
}
_RELATED = {
    "welcome": ("welcome", "list"),
    "cases": ("cases", "filter", "list"),
    "case": ("case", "form", "field", "choice", "ticks", "prose", "list", "problems"),
    "dialog": ("dialog", "form", "choice", "prose", "points"),
    "pick": ("pick", "ticks"),
    "letter": ("letter", "form", "choice", "prose", "points"),
    "messages": ("messages", "list"),
    "contacts": ("contacts", "list"),
    "inbox": ("inbox", "list"),
    "assessment": ("assessment", "form", "field", "choice", "ticks", "prose", "list"),
    "menu": ("menu", "list"),
    "incident": ("incident", "list"),
    "timeline": ("timeline", "list"),
    "history": ("history", "list"),
    "conflicts": ("conflicts", "list"),
    "reader": ("reader", "list"),
}


def acts(scope: str) -> tuple[Act, ...]:
    """Return the actions of one scope, in the order of the table."""
    return tuple(act for act in ACTIONS if act.scope == scope)


def bindings(scope: str) -> list[BindingType]:
    """Return Textual bindings for one scope."""
    return [
        Binding(",".join(act.keys), act.name, act.label or act.help, show=False)
        for act in acts(scope)
    ]


def hints(scope: str) -> tuple[tuple[str, str], ...]:
    """Return (key, word) for the footer of a screen: its own first, the app's last."""
    own = [act for act in acts(scope) if act.label]
    taken = {act.label for act in own}
    everywhere = [act for act in acts("app") if act.label and act.label not in taken]
    return tuple((key_name(act.keys[0]), act.label) for act in (*own, *everywhere))


def help_lines(scope: str) -> tuple[str, ...]:
    """Return the help of a screen as lines: a heading for each scope that holds there, its keys."""
    lines: list[str] = []
    for part in (*_RELATED.get(scope, (scope,)), "app"):
        lines.append(_HEADINGS[part])
        lines.extend(f"  {act.shown_keys:<14} {act.help}" for act in acts(part))
        lines.append("")
    return tuple(lines[:-1])
