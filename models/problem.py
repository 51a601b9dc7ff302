"""What a case officer would object to in a report, as data: problems, and what was not checked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem weighs: `error` and `incomplete` mean not complete, never unsendable."""

    ERROR = "error"
    INCOMPLETE = "incomplete"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One objection: the id of its check, the question to go to, what to do, and by what source.

    `message` is one lower-case line that never quotes the report; `question` is empty where no
    form asks what it is about.
    """

    id: str
    severity: Severity
    question: str
    message: str
    source: str

    def as_json(self) -> dict[str, str]:
        """Return the five fields as text."""
        return {
            "id": self.id,
            "severity": self.severity.value,
            "question": self.question,
            "message": self.message,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Findings:
    """Every problem in the order of the form, and the ids of the checks that lacked an input."""

    problems: tuple[Problem, ...] = ()
    not_run: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing is missing or contradictory: no error, nothing incomplete."""
        return not any(
            found.severity in {Severity.ERROR, Severity.INCOMPLETE} for found in self.problems
        )

    @property
    def stands(self) -> bool:
        """Whether anything graver than a note was found; the command line then exits 1."""
        return any(found.severity is not Severity.NOTE for found in self.problems)

    def as_json(self) -> dict[str, list[dict[str, str]] | list[str]]:
        """Return `{"problems": [...], "not_run": [...]}`, the contract of `check --json`."""
        return {
            "problems": [found.as_json() for found in self.problems],
            "not_run": list(self.not_run),
        }
