from __future__ import annotations

import pytest

from tui.actions import ACTIONS, acts, bindings, help_lines, hints, key_name

SCOPES = sorted({act.scope for act in ACTIONS})
UNRELIABLE = {"ctrl+h", "ctrl+m", "ctrl+i", "ctrl+a", "ctrl+b"}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_means_one_thing_in_a_scope(scope: str) -> None:
    keys = [key for act in acts(scope) for key in act.keys]

    assert len(keys) == len(set(keys))


def test_no_action_sits_on_a_key_that_a_terminal_or_multiplexer_takes() -> None:
    assert not UNRELIABLE & {key for act in ACTIONS for key in act.keys}


@pytest.mark.parametrize("key", ["ctrl+s", "ctrl+q"])
def test_a_key_of_flow_control_is_never_the_only_way(key: str) -> None:
    assert all(len(act.keys) > 1 for act in ACTIONS if key in act.keys)


def test_every_action_has_a_sentence_in_the_help_of_its_screen() -> None:
    for act in ACTIONS:
        assert f"  {act.shown_keys:<14} {act.help}" in help_lines(act.scope)


def test_bindings_carry_the_keys_of_the_table() -> None:
    assert len(bindings("cases")) == len(acts("cases"))


def test_the_footer_of_a_screen_ends_with_what_holds_everywhere() -> None:
    assert hints("case")[-2:] == (("F1", "help"), ("F10", "quit"))


def test_an_action_of_the_screen_hides_the_same_one_of_the_app() -> None:
    assert [hint for hint in hints("cases") if hint[1] == "quit"] == [("q", "quit")]


@pytest.mark.parametrize(
    ("key", "name"),
    [("f8", "F8"), ("ctrl+q", "^q"), ("left_square_bracket", "["), ("n", "n"), ("f", "f")],
)
def test_a_key_is_named_as_people_know_it(key: str, name: str) -> None:
    assert key_name(key) == name
