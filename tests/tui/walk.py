"""The walkthroughs of docs/, run whole as a person would run them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from tests.tui.terminal import ENTRANCE

DOCS = Path(__file__).parents[2] / "docs"


class Walk(NamedTuple):
    """What a walkthrough printed, and the folder it left."""

    text: str
    folder: Path

    def part(self, title: str) -> str:
        """Return what was printed under one heading, with the heading."""
        return next(each for each in self.text.split("\n== ") if each.startswith(title))


def walked(script: str, folder: Path) -> Walk:
    """Run a walkthrough in a new folder below `folder`."""
    program = folder / "program"
    program.write_text(f"#!/bin/sh\nexec {sys.executable} -I -c '{ENTRANCE}' \"$@\"\n")
    program.chmod(0o700)
    place = folder / "place"
    place.mkdir()
    ran = subprocess.run(  # noqa: S603 - the project's own script
        ["/bin/sh", str(DOCS / script), str(place)],
        env={
            **os.environ,
            "BREACHCASE": str(program),
            "BREACHCASE_WALKTHROUGH_MEMORY": "19",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    return Walk(ran.stdout, place)
