"""The clocks of one case and its delay chain, printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.clock import Reading, rule
from models.course import longest_text, unknown_text
from models.duty import duties, measured
from tui.commands import output
from tui.commands.clock import deadline_text, reading_lines
from tui.commands.opening import opened

if TYPE_CHECKING:
    from models.case import Case
    from models.duty import Duty
    from models.moment import Moment


def chain_lines(case: Case) -> list[str]:
    """Return the delay chain of a case, one gap a line: `awareness to sent: 49h34m`.

    The longest gap up to the report is named after them, and those that are not known.
    """
    gaps = case.chain()
    if not gaps:
        return ["delay chain: nothing recorded yet"]
    names = [(f"{gap.from_.brief} to {gap.to.brief}", gap.text) for gap in gaps]
    width = max(len(name) for name, _ in names)
    lines = ["delay chain:", *(f"  {name.ljust(width)}  {text}" for name, text in names)]
    return lines + [f"  {said}" for said in (longest_text(case), unknown_text(case)) if said]


def merging_lines(case: Case) -> list[tuple[str, str]]:
    """Return what the halves of the discovery come to, where two reports each tell one."""
    if case.merging is None:
        return []
    if case.inferred is None:
        return [("discovery", case.merging.why)]
    why = f"{case.inferred.moment}, {case.inferred.why}; confirm it: breachcase edit CASE --confirm"
    return [("discovery", why)]


def duty_lines(found: tuple[Duty, ...]) -> list[str]:
    """Return the clocks beside the main one, the most pressing first, each with its why below."""
    others = [each for each in found if not each.main]
    rows = output.aligned([(each.name, each.text, _until(each)) for each in others])
    lines = []
    for each, row in zip(others, rows, strict=True):
        lines.append(f"  {row.rstrip()}")
        lines += [] if each.waits_for else [f"    {each.reading.why}"]
    return ["further clocks:", *lines] if lines else []


def _until(duty: Duty) -> str:
    at = duty.reading.deadline_min
    return f"until {deadline_text(at)}" if at and not duty.waits_for else "-"


def print_case_clock(
    text: str, rule_id: str | None, present: Moment, *, form: str, as_json: bool
) -> Reading:
    """Print the clocks and the delay chain of a case; return the reading of the main one.

    The main one is that of the form looked at. With a rule it is that one alone that is printed and
    returned.
    """
    with opened(writable=False) as vault:
        case = vault.case(vault.find(text), form)
    found = duties(case, present)
    reading = found[0].reading
    if rule_id is not None and rule_id != case.rule_id:
        reading, found = measured(case, rule(rule_id), present, instead=True), ()
    if as_json and rule_id is not None:
        output.out_json(reading.as_json())
        return reading
    if as_json:
        further = [
            {
                **each.reading.as_json(),
                "waits_for": each.waits_for or None,
                "form": each.form or None,
            }
            for each in found[1:]
        ]
        inferred = case.inferred is not None
        output.out_json({**reading.as_json(), "inferred": inferred, "further": further})
        return reading
    output.fields([*reading_lines(reading), *merging_lines(case)])
    for line in (*duty_lines(found), *chain_lines(case)):
        output.out(line)
    return reading
