"""What a case shows beside its reports: reported or not and why, decided on what."""

from __future__ import annotations

from dataclasses import dataclass

from models.moment import Moment


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision as the checks see it.

    `basis` is the sha256 of the manifest whose report it read, `latest` that of the last report
    that had come by then; either is empty where it is not known. `followed`: something came after.
    """

    reasoned: bool
    recommends: bool
    basis: str
    latest: str
    at: Moment | None
    followed: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case of ours (`ours`) or of a controller, without the answers of its reports.

    `missed`: it was closed without a report (while it is open, K07 asks why it is late). `late`:
    the report came too late and no report says why. `reason` is the recorded reason for either,
    empty for none. `unknown_forms` counts reports of forms, or versions, that this program lacks.
    """

    ours: bool
    missed: bool
    late: bool
    reason: str
    rulings: tuple[Ruling, ...]
    unknown_forms: int
