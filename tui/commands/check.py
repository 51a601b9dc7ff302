"""`breachcase check`: what a case officer would object to in a report, with sources."""

from __future__ import annotations

import click

from models.checks import Evidence
from models.checks import check as run_checks
from models.errors import UsageError
from models.moment import Moment
from models.problem import Findings
from models.report import Report, parse_report
from tui.commands import output, params
from tui.today import now as today


@click.command()
@click.argument("case", required=False)
@click.option("--report", "report_file", metavar="FILE|-", help="A report file; no vault needed.")
@params.moment_option("reported", "When the report was sent.")
@click.option("--previous", metavar="FILE", help="The report before this one.")
@params.moment_option("now", "The present, instead of this machine's clock.")
@params.form_option
@params.json_option
@params.vault_options
def check(  # noqa: PLR0913, PLR0917 - one parameter an option
    case: str | None,
    report_file: str | None,
    reported: Moment | None,
    previous: str | None,
    now: Moment | None,
    form: str,
    *,
    as_json: bool,
) -> int:
    """Say what a report lacks or contradicts. Exit 1 when an error, gap or warning stands."""
    present = now or today()
    if (case is None) == (report_file is None):
        raise UsageError("name a CASE or --report FILE", hint="breachcase check --help")
    if report_file is not None:
        earlier = _report(previous) if previous is not None else None
        evidence = Evidence.of_report(
            _report(report_file), reported=reported, previous=earlier, now=present
        )
        findings = run_checks(evidence)
    else:
        from tui.commands.opening import opened

        with opened(writable=False) as vault:
            findings = vault.case(vault.find(str(case)), form).findings(present)
    print_findings(findings, as_json=as_json)
    return int(findings.stands)


def _report(name: str) -> Report:
    return parse_report(params.read_file(name))


def print_findings(findings: Findings, *, as_json: bool, on_stderr: bool = False) -> None:
    """Print problems in form order, each with its source; then what was not run."""
    if as_json:
        output.out_json(findings.as_json())
        return
    say = output.narrate if on_stderr else output.out
    for problem in findings.problems:
        where = f"{problem.question}: " if problem.question else ""
        say(f"{problem.id} {problem.severity:<10} {where}{problem.message}")
        say(f"    source: {problem.source}")
        if problem.override:
            say(f"    overridden: {problem.override}")
    if not findings.problems:
        say("no problems found")
    if findings.not_run:
        say(f"not run for lack of input: {' '.join(findings.not_run)}")
