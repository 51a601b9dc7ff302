"""The help of the command tree: each line whole, each option said."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from tui.commands.root import root


def groups(command: click.Command, ctx: click.Context, name: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the help of each group of commands below a command."""
    if isinstance(command, click.Group):
        yield name, command.get_help(ctx)
        for each in command.list_commands(ctx):
            below = command.get_command(ctx, each)
            assert below is not None
            yield from groups(below, click.Context(below, parent=ctx), each)


def commands(command: click.Command, ctx: click.Context) -> Iterator[click.Command]:
    """Yield each command of the tree."""
    yield command
    if isinstance(command, click.Group):
        for each in command.list_commands(ctx):
            below = command.get_command(ctx, each)
            assert below is not None
            yield from commands(below, click.Context(below, parent=ctx))


ROOT = click.Context(root, max_content_width=80, terminal_width=80)


@pytest.mark.parametrize(("name", "told"), [*groups(root, ROOT, "breachcase")])
def test_no_line_of_a_list_of_commands_is_cut_at_80_columns(name: str, told: str) -> None:
    listed = told.partition("Cases:" if name == "breachcase" else "Commands:")[2]

    assert listed
    assert not [line for line in listed.splitlines() if line.endswith("...") or len(line) > 80]


def test_every_option_says_what_it_is_for() -> None:
    silent = [
        f"{each.name} {option.opts[0]}"
        for each in commands(root, ROOT)
        for option in each.params
        if isinstance(option, click.Option) and not option.help
    ]

    assert silent == []
