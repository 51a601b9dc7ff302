"""What a check of the whole vault came to, in lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands import output

if TYPE_CHECKING:
    from store.verify import Verdict


def tell(verdict: Verdict) -> None:
    """Print each damaged item, what cannot be read for it, and how much was read and is whole."""
    for fault in verdict.faults:
        output.out(f"damaged  {fault}")
    lost = verdict.lost.line()
    if lost:
        output.out(f"lost     {lost}")
    whole = ", ".join(f"{name} {count}" for name, count in verdict.counts.items())
    output.out(f"whole    {whole}")
