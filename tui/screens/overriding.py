"""A warning or a gap is let stand, with a reason."""

from __future__ import annotations

from models.case import Case
from models.problem import Problem
from store.overriding import override_check
from tui.screens.ask import AskScreen
from tui.session import Session
from tui.slip import Slip, abouts

KIND = "override"


class OverrideScreen(AskScreen):
    """Asks why a problem may stand; answers True when that is saved."""

    def __init__(self, session: Session, case: Case, problem: Problem) -> None:
        def take(reason: str) -> None:
            override_check(session.vault, case, problem, reason, wall=session.wall())

        slip = Slip(session, KIND, case.id, f"{problem.id} {problem.question}")
        super().__init__(slip, f"{problem.id} {problem.message}", "Why it may stand:", take)


def cut_short(session: Session, case_id: str) -> OverrideScreen:
    """Return the dialog that was cut short last, on the problem it was about."""
    about = abouts(session, KIND, case_id)[0]
    case = session.vault.case(case_id)
    found = case.findings(session.now()).problems
    return OverrideScreen(
        session, case, next(each for each in found if f"{each.id} {each.question}" == about)
    )
