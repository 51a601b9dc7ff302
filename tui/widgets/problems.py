"""What the report still lacks or contradicts: one row a problem, severity as a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.message import Message

from models.problem import Problem
from tui.actions import bindings
from tui.shown import fit, one_line
from tui.widgets.rows import RowList


def problem_line(problem: Problem, numbers: Mapping[str, str]) -> str:
    """Return `incomplete K47 Q16 message`, or `overridden K47 ...` for one that may stand.

    `numbers` gives the number beside a question's id.
    """
    place = f"{numbers.get(problem.question, problem.question)} " if problem.question else ""
    weight = problem.severity.value if problem.open else "overridden"
    return one_line(f"{weight:<10} {problem.id} {place}{problem.message}")


class ProblemsPane(RowList):
    """The problems in form order; enter goes to the field, F8 to the next one left open."""

    DEFAULT_CSS = "ProblemsPane { height: 4; }"
    BINDINGS = bindings("problems")

    @dataclass
    class Overriding(Message):
        """The problem under the cursor is to stand, or to stand no more."""

        problem: Problem

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, empty="nothing is missing, nothing contradicts itself")
        self.problems: tuple[Problem, ...] = ()
        self._visited = False

    def show(self, problems: tuple[Problem, ...], numbers: Mapping[str, str]) -> None:
        """List other problems, the cursor as near to where it was as may be."""
        self.problems = problems
        lines = [problem_line(problem, numbers) for problem in problems]
        self.fill(len(lines), lambda index, width: fit(lines[index], width), cursor=self.cursor)

    def next_problem(self) -> Problem | None:
        """Return the first open problem, then each time the one after it, round to the first."""
        left = [index for index, each in enumerate(self.problems) if each.open]
        if not left:
            return None
        after = self.cursor + self._visited
        self.cursor = next((index for index in left if index >= after), left[0])
        self._visited = True
        return self.problems[self.cursor]

    def action_override(self) -> None:
        if self.problems:
            self.post_message(self.Overriding(self.problems[self.cursor]))
