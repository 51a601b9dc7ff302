"""The delay chain and the clock of one case, printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.clock import Reading, read_clock, rule
from models.course import longest_text
from tui.commands import output
from tui.commands.clock import reading_lines
from tui.commands.opening import opened

if TYPE_CHECKING:
    from models.case import Case
    from models.moment import Moment


def chain_lines(case: Case) -> list[str]:
    """Return the delay chain of a case, one gap a line: `awareness to sent: 49h34m`.

    The longest gap up to the report is named after them.
    """
    gaps = case.chain()
    if not gaps:
        return ["delay chain: nothing recorded yet"]
    names = [(f"{gap.from_.brief} to {gap.to.brief}", gap.text) for gap in gaps]
    width = max(len(name) for name, _ in names)
    lines = ["delay chain:", *(f"  {name.ljust(width)}  {text}" for name, text in names)]
    longest = longest_text(case)
    return [*lines, *([f"  {longest}"] if longest else [])]


def print_case_clock(text: str, rule_id: str | None, present: Moment, *, as_json: bool) -> Reading:
    """Print the clock reading and the delay chain of a case; return the reading."""
    with opened(writable=False) as vault:
        case = vault.case(vault.find(text))
    reading = case.reading(present)
    if rule_id is not None:
        reading = read_clock(rule(rule_id), aware=case.aware, reported=case.reported, now=present)
    if as_json:
        output.out_json(reading.as_json())
        return reading
    output.fields(reading_lines(reading))
    for line in chain_lines(case):
        output.out(line)
    return reading
