"""Saves so many times whatever the disk says, and tells what became of each save.

Lines: `ready`, then `saved ID` or `refused MESSAGE` for each, at last `holds COUNT WRITABLE`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from store.errors import DiskError
from tests.store.build import opened, save


def main(path: str, case_id: str, count: int) -> None:
    with opened(Path(path)) as vault:
        _tell("ready")
        for number in range(count):
            try:
                _tell(f"saved {save(vault, case_id, f'Save {number}')}")
            except DiskError as error:
                _tell(f"refused {error.message}")
        _tell(f"holds {len(vault.state(case_id).changes)} {vault.writable}")


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
