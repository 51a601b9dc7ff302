"""What can go wrong between two offices, by what the person can do about it."""

from __future__ import annotations

from typing import ClassVar

from models.errors import CaseError
from models.personal.finding import Finding
from models.problem import Findings, Severity
from models.text import counted


class BundleError(CaseError):
    """A bundle or card is not what the format says, or is newer than this reader."""

    def __init__(self, message: str, *, hint: str = "ask the sender to send it again") -> None:
        super().__init__(message, hint=hint)


class OutOfOrderError(BundleError):
    """A genuine bundle that can't be filed now: unknown case, gap, equivocation or fork."""

    code: ClassVar[int] = 76


class UntrustedError(BundleError):
    """Opened and verified, but its signer may not say this to us; nothing was filed."""

    code: ClassVar[int] = 79


class IncompleteError(CaseError):
    """The report has open checks and no reason was given; `findings` says which."""

    code: ClassVar[int] = 1

    def __init__(self, findings: Findings) -> None:
        missing = {Severity.ERROR, Severity.INCOMPLETE}
        count = sum(problem.severity in missing for problem in findings.problems)
        super().__init__(
            f"report is not complete: {counted(count, 'open check')}",
            hint="complete it, or send it as it is with a reason (--incomplete --reason TEXT)",
        )
        self.findings = findings


class UnconfirmedError(CaseError):
    """What is to leave holds what looks like personal data; `findings` says what and where."""

    code: ClassVar[int] = 1

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        count = len(findings)
        super().__init__(
            f"{counted(count, 'finding')} of personal data: nobody confirmed that "
            f"{'it' if count == 1 else 'they'} may leave",
            hint="edit it out, or say why it stays (--confirm-personal-data TEXT)",
        )
        self.findings = findings
