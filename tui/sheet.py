"""A case as the case screen shows it: its latest report, section by section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.answer import BLANK, Answer
from models.case import Case
from models.form import Pack, Question, Section, load_pack
from models.record import CaseReport
from store.vault import CaseState, Vault


@dataclass(frozen=True, slots=True)
class Sheet:
    """One reading of a case. `state` is what a person was shown, which a later save refers to.

    `filed` and `pack` are None while a case holds no report in a form we know.
    """

    state: CaseState
    case: Case
    filed: CaseReport | None
    pack: Pack | None
    writable: bool

    @property
    def editable(self) -> bool:
        """Whether the report shown is a draft, and the vault open to write."""
        return self.writable and self.filed is not None and self.filed.frozen is None

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections with something to ask of this report."""
        if self.pack is None:
            return ()
        return tuple(section for section in self.pack.sections if self.questions(section.id))

    @property
    def numbers(self) -> Mapping[str, str]:
        """The form's own number of each question."""
        questions = self.pack.questions if self.pack else ()
        return {question.id: question.number for question in questions}

    def questions(self, section: str) -> tuple[Question, ...]:
        """Return the questions of a section (its id) that the form asks of this report."""
        if self.pack is None or self.filed is None:
            return ()
        report = self.filed.report
        return tuple(
            question
            for question in self.pack.questions
            if question.section == section and self.pack.applies(question, report)
        )

    def answer(self, question: Question) -> Answer:
        """Return the answer of the report shown, BLANK for none."""
        return self.filed.report.answer(question.id) if self.filed else BLANK

    def contested(self, question: Question) -> bool:
        """Whether two people answered without having seen each other's answer."""
        if self.filed is None or not self.case.conflicts:
            return False
        head = f"report/{self.filed.rid}/{question.id}"
        return any(name == head or name.startswith(f"{head}/") for name in self.case.conflicts)

    def place(self, question: str) -> int | None:
        """Return the index of the section that asks `question`, None where none does."""
        for index, section in enumerate(self.sections):
            if any(asked.id == question for asked in self.questions(section.id)):
                return index
        return None

    @property
    def title(self) -> str:
        """`IC-... Title (initial)`, with a word for one that is sealed or can only be read.

        The form stands beside the title where the case is on several.
        """
        parts = [self.case.reference or "", self.case.title]
        if len(self.case.forms) > 1:
            parts.append(self.case.form)
        if self.filed is not None:
            kind = self.filed.report.kind.replace("_", "-")
            sealed = ", sealed" if self.filed.frozen else ""
            parts.append(f"({kind}{sealed}{'' if self.writable else ', read only'})")
        return " ".join(part for part in parts if part)


def read_sheet(vault: Vault, case_id: str, form: str = "") -> Sheet:
    """Read a case for the screen, on one of its forms; empty for the one it began with."""
    case = vault.case(case_id, form)
    filed = case.reports[-1] if case.reports else None
    pack = load_pack(filed.report.form) if filed else None
    return Sheet(vault.state(case_id), case, filed, pack, vault.writable)
