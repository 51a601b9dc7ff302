"""The command tree: every verb by name, its module loaded only when it is run."""

from __future__ import annotations

import difflib
import importlib
from typing import NamedTuple

import click

from models.version import VERSION


class Verb(NamedTuple):
    """Where a command lives and the one line that help shows without loading it."""

    module: str
    attribute: str
    says: str


_GROUPS: dict[str, dict[str, Verb]] = {
    "Cases": {
        "new": Verb("cases", "new", "open a case"),
        "ls": Verb("cases", "ls", "list the cases, their clocks first"),
        "show": Verb("show", "show", "print a case, or one of its reports"),
        "edit": Verb("edit", "edit", "answer questions of the report"),
        "read-form": Verb("formtext", "read_form", "read a filled form from text or an e-mail"),
        "check": Verb("check", "check", "say what a report lacks or contradicts"),
        "override": Verb("overriding", "override", "let a warning or a gap stand, with a reason"),
        "scan": Verb("scanning", "scan", "list what looks like personal data in a report"),
        "note": Verb("incident", "note", "add to the incident log: who did what when"),
        "attach": Verb("attachments", "attach", "seal a file into a case"),
        "extract": Verb("attachments", "extract", "write an attachment to a file"),
        "diff": Verb("diff", "diff", "compare two reports field by field"),
        "log": Verb("log", "log", "print the signed history and the incident log"),
        "undo": Verb("undoing", "undo", "take a change back"),
        "resolve": Verb("conflicts", "resolve", "settle a field that holds two values"),
        "close": Verb("desk", "close", "close a case"),
        "reopen": Verb("holding", "reopen", "open a closed case again"),
    },
    "Clocks and risk": {
        "clock": Verb("clock", "clock", "measure awareness to report against the law's limit"),
        "event": Verb("happening", "event", "state what starts or stops another clock"),
        "party": Verb("party", "party", "say who held the data, when they knew, whom they told"),
        "assess": Verb("assess", "assess", "record steps, risk by group, severity, who is told"),
    },
    "Exchange": {
        "send": Verb("sending", "send", "seal the report to a contact"),
        "sent": Verb("sending", "sent", "record when and how it was sent"),
        "receive": Verb("receiving", "receive", "show what bundles say, then file them"),
        "inbox": Verb("triage", "inbox", "list what waits for a person, the most pressing first"),
        "followup": Verb("sending", "followup", "start a follow-up report"),
        "doc": Verb("documents", "doc", "write a portal copy-sheet or an e-mail draft, in clear"),
        "acked": Verb("plain", "acked", "record an acknowledgement that came in plain words"),
        "decided": Verb("plain", "decided", "record a decision that came in plain words"),
        "answer": Verb("replying", "answer", "answer a request for information"),
        "withdraw": Verb("replying", "withdraw", "take a notification back"),
        "receipt": Verb("replying", "receipt", "seal that a bundle arrived"),
    },
    "Regulator's desk": {
        "ack": Verb("desk", "ack", "acknowledge a report with a case reference"),
        "ask": Verb("desk", "ask", "ask for information, each question with its due date"),
        "decide": Verb("desk", "decide", "decide, with reasons and recommendations"),
        "triage": Verb("triage", "triage", "say how urgent a case is"),
        "assign": Verb("triage", "assign", "say who works on a case"),
    },
    "Register and retention": {
        "classify": Verb("statistics", "classify", "say how a case is counted"),
        "stats": Verb("statistics", "stats", "count the cases by time to report, size, kind"),
        "export": Verb("statistics", "export", "write the register or the dataset, in clear"),
        "hold": Verb("holding", "hold", "mark a case that must not be destroyed"),
        "retain": Verb("retention", "retain", "say when a case is reviewed, list what is due"),
        "shred": Verb("shredding", "shred", "destroy a case for good, after a week"),
    },
    "Keys and vault": {
        "key": Verb("keys", "key", "show, rotate or revoke this office's keys"),
        "contact": Verb("contacts", "contact", "add, list and verify contacts"),
        "team": Verb("teams", "team", "let colleagues' devices in and out"),
        "sync": Verb("syncing", "sync", "exchange changes with colleagues over a folder"),
        "vault": Verb("vaults", "vault", "make, check, repair, copy a vault; change what opens it"),
        "doctor": Verb("doctor", "doctor", "say what protects vault and machine, and what not"),
    },
    "Reference": {
        "form": Verb("forms", "form", "list and print the forms; report a case on a further one"),
        "schema": Verb("schema", "schema", "print the JSON Schema of a form or of bundles"),
        "demo": Verb("demo", "demo", "open a temporary vault of fictional cases"),
    },
}
_VERBS = {name: verb for group in _GROUPS.values() for name, verb in group.items()}


class Root(click.Group):
    """The root command: a verb, a case to open in the app, or nothing for the case list."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_VERBS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        verb = _VERBS.get(cmd_name)
        if verb is None:
            return None
        module = importlib.import_module(f"tui.commands.{verb.module}")
        command = getattr(module, verb.attribute)
        return command if isinstance(command, click.Command) else None

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        for title, verbs in _GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name, verb.says) for name, verb in verbs.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        if word in _VERBS or word.startswith("-"):
            return super().resolve_command(ctx, args)
        near = difflib.get_close_matches(word, _VERBS, n=1, cutoff=0.75)
        if near:
            raise click.UsageError(f"no command '{word}'; did you mean '{near[0]}'?", ctx)
        from tui.commands.opening_app import open_app

        return "open", open_app, args


@click.group(
    cls=Root,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)
@click.option("--vault", "vault", metavar="PATH", help="The vault folder (or BREACHCASE_VAULT).")
@click.option(
    "--passphrase-file", metavar="FILE", help="Read the passphrase from FILE's first line."
)
@click.option("--passphrase-fd", type=int, metavar="N", help="Read it from file descriptor N.")
@click.option("--identity", metavar="FILE", help="Open with an age identity or SSH private key.")
@click.version_option(VERSION, prog_name="breachcase", message="%(prog)s %(version)s")
@click.pass_context
def root(
    ctx: click.Context,
    vault: str | None,
    passphrase_file: str | None,
    passphrase_fd: int | None,
    identity: str | None,
) -> None:
    """Encrypted personal-data-breach case files, from discovery to decision.

    Without a command the app opens on the case list; with a CASE, on that case.
    CASE is the start of an id, a short name (slug) or a case reference.
    """
    ctx.color = False
    ctx.obj = {
        "vault": vault,
        "passphrase_file": passphrase_file,
        "passphrase_fd": passphrase_fd,
        "identity": identity,
    }
    if ctx.invoked_subcommand is None:
        from tui.commands.opening_app import open_app

        ctx.invoke(open_app, case=None)
