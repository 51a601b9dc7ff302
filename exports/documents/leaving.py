"""What is recorded before plain text leaves the vault, and what its file is called."""

from __future__ import annotations

import secrets

from exports.filing import event_op
from exports.heading import one_line
from models.case import Case
from models.errors import UsageError
from models.moment import Moment
from models.record import CaseReport
from store.errors import ConflictError
from store.vault import Vault


def document_name(ending: str) -> str:
    """Return a name for a document: random, so that a folder's list tells nothing of the case."""
    return f"breachcase-{secrets.token_hex(4)}.{ending}"


def require_report(case: Case) -> None:
    """Raise UsageError for a case without a report of ours, ConflictError while one is open.

    A field that holds two values would read as one without an answer.
    """
    if case.side != "controller" or not case.reports:
        raise UsageError(
            "this case has no report of ours", hint="only what we report is written for a regulator"
        )
    if case.conflicts:
        raise ConflictError(
            f"case has {len(case.conflicts)} open conflicts", hint="resolve them before it leaves"
        )


def record_export(  # noqa: PLR0913 -- what left, of which report, to where and when, each by name
    vault: Vault, case_id: str, filed: CaseReport, *, what: str, name: str, at: Moment, wall: str
) -> None:
    """Record in the history that a document of a report leaves the vault as the file `name`.

    Call it before the file is written: one that is recorded and then fails is better than one
    that nobody recorded. Nothing of the content is recorded.
    """
    event = event_op("exported", at, filed.frozen, via=what, ref=one_line(name))
    vault.commit(case_id, [event], shown=vault.state(case_id), wall=wall)
