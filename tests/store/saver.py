"""Saves without end, telling each saved change's id once it is on the medium."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.store.build import opened, save


def main(path: str, case_id: str, count: int) -> None:
    with opened(Path(path)) as vault:
        sys.stdout.write("ready\n")
        for number in range(count):
            sys.stdout.write(save(vault, case_id, f"Save {number}") + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
