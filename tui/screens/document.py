"""What leaves the vault in clear: the copy-sheet, the e-mail draft, an attachment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message

from exports.documents.leaving import document_name, record_export, require_report
from exports.errors import UnconfirmedError
from models.errors import CaseError, UsageError
from models.moment import from_instant
from models.record import CaseReport, Enclosure
from models.thread import EVERY_FORM
from store.attachment import Attachment, attachments, pieces
from tui.commands.params import FILE_LIMIT
from tui.leaving import ENDINGS, WHAT, Chosen, document, report_names, sealed_enclosure
from tui.outfile import lent, save, save_pieces, target
from tui.screens.dialogs import ConfirmScreen
from tui.screens.fields import FieldsScreen
from tui.screens.findings import ALL_CONFIRMED, FindingsScreen
from tui.session import Session
from tui.shown import one_line
from tui.slip import Slip
from tui.widgets.caption import Caption
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry

_CLEAR = "It is in clear: outside the vault nothing protects it."
_PLAIN = ("nothing in clear", "the answers in clear")


class DocumentScreen(FieldsScreen[Path]):
    """Writes a report in clear after a yes that names the file; answers with the file.

    What left is in the history before the file is there.
    """

    def __init__(self, session: Session, case_id: str, kind: str, form: str = "") -> None:
        super().__init__(Slip(session, kind, case_id))
        self._session = session
        self._case_id = case_id
        self._kind = kind
        case = session.vault.case(case_id, form)
        every = session.vault.case(case_id, EVERY_FORM).reports
        self._reports = tuple(sorted(every, key=lambda each: each.report.form != case.forms[0]))
        last = case.reports[-1:]
        self._at = self._reports.index(last[0]) if last else None

    @property
    def heading(self) -> str:
        return f"Write {WHAT[self._kind]}"

    def fields(self) -> ComposeResult:
        yield Caption("Of which report:")
        choice = Choice(report_names(self._reports), word="choose", id="report")
        choice.index = self._at
        yield choice
        if self._kind == "eml":
            yield Caption("The sealed bundle to attach (may stay empty):")
            yield Entry(id="bundle", word="its path")
            yield Caption("Attach as text:")
            plain = Choice(_PLAIN, id="plain")
            plain.index = 0
            yield plain
        yield Caption("Write it to (folder or new file):")
        yield Entry(".", id="path")

    @work
    async def action_go(self) -> None:
        session = self._session
        form = ""
        try:
            path = target(self.typed_text("path"), document_name(ENDINGS[self._kind]))
            filed = self._filed()
            form = filed.report.form
            # read anew: what was confirmed meanwhile is in the case
            case = session.vault.case(self._case_id, form)
            require_report(case)
            data = document(case, filed, self._kind, self._chosen(), session.now())
        except UnconfirmedError as error:
            await self._look_at(error, form)
            return
        except CaseError as error:
            self.say(error)
            return
        if not await confirmed(self, path):
            return
        try:
            with self.saving():
                self._record(filed, path)
            save(path, data)
        except CaseError as error:
            self.say(error)
            return
        self.dismiss(path)

    async def _look_at(self, error: UnconfirmedError, form: str) -> None:
        """Go on once every finding may leave."""
        screen = FindingsScreen(self._session, self._case_id, error.findings, form)
        answer = await self.app.push_screen_wait(screen)
        if answer == ALL_CONFIRMED:
            self.action_go()
        else:
            left = f"edit {answer} and then" if answer else "then"
            self.tell(f"nothing was written: {left} write it again")

    def _record(self, filed: CaseReport, path: Path) -> None:
        session = self._session
        at = from_instant(session.now().span().earliest or 0, session.vault.settings.zone)
        record_export(
            session.vault,
            self._case_id,
            filed,
            what=self._kind,
            name=path.name,
            at=at,
            wall=session.wall(),
        )

    def _filed(self) -> CaseReport:
        index = self.query_one("#report", Choice).index
        if index is None:
            raise UsageError("choose which report")
        return self._reports[index]

    def _chosen(self) -> Chosen:
        if self._kind != "eml":
            return Chosen()
        path = self.typed_text("bundle")
        plain = self.typed_text("plain") == _PLAIN[1]
        if not path:
            return Chosen(None, plain)
        with lent(path, FILE_LIMIT) as file:
            return Chosen(sealed_enclosure(path, file.read()), plain)


class ExtractScreen(FieldsScreen[Path]):
    """Writes an attachment in clear after a yes that names the file; answers with the file."""

    @dataclass
    class Written(Message):
        """The worker is done: with the file, or with what went wrong."""

        path: Path
        error: CaseError | None

    def __init__(self, session: Session, case_id: str, files: tuple[Enclosure, ...]) -> None:
        super().__init__(Slip(session, "extract", case_id))
        self._session = session
        self._case_id = case_id
        named = {each.sha256 for each in files}
        known = attachments(session.vault.state(case_id))
        self._files = tuple(each for each in known if each.sha256 in named)

    @property
    def heading(self) -> str:
        return "Save an attachment"

    def fields(self) -> ComposeResult:
        yield Caption("Which:")
        choice = Choice(
            tuple(one_line(each.name) for each in self._files), word="choose", id="which"
        )
        choice.index = 0 if self._files else None
        yield choice
        yield Caption("Write it to (folder or new file):")
        yield Entry(".", id="path")

    @work
    async def action_go(self) -> None:
        try:
            file = self._file()
            path = target(self.typed_text("path"), file.file_name)
        except CaseError as error:
            self.say(error)
            return
        if await confirmed(self, path):
            self.busy = True
            self.tell("writing...")
            self._save(file, path)

    def _file(self) -> Attachment:
        index = self.query_one("#which", Choice).index
        if index is None:
            raise UsageError("choose which attachment")
        return self._files[index]

    @work(thread=True, exclusive=True, group="seal")
    def _save(self, file: Attachment, path: Path) -> None:
        try:
            save_pieces(path, pieces(self._session.vault, self._case_id, file))
        except CaseError as error:
            self.post_message(self.Written(path, error))
            return
        self.post_message(self.Written(path, None))

    @on(Written)
    def _written(self, event: Written) -> None:
        self.busy = False
        if event.error is None:
            self.dismiss(event.path)
        else:
            self.say(event.error)


async def confirmed(screen: FieldsScreen[Path], path: Path) -> bool:
    """Ask before something is written in clear; the question names the file."""
    return await screen.app.push_screen_wait(ConfirmScreen(f"Write {path}?", _CLEAR))
