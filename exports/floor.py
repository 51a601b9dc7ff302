"""The floor of a contact: the best protection it was ever seen to use; less needs a yes.

Source: docs/format-bundle.md, "Contacts".
"""

from __future__ import annotations

from dataclasses import dataclass

from exports.book import Entry, entry, place_of_key
from exports.bundle import Opened
from exports.card import Card, parse_card
from exports.manifest import VERSION, KeyUpdate
from models.strictjson import JSON
from store.change import SetOp
from store.vault import Vault


@dataclass(frozen=True, slots=True)
class Floor:
    """The highest format version, and whether a post-quantum recipient was on a card."""

    version: int = VERSION
    post_quantum: bool = False


def weakened(vault: Vault, opened: Opened) -> tuple[str, ...]:
    """Return in what a bundle falls below what its signer used before, each safe to show."""
    seen, now = _floor(_kept(vault, opened)), _shown(opened)
    found = []
    if now.version < seen.version:
        found.append(f"bundle is of format {now.version}, its sender wrote {seen.version} before")
    if seen.post_quantum and not now.post_quantum:
        found.append("the sender's card had a post-quantum recipient before and has none now")
    return tuple(found)


def raise_floor(vault: Vault, opened: Opened, *, wall: str) -> None:
    """Keep what a filed bundle shows its signer to use, where that is more than before.

    A weaker one that a person accepted lowers nothing: it is asked again.
    """
    seen, now = _floor(_kept(vault, opened)), _shown(opened)
    best = Floor(max(seen.version, now.version), seen.post_quantum or now.post_quantum)
    if best != seen:
        ident = place_of_key(vault.log_state(), opened.signer).ident
        value: JSON = {"version": best.version, "post_quantum": best.post_quantum}
        op = SetOp(f"contact/{ident}/floor", value)
        vault.commit(vault.log_id, [op], shown=vault.log_state(), wall=wall)


def _kept(vault: Vault, opened: Opened) -> Entry:
    state = vault.log_state()
    return entry(state, place_of_key(state, opened.signer).ident)


def _floor(kept: Entry) -> Floor:
    best = Floor()
    for value in kept.get("floor", ()):  # several where two replicas raised it
        match value:
            case {"version": int(version), "post_quantum": bool(hybrid)}:
                best = Floor(max(best.version, version), best.post_quantum or hybrid)
            case _:
                continue
    return best


def _shown(opened: Opened) -> Floor:
    manifest = opened.manifest
    card: Card = opened.card
    if isinstance(manifest, KeyUpdate):
        card = parse_card(manifest.payload.card)
    return Floor(manifest.version, card.hybrid is not None)
