"""The words beside a number: what names it, and what says that it is something else."""

from __future__ import annotations

import re
from typing import Final

BEFORE: Final = 60  # characters in which a word names what follows it
AFTER: Final = 45
_BESIDE: Final = 40  # and one that says it is something else
_BEHIND: Final = 20  # a word behind counts as so much further away than one before

LEFT: Final = r"(?<![\w@#])(?<!\d[./:-])"
"""Nothing that a number or word could be the tail of stands before."""
RIGHT: Final = r"(?![\w@])(?![./:-]\d)"

_OTHER: Final = re.compile(
    r"\b(?:reference|ref|(?<!in )order|invoice|ticket|case (?:reference|number)|incident"
    r"|batch|serial|version|policy|grant|project|job|parcel|delivery note|requisition"
    r"|asset tag|meter reading|part number|item"
    r"|bar ?code|isbn|imei|conference|timestamps?|seats|company number|charity|vat|duns|d-u-n-s"
    r"|abn|acn|crime number|protocol|notification number|gift card|software licen[cs]e)\b",
    re.IGNORECASE,
)
_ORGANISATION: Final = re.compile(
    r"help ?desk|help ?line|hot ?line|switchboard|call cent(?:re|er)|press office|reception\b"
    r"|customer services?|service desk|support (?:line|desk)|data protection (?:team|officer)"
    r"|enquir|dedicated line|dial-in|\bfax\b|crisis team|crime agency|people may ring"
    r"|our (?:\w+ )?(?:office|team|number|line|desk|staff)\b",
    re.IGNORECASE,
)
_PREMISES: Final = re.compile(
    r"\b(?:office|offices|warehouse|depot|branch|clinic|surgery|council|registered|headquarters"
    r"|data cent(?:re|er)|the ico|the oaic|company|hospital|school|shop|site|premises|court)\b",
    re.IGNORECASE,
)
_HOME: Final = re.compile(
    r"\b(?:home|lives?|living|moved|stay(?:s|ing)|patient|tenant|resident|survivor|refuge|parcel"
    r"|her|his|their|she|he|addressed|delivered|wife|husband|employee|carer|witness|summons)\b",
    re.IGNORECASE,
)


_END: Final = re.compile(r"(?<=\w{4})\. |; |\n")  # of a clause; "tel. 0117" goes on


def distance(label: re.Pattern[str], text: str, start: int, end: int) -> int | None:
    """Return how many characters the nearest word of `label` is away, None where there is none.

    One before counts within 60 characters, one behind within 45 and as 20 further away.
    """
    behind = label.search(text, end, end + AFTER)
    found = [] if behind is None else [behind.start() - end + _BEHIND]
    before = _last(label, text, start)
    return min([*found, *([] if before is None else [start - before])], default=None)


def something_else(text: str, start: int, near: int | None) -> bool:
    """Whether a word such as `order` or `reference` is nearer than the word that names it."""
    other = _last(_OTHER, text, start, _BESIDE)
    return other is not None and (near is None or start - other < near)


def of_organisation(text: str, start: int, end: int) -> bool:
    """Whether the words around in the same clause speak of an office, not of a person."""
    begin, stop = _clause(text, start, end)
    return bool(_ORGANISATION.search(text, begin, start) or _ORGANISATION.search(text, end, stop))


def of_premises(text: str, start: int) -> bool:
    """Whether the address is where an organisation sits: its word is nearer than one of a home."""
    premises, home = _last(_PREMISES, text, start), _last(_HOME, text, start)
    return premises is not None and (home is None or premises > home)


def _last(label: re.Pattern[str], text: str, start: int, within: int = BEFORE) -> int | None:
    """Return where the last word of `label` before `start` ends."""
    last = None
    for found in label.finditer(text, max(0, start - within), start):
        last = found.end()
    return last


def _clause(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the clause around a place begins and ends, no further than words count."""
    begin = _last(_END, text, start)
    stop = _END.search(text, end, end + AFTER)
    return (
        max(0, start - BEFORE) if begin is None else begin,
        stop.start() if stop else end + AFTER,
    )
