"""Compare a wheel and an sdist with the checkout's file names, read from standard input."""

from __future__ import annotations

import sys
import tarfile
import zipfile
from pathlib import Path

SHIPPED = ("exports/", "models/", "store/", "tui/")


def main(wheel: str, sdist: str) -> int:
    """Print each file that is missing or does not belong; return 1 if there is one.

    The wheel holds the four packages, whole, and its own metadata; the sdist every file.
    """
    checkout = {name for name in sys.stdin.read().splitlines() if Path(name).is_file()}
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = {name for name in archive.namelist() if ".dist-info/" not in name}
    with tarfile.open(sdist) as archive:
        in_sdist = {member.name.partition("/")[2] for member in archive if member.isfile()}
    shipped = {name for name in checkout if name.startswith(SHIPPED)}
    faults = (
        [f"not in the wheel: {name}" for name in sorted(shipped - in_wheel)]
        + [f"should not be in the wheel: {name}" for name in sorted(in_wheel - shipped)]
        + [f"not in the sdist: {name}" for name in sorted(checkout - in_sdist)]
    )
    sys.stdout.writelines(f"{line}\n" for line in faults)
    sys.stdout.write(f"wheel: {len(in_wheel)} files; sdist: {len(in_sdist)} files\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
