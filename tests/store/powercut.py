"""What a power cut could leave of a recorded run: every state of the medium, after every call.

A medium is sure to hold the bytes that a file had at its last sync, and the names that a folder
had at its last sync. Of what came later any part may be there: the names in any combination, the
bytes whole, lost, torn, zeroed or garbled. Sources: ALICE (Pillai and others, OSDI 2014);
SQLite's test6.c.
"""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.store.recorder import ROOT, Event, Named, Recorder, Synced, Told, Written

_ALL: Final = 4  # names not yet sure, of which every combination is tried
_DRAWN: Final = 8  # combinations drawn at random where there are more
_RESERVED: Final = 64 * 1024
_HOWS: Final = ("whole", "lost", "torn", "zeroed", "holed", "garbled")

Tree = Mapping[str, bytes | None]
"""Content of the files and None for folders, by path."""


@dataclass(frozen=True, slots=True)
class State:
    """What a power cut after the call of that number may leave, and what was told before it."""

    number: int
    told: tuple[str, ...]
    tree: Tree

    @property
    def key(self) -> tuple[int, frozenset[tuple[str, int]]]:
        """The same for states that do not differ."""
        return len(self.told), frozenset((path, hash(data)) for path, data in self.tree.items())

    def make(self, root: Path) -> None:
        """Write it into the folder `root`, which is not there yet."""
        root.mkdir(mode=0o700)
        for path, data in sorted(self.tree.items()):
            if data is None:
                (root / path).mkdir(mode=0o700)
            elif _is_reserved(data):
                with (root / path).open("wb") as file:
                    file.truncate(len(data))
            else:
                (root / path).write_bytes(data)


@dataclass(slots=True)
class Medium:
    """A medium after some calls: what is sure, what came since, and what was told."""

    folders: dict[int, dict[str, int]]
    sure: dict[int, bytes]
    now: dict[int, bytes]
    names: list[Named] = field(default_factory=list)
    told: tuple[str, ...] = ()

    @classmethod
    def before(cls, recorder: Recorder) -> Medium:
        """The medium as it was when the recorder began; all of it is sure."""
        folders = {node: dict(names) for node, names in recorder.folders.items()}
        return cls(folders, dict(recorder.files), dict(recorder.files))

    def take(self, event: Event) -> None:
        match event:
            case Named():
                self.names.append(event)
            case Written(node, data):
                self.now[node] = data
            case Told(what):
                self.told = (*self.told, what)
            case Synced(node) if node in self.now:
                self.sure[node] = self.now[node]
            case Synced(node):
                for each in self.names:
                    if each.home == node:
                        each.apply(self.folders)
                self.names = [each for each in self.names if each.home != node]

    def left(self, chance: random.Random) -> Iterator[Tree]:
        """Yield what may be on it after a power cut; some of it more than once."""
        unsure = [
            node
            for node, data in self.now.items()
            if self.sure.get(node, b"") != data and not _is_reserved(data)
        ]
        for kept in _combinations(self.names, chance):
            folders = {node: dict(names) for node, names in self.folders.items()}
            for name in kept:
                name.apply(folders)
            for how in (*_HOWS, "mixed") if unsure else _HOWS[:1]:
                files = dict(self.now)
                for node in unsure:
                    one = chance.choice(_HOWS) if how == "mixed" else how
                    files[node] = damaged(self.sure.get(node, b""), self.now[node], one, chance)
                yield dict(_walk(folders, files, ROOT, ""))


def states(recorder: Recorder, before: Medium, seed: int) -> Iterator[State]:
    """Yield each different state that a power cut may leave, after each call of the run."""
    chance = random.Random(seed)  # noqa: S311 - which states, no secret
    seen = set()
    for number, event in enumerate(recorder.events):
        before.take(event)
        for tree in before.left(chance):
            state = State(number, before.told, tree)
            if state.key not in seen:
                seen.add(state.key)
                yield state


def damaged(sure: bytes, now: bytes, how: str, chance: random.Random) -> bytes:
    """What is left of a file whose bytes after its last sync fared so."""
    kept = sure if now.startswith(sure) else b""
    tail = now[len(kept) :]
    half = len(tail) // 2
    match how:
        case "whole":
            return now
        case "lost":
            return sure
        case "torn":
            return kept + tail[: chance.randrange(len(tail) + 1)]
        case "zeroed":
            return kept + bytes(len(tail))
        case "holed":
            return kept + bytes(half) + tail[half:]
        case _:
            return kept + chance.randbytes(len(tail))


@functools.cache
def _is_reserved(data: bytes) -> bool:
    """Whether it is room that was taken for later: there are no bytes in it to fare ill."""
    return len(data) > _RESERVED and not data.strip(b"\0")


def _combinations(names: list[Named], chance: random.Random) -> Iterator[list[Named]]:
    """Yield which of the names that are not sure are there; later ones may be without earlier."""
    count = len(names)
    if count <= _ALL:
        choices = set(itertools.product((False, True), repeat=count))
    else:
        prefixes = [tuple(place < end for place in range(count)) for end in range(count + 1)]
        single = [tuple(place != gone for place in range(count)) for gone in range(count)]
        drawn = [tuple(chance.random() < 0.5 for _ in names) for _ in range(_DRAWN)]
        choices = {*prefixes, *single, *drawn}
    for choice in sorted(choices):
        yield [*itertools.compress(names, choice)]


def _walk(
    folders: dict[int, dict[str, int]], files: dict[int, bytes], node: int, at: str
) -> Iterator[tuple[str, bytes | None]]:
    for name, child in folders.get(node, {}).items():
        path = f"{at}{name}"
        if child in files:
            yield path, files[child]
        else:
            yield path, None
            yield from _walk(folders, files, child, f"{path}/")
