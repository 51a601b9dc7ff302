"""The folder of one's own forms, `breachcase/forms` in the XDG data folder."""

from __future__ import annotations

import os
from pathlib import Path

TYPE_CHECKING = False  # importing typing alone would take half the time of `--version`
if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_FILES = 200
_LIMIT = 1024 * 1024 + 1  # one more than a form may have: models say that it is too large


def data_folder() -> Path:
    """Return the XDG data folder's part that is ours."""
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(data) / "breachcase"


def forms_folder() -> Path:
    """Return where a person's own forms are looked for; it need not be there."""
    return data_folder() / "forms"


class OwnForms:
    """Reads the `*.toml` of a folder, in the order of their names, when first asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self) -> Iterator[tuple[str, bytes | None]]:
        """Yield each file's name and bytes, None where it cannot be read; no folder, no files."""
        try:
            names = sorted(each.name for each in self._folder.iterdir())
        except OSError:
            return
        for name in [each for each in names if each.endswith(".toml")][:MOST_FILES]:
            yield name, _read(self._folder / name)


def _read(path: Path) -> bytes | None:
    try:
        if not path.is_file():  # a pipe would be waited for without end
            return None
        with path.open("rb") as file:
            return file.read(_LIMIT)
    except OSError:
        return None
