from __future__ import annotations

import pytest

from models.errors import CaseError
from tui.environment import check_terminal, scrub


def test_variables_that_leak_or_dial_out_are_removed() -> None:
    leaks = ("TEXTUAL", "TEXTUAL_LOG", "TEXTUAL_DRIVER", "TEXTUAL_PRESS", "TEXTUAL_DEBUG")
    environ = dict.fromkeys((*leaks, "TEXTUAL_SCREENSHOT", "TEXTUAL_SCREENSHOT_LOCATION"), "x")

    scrub(environ)

    assert environ == {"TEXTUAL_ANIMATIONS": "none"}


def test_an_exported_size_does_not_hide_the_terminals_own() -> None:
    environ = {"COLUMNS": "80", "LINES": "24", "TERM": "xterm"}

    scrub(environ)

    assert not environ.keys() & {"COLUMNS", "LINES"}


def test_a_remote_line_gets_time_for_a_split_key() -> None:
    environ = {"SSH_CONNECTION": "x"}

    scrub(environ)

    assert environ["ESCDELAY"] == "300"


def test_what_a_person_has_set_stays() -> None:
    environ = {"SSH_CONNECTION": "x", "ESCDELAY": "50", "TEXTUAL_COLOR_SYSTEM": "256"}

    scrub(environ)

    assert (environ["ESCDELAY"], environ["TEXTUAL_COLOR_SYSTEM"]) == ("50", "256")


def test_a_colour_system_that_would_crash_the_app_is_removed() -> None:
    environ = {"TEXTUAL_COLOR_SYSTEM": ""}

    scrub(environ)

    assert "TEXTUAL_COLOR_SYSTEM" not in environ


@pytest.mark.parametrize("term", ["dumb", "", None])
def test_a_terminal_without_a_screen_is_refused_with_the_commands_that_need_none(
    term: str | None,
) -> None:
    with pytest.raises(CaseError) as refused:
        check_terminal(term, "utf-8")

    assert "breachcase ls" in refused.value.hint


def test_a_terminal_without_utf_8_is_refused() -> None:
    with pytest.raises(CaseError, match="UTF-8"):
        check_terminal("xterm", "ascii")


def test_a_terminal_that_can_show_the_app_is_taken() -> None:
    check_terminal("xterm-256color", "UTF-8")
