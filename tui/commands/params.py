"""What a command line takes: Moments, files, and how a vault is found and opened."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from functools import wraps
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import click

from models.errors import MissingError, UsageError
from models.moment import Moment, MomentError
from models.text import PROSE_BYTES, normalise
from tui.today import typed_date

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

F = TypeVar("F", bound="Callable[..., Any]")

_SPAN = re.compile("([0-9]{1,6})([mhd])")
_UNITS = {"m": 60, "h": 3600, "d": 86_400}

STDIN = "-"
FILE_LIMIT = 32 * 1024 * 1024
"""More than any report or bundle of this version: what is larger is not read."""


class MomentParam(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.4
    """A Moment as text: `2019-12-18T16:42[Europe/London]`, either half may be missing."""

    name = "moment"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,  # noqa: ARG002 - click's signature
        ctx: click.Context | None,  # noqa: ARG002 - click's signature
    ) -> Moment:
        if isinstance(value, Moment):
            return value
        try:
            return Moment.parse(str(value))
        except MomentError as error:
            raise UsageError(error.message, hint=error.hint) from None


class SpanParam(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.4
    """A length of time as whole seconds: `90m`, `24h`, `2d`."""

    name = "span"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,  # noqa: ARG002 - click's signature
        ctx: click.Context | None,  # noqa: ARG002 - click's signature
    ) -> int:
        found = _SPAN.fullmatch(str(value).strip())
        if found is None:
            raise UsageError("a length of time is a number with m, h or d", hint="such as 24h")
        return int(found[1]) * _UNITS[found[2]]


class DateParam(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.4
    """A date: `2031-01-01`."""

    name = "date"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,  # noqa: ARG002 - click's signature
        ctx: click.Context | None,  # noqa: ARG002 - click's signature
    ) -> dt.date:
        return typed_date(str(value))


MOMENT = MomentParam()
SPAN = SpanParam()
DATE = DateParam()


def moment_option(name: str, says: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return an option that takes a Moment."""
    return click.option(f"--{name}", type=MOMENT, metavar="MOMENT", default=None, help=says)


def json_option(command: F) -> F:
    """Add `--json` to a command that reports."""
    option = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
    return option(command)


def form_option(command: F) -> F:
    """Add `--form ID` to a command on a case that may be reported on several forms."""
    says = "Which form, where the case is on several (default: the one it began with)."
    return click.option("--form", default="", metavar="ID", help=says)(command)


def vault_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Let `--vault` and what says how to open it stand after the verb as well as before it."""

    @wraps(command)
    def found(*args: object, **kwargs: object) -> object:
        context = click.get_current_context()
        said = context.find_root().obj
        for name in ("vault", "passphrase_file", "passphrase_fd", "identity"):
            value = kwargs.pop(name, None)
            if value is not None:
                said[name] = value
        return command(*args, **kwargs)

    for option in (
        click.option("--identity", metavar="FILE", help="An age or SSH private key that opens it."),
        click.option("--passphrase-fd", type=int, metavar="N", help="Read it from descriptor N."),
        click.option("--passphrase-file", metavar="FILE", help="Passphrase: FILE's first line."),
        click.option("--vault", metavar="PATH", help="The vault folder (or BREACHCASE_VAULT)."),
    ):
        found = option(found)
    return found


def read_file(name: str, limit: int = FILE_LIMIT) -> bytes:
    """Return the bytes of a file, or of stdin for `-`, never more than `limit`.

    Raises:
        MissingError: there is no such file.
        UsageError: it is not a plain file, or larger than `limit`.
    """
    if name == STDIN:
        raw = sys.stdin.buffer.read(limit + 1)
    else:
        path = Path(name)
        if not path.exists():
            raise MissingError(f"no file {path.name}", hint="check the path")
        if not path.is_file():
            raise UsageError(f"{path.name} is not a plain file", hint="name a file, or - for stdin")
        with path.open("rb") as source:
            raw = source.read(limit + 1)
    if len(raw) > limit:
        from tui.outfile import TooLargeError

        raise TooLargeError(limit)
    return raw


def said(text: str) -> str:
    """Return a text as typed, what standard input says for `-`, a file's text for `@FILE`.

    Steering characters are taken out. Raises MissingError, UsageError (not UTF-8, not plain).
    """
    if text != STDIN and not text.startswith("@"):
        return normalise(text)
    raw = read_file(text.removeprefix("@"), PROSE_BYTES)
    try:
        return normalise(raw.decode()).strip("\n")
    except UnicodeDecodeError:
        raise UsageError("that text is not UTF-8", hint="save it as plain text") from None


@contextmanager
def lent_file(name: str) -> Iterator[BinaryIO]:
    """Lend a sealed file, or stdin for `-` (up to 32 MiB of it), to be read more than once.

    Raises MissingError, UsageError, DamagedError.
    """
    if name == STDIN:
        yield BytesIO(read_file(name))
        return
    from exports.limits import SEALED
    from tui.outfile import lent

    with lent(name, SEALED) as file:
        yield file
