"""`breachcase classify`, `stats` and `export`: how cases are counted, and the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from models.errors import UsageError
from models.text import counted
from tui import outfile
from tui.commands import output, params
from tui.commands.asking import agree_in_clear
from tui.commands.opening import opened
from tui.today import wall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from models.case import Case
    from models.moment import Moment
    from store.vault import Vault

BY = ("time", "size", "category", "type", "decision", "sector", "data", "people", "quarter")
_USUAL = ("time", "size", "category", "decision")
_WIDTH = 40  # cells of the longest bar


@click.command()
@click.argument("case")
@click.option("--type", "kind", metavar="WORDS", help="Incident type, such as phishing.")
@click.option("--sector", metavar="WORDS", help="Sector of the controller, such as health.")
@click.option("--decision", metavar="WORDS", help="Decision taken, such as 'no further action'.")
@params.vault_options
def classify(case: str, kind: str | None, sector: str | None, decision: str | None) -> None:
    """Say how CASE is counted, in the words of the ICO's statistics; the start of a word will do.

    '' takes a word away.
    """
    from store.classing import class_case

    said = {"type": kind, "sector": sector, "decision": decision}
    words = {name: word for name, word in said.items() if word is not None}
    if not words:
        raise UsageError("nothing to say", hint="--type, --sector or --decision")
    with opened() as vault:
        case_id = vault.find(case)
        class_case(vault, case_id, words, wall=wall())
        after = vault.case(case_id)
    told = (after.classed.type, after.classed.sector, after.classed.decision)
    output.narrate(f"{after.slug}: {', '.join(word or '-' for word in told)}")


def period_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--since` and `--until` to a command on many cases."""
    until = params.moment_option("until", "Only cases reported before it.")
    return params.moment_option("since", "Only cases reported from it on.")(until(command))


@click.command()
@click.option("--by", multiple=True, type=click.Choice(BY), help="What to count by; repeat it.")
@period_options
@params.json_option
@params.vault_options
def stats(by: Sequence[str], since: Moment | None, until: Moment | None, *, as_json: bool) -> None:
    """Count the cases: time to report, size, category, decision, or what --by says."""
    from models.statistics import entry, tally

    with opened(writable=False) as vault:
        entries = [entry(case) for case in _cases(vault, since, until)]
    counts = {name: tally(entries, name) for name in by or _USUAL}
    if as_json:
        told: dict[str, Any] = {name: dict(pairs) for name, pairs in counts.items()}
        output.out_json({"cases": len(entries), "by": told})
        return
    output.out(counted(len(entries), "case"))
    for name, pairs in counts.items():
        output.out()
        output.out(f"by {name}")
        for text in plot(pairs):
            output.out(f"  {text}")


def plot(pairs: Sequence[tuple[str, int]]) -> Iterator[str]:
    """Yield a line for each label with its number and a bar, the longest of 40 cells."""
    most = max((count for _, count in pairs), default=1)
    wide = max((len(label) for label, _ in pairs), default=0)
    digits = len(str(most))
    for label, count in pairs:
        bar = "#" * max(1, round(count * _WIDTH / most))
        yield f"{label.ljust(wide)}  {count:>{digits}}  {bar}"


@click.command()
@click.argument("what", type=click.Choice(("register", "dataset")))
@click.option(
    "--as",
    "shape",
    type=click.Choice(("csv", "jsonl")),
    default="csv",
    help="CSV, or JSON Lines.",
)
@period_options
@click.option("-o", "--output", "target", metavar="FILE", help="Where to write it (- stdout).")
@click.option("--yes", is_flag=True, help="Write it in clear without asking.")
@params.vault_options
def export(  # noqa: PLR0913 - one parameter an option
    what: str,
    shape: str,
    since: Moment | None,
    until: Moment | None,
    target: str | None,
    *,
    yes: bool,
) -> None:
    """Write the register of breaches (Art. 33(5)), or the statistics dataset, in clear.

    The register has what the reports say of each case; personal data that nobody has confirmed
    (breachcase scan) is masked in it. The dataset has labels only, in the
    columns of the ICO's "data security incident trends": several rows a case.
    """
    from exports.documents.rows import SHAPES, written
    from models import register, statistics

    form = next(each for each in SHAPES if each == shape)
    path = None if target == params.STDIN else outfile.target(target or "", f"{what}.{shape}")
    name = "standard output" if path is None else path.name
    with opened(writable=False) as vault:
        cases = _cases(vault, since, until)
        columns: Sequence[str] = register.COLUMNS
        rows: Iterable[Sequence[str]] = map(register.row, cases)
        if what == "dataset":
            columns, rows = statistics.COLUMNS, statistics.rows(map(statistics.entry, cases))
        agree_in_clear(f"the {what}", name, sure=yes)
        pieces = written(columns, rows, form)
        if path is None:
            output.out_pieces(pieces)
        else:
            outfile.save_pieces(path, pieces)
            output.out(str(path))


def _cases(vault: Vault, since: Moment | None, until: Moment | None) -> Iterator[Case]:
    """Yield every case reported in a period, or every case where none is named."""
    first, end = _second(since), _second(until)
    for row in vault.rows():
        at = _second(row.reported)
        if first is not None and (at is None or at < first):
            continue
        if end is not None and (at is None or at >= end):
            continue
        yield vault.glance(row.id)


def _second(at: Moment | None) -> int | None:
    return at.span().earliest if at else None
