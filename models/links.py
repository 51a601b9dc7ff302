"""Who told whom: the links between those who held the data, and how long each took.

A sub-processor tells a processor, a processor its controller; any number of them, as a tree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from models.chain import Event, Gap, gap
from models.moment import Moment
from models.record import Party, place

CONTROLLER: Final = "controller"
UPSTREAM: Final = ("sub_processor", "processor")
"""The roles that tell somebody, those furthest from the controller first."""
TARGET_S: Final = 24 * 3600
"""How soon a link is to tell where nothing else is agreed; ours, the law has no number."""


@dataclass(frozen=True, slots=True)
class Link:
    """One party and the time until whom it tells knew; `target_s` is what the link is held to."""

    party: Party
    gap: Gap
    target_s: int

    @property
    def over(self) -> bool:
        """Whether it took longer than its target for certain."""
        return self.gap.min_s is not None and self.gap.min_s > self.target_s

    @property
    def unknown(self) -> bool:
        """Whether nobody stated when the party knew."""
        return self.party.aware is None


def awareness(parties: Sequence[Party], party: Party | None, aware: Moment | None) -> Event:
    """Return the stop at which a party knew; None is the controller, who knew at `aware`."""
    if party is None:
        names = [each.name for each in parties if each.role == CONTROLLER]
        return Event("awareness", CONTROLLER, aware, names[0] if len(names) == 1 else "")
    role = party.role.replace("_", "-")
    several = sum(each.role == party.role for each in parties) > 1
    label = f"{role} {party.name or party.id[:8]}" if several else role
    return Event("awareness", label, party.aware, "" if several else party.name)


def told_by(parties: Sequence[Party], party: Party) -> Party | None:
    """Return whom a party tells, None for the controller.

    Where nothing is stated, a sub-processor tells the processor if there is just one.
    """
    upstream = [each for each in parties if each.role in UPSTREAM and each.id != party.id]
    stated = next((each for each in upstream if each.id == party.tells), None)
    if stated or party.tells or party.role != "sub_processor":
        return stated
    processors = [each for each in upstream if each.role == "processor"]
    return processors[0] if len(processors) == 1 else None


def route(parties: Sequence[Party], party: Party) -> tuple[Party, ...]:
    """Return the party and those through whom its word reaches the controller, in order.

    It ends where it would come back to one of them: merged changes can make a circle.
    """
    found = [party]
    while (then := told_by(parties, found[-1])) is not None and then not in found:
        found.append(then)
    return tuple(found)


def main_route(parties: Sequence[Party]) -> tuple[Party, ...]:
    """Return the route with the most parties, of several the one that began first; else empty."""
    routes = [route(parties, each) for each in parties if each.role in UPSTREAM]
    return min(routes, key=_rank, default=())


def _rank(found: tuple[Party, ...]) -> tuple[object, ...]:
    dark = sum(each.aware is None for each in found)
    return (-len(found), dark, *place(found[0].aware), found[0].name, found[0].id)


def links(parties: Sequence[Party], aware: Moment | None) -> tuple[Link, ...]:
    """Return one link a processor and sub-processor, those furthest from the controller first."""
    upstream = [each for each in parties if each.role in UPSTREAM]
    upstream.sort(key=lambda each: (-len(route(parties, each)), each.id))
    return tuple(_link(parties, each, aware) for each in upstream)


def _link(parties: Sequence[Party], party: Party, aware: Moment | None) -> Link:
    knew = awareness(parties, party, aware)
    then = awareness(parties, told_by(parties, party), aware)
    target_s = TARGET_S if party.target_s is None else party.target_s
    return Link(party, gap(knew, then), target_s)
