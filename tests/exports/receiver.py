"""Receives one sealed file into a vault, telling when it begins and when it is filed."""

from __future__ import annotations

import sys
from pathlib import Path

from exports.inbox import file_bundle, preview
from models.errors import CaseError
from store.vault import Vault
from tests.exports.build import PASSPHRASE, WALL


def main(path: str, sealed: str) -> None:
    with (
        Vault.open(Path(path), bytearray(PASSPHRASE)) as vault,
        Path(sealed).open("rb") as source,
    ):
        seen = preview(vault, source)
        sys.stdout.write("seen\n")
        sys.stdout.flush()
        try:
            case_id = file_bundle(vault, seen, source, sent=None, received=None, at=None, wall=WALL)
        except CaseError as error:
            sys.stdout.write(f"refused {error.message}\n")
        else:
            sys.stdout.write(f"filed {case_id}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
