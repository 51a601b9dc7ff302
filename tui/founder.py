"""What a person is asked before a vault is made."""

from __future__ import annotations

from typing import Literal, NamedTuple, Self

from models.errors import UsageError
from models.text import normalise
from models.zone import known

Side = Literal["controller", "regulator"]
SIDES: tuple[Side, ...] = ("controller", "regulator")
DEFAULT_ZONE = "Europe/London"
NAME = 120
"""Characters of a name that fits on a card: as `exports.limits`, which would import the store."""


class Founder(NamedTuple):
    """Who makes a vault, for which side and office, in which time zone (an IANA name)."""

    person: str
    side: Side
    organisation: str
    zone: str

    @classmethod
    def told(cls, person: str, side: str, organisation: str, zone: str) -> Self:
        """Return what was typed, plainly spaced.

        Raises UsageError, before a passphrase is asked, for what no vault can begin with: a name
        that no card can carry would be found out months later, at the first exchange.
        """
        names = [" ".join(normalise(name).split()) for name in (person, organisation)]
        for what, name in zip(("person", "organisation"), names, strict=True):
            if not 0 < len(name) <= NAME:
                raise UsageError(
                    f"the {what} needs a name of 1 to {NAME} characters", hint=f"pass --{what} NAME"
                )
        if not known(zone):
            raise UsageError("unknown time zone", hint="use a name such as Europe/London")
        return cls(names[0], side_of(side), names[1], zone)


def side_of(text: str) -> Side:
    """Return the side of that name; raise UsageError."""
    for side in SIDES:
        if side == text:
            return side
    raise UsageError("a side is controller or regulator", hint="pass --role")
