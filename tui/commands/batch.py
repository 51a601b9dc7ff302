"""Many bundles in one go: a line each, one yes, and what came of every one of them."""

from __future__ import annotations

import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import MissingError, UsageError
from models.text import kind_name
from tui import outfile
from tui.commands import output
from tui.commands.opening import opened
from tui.commands.progress import bar
from tui.commands.receiving import agree_to_file
from tui.today import wall

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from exports.intake import Outcome, Parcel
    from models.errors import CaseError
    from models.moment import Moment
    from models.strictjson import JSON

_ENDINGS = (".age", ".age.txt")


def receive_all(
    names: Sequence[str], *, received: Moment | None, at: Moment | None, yes: bool, as_json: bool
) -> int:
    """Look at all of these files, or a folder's, and file them after one yes.

    Returns the highest exit code of those refused, 0 where there is none.
    """
    from exports.intake import file_all, look

    parcels = [_parcel(name) for name in _expanded(names)]
    with opened() as vault:
        seen = []
        with bar("looking", len(parcels)) as step:
            for outcome in look(vault, parcels):
                seen.append(outcome)
                step()
        for each in seen:
            output.narrate(_seen_line(each))
        wanted = [each for each in seen if not each.already and (each.error is None or each.waits)]
        if wanted and not yes:
            agree_to_file(f"file {len(wanted)} of {len(seen)}?")
        found = []
        told = {id(each) for each in seen}  # what was refused at once comes back as it was
        with bar("filing", len(seen)) as step:
            for outcome in file_all(vault, seen, received=received, at=at, wall=wall):
                found.append(outcome)
                if not step() and id(outcome) not in told:
                    output.narrate(_outcome_line(outcome))
    return _reported(found, as_json=as_json)


def _expanded(names: Iterable[str]) -> Iterator[Path]:
    for name in names:
        path = Path(name)
        if name == "-":
            raise UsageError("standard input gives one bundle only", hint="receive it by itself")
        if not path.is_dir():
            yield path
            continue
        inside = sorted(each for each in path.iterdir() if each.name.endswith(_ENDINGS))
        if not inside:
            raise MissingError(
                f"no bundle in {path.name or path}", hint="their names end in .age or .age.txt"
            )
        yield from inside


def _parcel(path: Path) -> Parcel:
    from exports.intake import Parcel
    from exports.limits import SEALED

    return Parcel(path.name, partial(outfile.lent, str(path), SEALED))


def _seen_line(each: Outcome) -> str:
    who = f"{each.who}{' (amber)' if each.amber else ''}" if each.who else "-"
    cells = (_what(each).ljust(8), (kind_name(each.kind) or "-").ljust(20), who)
    line = f"{'  '.join(cells)}  {each.parcel.name}"
    return f"{line}: {_why(each.error)}" if each.error else line


def _what(each: Outcome) -> str:
    if each.error is not None:
        return "waits" if each.waits else "refused"
    if each.already:
        return "already"
    return "new" if each.new_case else (each.case_id or "-")[:8]


def _outcome_line(each: Outcome) -> str:
    if each.error is not None:
        return f"refused   {each.parcel.name}: {_why(each.error)}"
    what = "already" if each.already else "filed"
    return f"{what:<8}  {(each.case_id or '-')[:8]:<8}  {each.parcel.name}"


def _why(error: CaseError) -> str:
    return f"{error.message} ({error.hint})" if error.hint else error.message


def _reported(found: Sequence[Outcome], *, as_json: bool) -> int:
    came = Counter(_came_to(each) for each in found)
    counts = {name: came[name] for name in ("filed", "already", "refused")}
    refused = [each for each in found if each.error is not None]
    if as_json:
        output.out_json({"outcomes": [_as_json(each) for each in found], **counts})
    else:
        output.table((str(each.case_id)[:8], each.parcel.name) for each in found if each.case_id)
        if sys.stderr.isatty():  # elsewhere each of them had its line already
            for each in refused:
                output.narrate(_outcome_line(each))
    output.narrate(", ".join(f"{count} {name}" for name, count in counts.items()))
    return max((each.error.code for each in refused if each.error), default=0)


def _came_to(each: Outcome) -> str:
    if each.error is not None:
        return "refused"
    return "already" if each.already else "filed"


def _as_json(each: Outcome) -> dict[str, JSON]:
    error = each.error
    return {
        "file": each.parcel.name,
        "outcome": _came_to(each),
        "from": each.who or None,
        "kind": each.kind or None,
        "case": each.case_id,
        "new_case": each.new_case,
        "amber": each.amber,
        "manifest": each.sha256 or None,
        "error": {"code": error.code, "message": error.message, "hint": error.hint or None}
        if error
        else None,
    }
