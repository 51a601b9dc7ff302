"""The environment variables that Textual obeys, made safe before it is imported."""

from __future__ import annotations

from collections.abc import MutableMapping

from models.errors import CaseError

# LOG writes every keystroke to a world-readable file, SCREENSHOT the decrypted screen; DRIVER
# imports any module; PRESS types by itself; DEBUG and TEXTUAL open a connection to a devtools host.
_DANGEROUS = ("TEXTUAL", "TEXTUAL_LOG", "TEXTUAL_DRIVER", "TEXTUAL_PRESS", "TEXTUAL_DEBUG")
_DANGEROUS_PREFIX = "TEXTUAL_SCREENSHOT"
_FROZEN = ("COLUMNS", "LINES")  # exported by a shell, they hide every later size of the terminal
_COLOUR_SYSTEMS = ("auto", "standard", "256", "truecolor")


def scrub(environ: MutableMapping[str, str]) -> None:
    """Remove what leaks or breaks, set what a remote line needs; call before textual is imported.

    `ESCDELAY` in milliseconds: at Textual's own 100 a split arrow key becomes text in the field.
    """
    for name in list(environ):
        if name in (*_DANGEROUS, *_FROZEN) or name.startswith(_DANGEROUS_PREFIX):
            del environ[name]
    if environ.get("TEXTUAL_COLOR_SYSTEM", "auto") not in _COLOUR_SYSTEMS:
        del environ["TEXTUAL_COLOR_SYSTEM"]  # anything else crashes at start
    environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    if "SSH_CONNECTION" in environ:
        environ.setdefault("ESCDELAY", "300")


def check_terminal(term: str | None, encoding: str | None) -> None:
    """Refuse a terminal that cannot show the app: CaseError names the commands that need none."""
    if term in (None, "", "dumb"):
        raise CaseError(
            "this terminal cannot show the app (TERM is empty or dumb)",
            hint="without a full screen use breachcase ls, show and edit",
        )
    if (encoding or "").lower().replace("-", "") != "utf8":
        raise CaseError(
            "this terminal does not take UTF-8", hint="set LC_ALL=C.UTF-8, or use breachcase ls"
        )
