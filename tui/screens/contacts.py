"""The offices we exchange letters with: who they are to us, and how far their card is trusted."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from exports.trust import Contact, contacts
from tui.actions import bindings
from tui.screens.card import AddScreen, OwnCardScreen, VerifyScreen
from tui.screens.dialogs import ReaderScreen
from tui.screens.slip import SlipScreen
from tui.session import Session
from tui.shown import fit, one_line, shown
from tui.slip import OF_CONTACTS, newest
from tui.widgets.keyline import KeyLine
from tui.widgets.rows import RowList

_ROLE, _STATE = 10, 8  # cells
_COMPARED = {
    "verified": "Its number was compared by voice: letters by its key are its own.",
    "amber": "Nobody has compared its number yet: anyone can make a card. Ask for the number by "
    "telephone, on a number that does not come from its letters, and type it with v.",
    "frozen": "Its key updates contradict each other: one of them is forged. Nothing is sealed to "
    "it until the number of its right card is typed with v.",
    "revoked": "Its office took this card back: nothing by it is believed, nothing sealed to it.",
}


class ContactsScreen(ModalScreen[None]):
    """Lists the contacts; adds one by its card, verifies one by its number typed."""

    SCOPE = "contacts"
    BINDINGS = bindings("contacts")
    CSS_PATH = "dialogs.tcss"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._contacts: tuple[Contact, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="box -tall"):
            yield Static("Contacts", classes="title -one")
            yield RowList(id="contacts", empty="no contact yet: n adds one by its card")
            yield Static("", id="said")
        yield KeyLine(self.SCOPE)

    def on_mount(self) -> None:
        """List the contacts; go on with what was cut short."""
        self._load()
        self._recover()

    def _load(self, at: str = "") -> None:
        self._contacts = contacts(self._session.vault)
        lines = [contact_row(each) for each in self._contacts]
        ids = [each.id for each in self._contacts]
        rows = self.query_one("#contacts", RowList)
        cursor = ids.index(at) if at in ids else rows.cursor
        rows.fill(len(lines), lambda index, width: fit(lines[index], width), cursor=cursor)

    @property
    def _contact(self) -> Contact | None:
        at = self.query_one("#contacts", RowList).cursor
        return self._contacts[at] if self._contacts else None

    @on(RowList.Opened, "#contacts")
    def _opened(self, event: RowList.Opened) -> None:
        contact = self._contacts[event.index]
        self.app.push_screen(ReaderScreen("Contact", contact_lines(contact)))

    def action_read(self) -> None:
        self.query_one("#contacts", RowList).action_open()

    @work
    async def action_add(self) -> None:
        await self._ask(AddScreen(self._session), "added; not verified yet: v types its number")

    @work
    async def action_verify(self) -> None:
        if self._contact is not None:
            await self._verify(self._contact)

    async def _verify(self, contact: Contact) -> None:
        await self._ask(VerifyScreen(self._session, contact), "verified: it is the same number")

    @work
    async def action_own(self) -> None:
        await self.app.push_screen_wait(OwnCardScreen(self._session))

    async def _ask(self, dialog: SlipScreen[str], said: str) -> None:
        if not self._session.vault.writable:
            self._tell("! this vault is only read here")
            return
        done = await self.app.push_screen_wait(dialog)
        if done is not None:
            self._load(done)
            self._tell(said)

    @work
    async def _recover(self) -> None:
        place = newest(self._session, "", OF_CONTACTS)
        if place is None:
            return
        about = next((each for each in self._contacts if each.id == place.about), None)
        if place.kind == "contact":
            await self._ask(AddScreen(self._session), "added; not verified yet")
        elif place.kind == "verify" and about is not None:
            await self._verify(about)
        elif place.kind == "card":
            await self.app.push_screen_wait(OwnCardScreen(self._session))

    def action_close(self) -> None:
        self.dismiss(None)

    def _tell(self, text: str) -> None:
        self.query_one("#said", Static).update(shown(one_line(text)))


def contact_row(contact: Contact) -> str:
    """Return `regulator  AMBER     Name` on one row."""
    state = contact.state if contact.state == "verified" else contact.state.upper()
    return f"{contact.role or 'no role':<{_ROLE}} {state:<{_STATE}} {one_line(contact.card.name)}"


def contact_lines(contact: Contact) -> tuple[str, ...]:
    """Return what is known of a contact; never its number, which is heard and typed."""
    return (
        contact.card.name,
        "",
        f"{contact.role or 'no role'} - {contact.state}",
        _COMPARED[contact.state],
        *(
            ["", f"{len(contact.pending)} other card waits to be compared: v types its number"]
            if contact.pending
            else []
        ),
        "",
        f"id {contact.id}",
    )
