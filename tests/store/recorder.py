"""A recorder of what a program does to the files of a folder: real calls, passed on and noted."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = 0


@dataclass(frozen=True, slots=True)
class Named:
    """In the folder `home` a `name` appeared for `node`, or one has `gone`; a rename does both."""

    home: int
    name: str = ""
    node: int = -1
    gone: str = ""

    def apply(self, folders: dict[int, dict[str, int]]) -> None:
        names = folders.setdefault(self.home, {})
        names.pop(self.gone, None)
        if self.name:
            names[self.name] = self.node


@dataclass(frozen=True, slots=True)
class Written:
    """The content that a file has from here on."""

    node: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Synced:
    """A file or folder whose bytes or names are on the medium from here on."""

    node: int


@dataclass(frozen=True, slots=True)
class Told:
    """What the program told its user here: from now on a promise."""

    what: str


Event = Named | Written | Synced | Told


@dataclass(slots=True)
class Recorder:
    """Notes what happens below the folder `root`: `events`, after the `before` of the files.

    Files and folders are numbers; names of them are in the `folders`, so that a file that is
    renamed or unlinked stays the same file.
    """

    root: Path
    events: list[Event] = field(default_factory=list)
    folders: dict[int, dict[str, int]] = field(default_factory=lambda: {ROOT: {}})
    files: dict[int, bytes] = field(default_factory=dict)
    descriptors: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path in sorted(self.root.rglob("*")):
            home, name = self._place(path) or (ROOT, "")
            node = self.folders[home][name] = self._new()
            if path.is_dir():
                self.folders[node] = {}
            else:
                self.files[node] = path.read_bytes()

    def tell(self, what: str) -> None:
        """Note a promise."""
        self.events.append(Told(what))

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Stand between the program and the system until `patch` is undone."""
        noted: dict[str, Callable[..., None]] = {
            "open": self._opened,
            "close": self._closed,
            "mkdir": self._made,
            "unlink": lambda _, path, **__: self._went(path),
            "rmdir": lambda _, path, **__: self._went(path),
            "rename": self._moved,
            "replace": self._moved,
        }
        for name in ("write", "pwrite", "ftruncate", "posix_fallocate"):
            noted[name] = self._written
        for name in ("fsync", "fdatasync"):
            noted[name] = self._synced
        for name, note in noted.items():
            patch.setattr(os, name, _passing(getattr(os, name), note))

    def _opened(self, descriptor: int, path: Any, *_: Any, **__: Any) -> None:
        if Path(path) == self.root:
            self.descriptors[descriptor] = ROOT
            return
        place = self._place(path)
        if place is None:
            return
        home, name = place
        if name not in self.folders[home]:
            node = self._new()
            self._has(node, b"")
            self._name(Named(home, name, node))
        self.descriptors[descriptor] = self.folders[home][name]

    def _closed(self, _: None, descriptor: int) -> None:
        self.descriptors.pop(descriptor, None)

    def _written(self, _: Any, descriptor: int, *__: Any) -> None:
        node = self.descriptors.get(descriptor)
        if node is not None:
            self._has(node, Path(f"/proc/self/fd/{descriptor}").read_bytes())

    def _synced(self, _: None, descriptor: int) -> None:
        node = self.descriptors.get(descriptor)
        if node is not None:
            self.events.append(Synced(node))

    def _made(self, _: None, path: Any, *__: Any, **___: Any) -> None:
        place = self._place(path)
        if place is not None:
            node = self._new()
            self.folders[node] = {}
            self._name(Named(*place, node))

    def _went(self, path: Any) -> None:
        place = self._place(path)
        if place is not None:
            self._name(Named(place[0], gone=place[1]))

    def _moved(self, _: None, source: Any, target: Any) -> None:
        before, after = self._place(source), self._place(target)
        if before is None or after is None:
            return
        (home, name), (other, new) = before, after
        assert home == other, "a rename from folder to folder is two names, which nothing here does"
        self._name(Named(home, new, self.folders[home][name], gone=name))

    def _has(self, node: int, data: bytes) -> None:
        self.files[node] = data
        self.events.append(Written(node, data))

    def _name(self, name: Named) -> None:
        name.apply(self.folders)
        self.events.append(name)

    def _new(self) -> int:
        return len(self.folders) + len(self.files)

    def _place(self, path: Any) -> tuple[int, str] | None:
        """The folder that holds a path and the name in it, None where it is not ours."""
        try:
            parts = Path(path).relative_to(self.root).parts
        except (TypeError, ValueError):
            return None
        node = ROOT
        for part in parts[:-1]:
            node = self.folders[node][part]
        return (node, parts[-1]) if parts else None


def _passing(call: Callable[..., Any], note: Callable[..., None]) -> Callable[..., Any]:
    def passed(*args: Any, **options: Any) -> Any:
        found = call(*args, **options)
        note(found, *args, **options)
        return found

    return passed
