"""Where forms of one's own come from: who may read files says so once, models only ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable

Source = Callable[[], Iterable[tuple[str, bytes | None]]]
"""Gives each file's name and bytes, None for one that cannot be read; asked at most once."""


def _nothing() -> tuple[tuple[str, bytes | None], ...]:
    return ()


class _Own:
    """The source that was named last; no source until then."""

    source: Source = staticmethod(_nothing)


def use(source: Source) -> None:
    """Have forms of one's own come from `source`, and from no other, from now on."""
    _Own.source = staticmethod(source)


def source() -> Source:
    """Return the source that is in use."""
    return _Own.source
