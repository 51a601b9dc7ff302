"""What the report still lacks or contradicts: one row a problem, severity as a word."""

from __future__ import annotations

from collections.abc import Mapping

from models.problem import Problem
from tui.shown import fit, one_line
from tui.widgets.rows import RowList


def problem_line(problem: Problem, numbers: Mapping[str, str]) -> str:
    """Return `incomplete K07 Q9 message`; `numbers` gives the number beside a question's id."""
    place = f"{numbers.get(problem.question, problem.question)} " if problem.question else ""
    return one_line(f"{problem.severity.value:<10} {problem.id} {place}{problem.message}")


class ProblemsPane(RowList):
    """The problems in form order; enter goes to the field, F8 to the next."""

    DEFAULT_CSS = "ProblemsPane { height: 4; }"

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
        """Return the first problem, then each time the one after it, round to the first."""
        if not self.problems:
            return None
        self.cursor = (self.cursor + self._visited) % len(self.problems)
        self._visited = True
        return self.problems[self.cursor]
