"""The entrance: answers `--version`, hands the rest to click, prints errors, exits with a code."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # importing typing alone would take half the time of `--version`
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import NoReturn

    import click

INTERRUPTED = 130
PIPE_CLOSED = 141
BUG = 70


def main() -> NoReturn:
    """Run the command line and exit. Exit codes: the table in README.md."""
    if sys.argv[1:] == ["--version"]:
        from models.version import VERSION

        sys.stdout.write(f"breachcase {VERSION}\n")
        sys.exit(0)
    sys.excepthook = _bug
    sys.exit(run(sys.argv[1:]))


def run(argv: Sequence[str]) -> int:
    """Run one command and return its exit code; only a bug raises."""
    import click

    from models import own
    from models.errors import CaseError
    from tui.commands.root import root
    from tui.ownforms import OwnForms, forms_folder

    own.use(OwnForms(forms_folder()))
    as_json = "--json" in argv
    try:
        code = root.main(list(argv), prog_name="breachcase", standalone_mode=False)
        sys.stdout.flush()
    except CaseError as error:
        code = _print_error(error.message, error.hint, error.code, as_json=as_json)
    except click.UsageError as error:
        code = _misused(error, as_json=as_json)
    except (click.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except (BrokenPipeError, SystemExit):  # click exits by itself when a pipe is closed
        code = _pipe_closed()
    except OSError as error:
        code = _disk(error, as_json=as_json)
    return code if isinstance(code, int) else 0


def _misused(error: click.UsageError, *, as_json: bool) -> int:
    import click

    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        sys.stderr.write(error.format_message() + "\n")
        return error.exit_code
    message = error.format_message().rstrip(".").split("\n")[0]
    path = error.ctx.command_path if error.ctx else "breachcase"
    return _print_error(message[:1].lower() + message[1:], f"{path} --help", 2, as_json=as_json)


def _disk(error: OSError, *, as_json: bool) -> int:
    import errno
    import os

    name = str(error.filename or "").rpartition("/")[2]
    reason = (os.strerror(error.errno) if error.errno else "input/output error").lower()
    missing = error.errno in {errno.ENOENT, errno.ENOTDIR}
    said = f"{name}: {reason}" if name else reason
    return _print_error(said, "nothing was changed", 66 if missing else 74, as_json=as_json)


def _print_error(message: str, hint: str, code: int, *, as_json: bool) -> int:
    from models.text import visible

    if as_json:
        import json

        body = {"code": code, "message": message, "hint": hint or None, "field": None}
        sys.stderr.write(json.dumps({"error": body}) + "\n")
        return code
    lines = [f"breachcase: error: {message}"]
    if hint:
        lines.append(f"breachcase: hint: {hint}")
    sys.stderr.write("".join(visible(line).replace("\n", " ") + "\n" for line in lines))
    return code


def _pipe_closed() -> int:
    # the reader is gone: point stdout elsewhere so that the exit does not flush into it
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return PIPE_CLOSED


def _bug(
    kind: type[BaseException],
    _: BaseException,
    trace: TracebackType | None,
) -> None:
    # a plain traceback prints the exception's text, which may quote a case: say where, never what
    import os
    import traceback

    sys.stderr.write(f"breachcase: bug: {kind.__name__}, nothing more was written\n")
    for frame in traceback.extract_tb(trace)[-6:]:
        place = "/".join(frame.filename.split("/")[-2:])
        sys.stderr.write(f"breachcase: bug:   {place}:{frame.lineno} in {frame.name}\n")
    sys.stderr.flush()
    os._exit(BUG)
