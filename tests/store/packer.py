"""Writes a new row pack of a vault, then the hot table; says `done`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.store.build import index_of


def main(path: str) -> None:
    index_of(Path(path)).write_behind()
    sys.stdout.write("done\n")


if __name__ == "__main__":
    main(sys.argv[1])
