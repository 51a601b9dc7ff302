"""Other programs that read and write age files, each as something that seals and opens."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import subprocess
from pathlib import Path
from typing import Any, Protocol

from store.age import SSH, seal_bytes, unseal_bytes
from tests.store.age.build import LIMIT, OF_EACH_KIND, PASSPHRASE
from tests.tui.line import line_to

AGE = shutil.which("age") or ""
KEYGEN = shutil.which("age-keygen") or ""
SCRYPT = "scrypt"
WAYS = (*OF_EACH_KIND, SCRYPT)
WORDS = PASSPHRASE.secret.decode()
# a terminal of its own, which is where age asks for a passphrase
ON_A_LINE = ("-c", "import os, sys; os.execv(sys.argv[1], sys.argv[1:])")
PATIENCE_S = 30


class Peer(Protocol):
    """Seals a text in one of `WAYS` and opens such a file; ValueError: it has no such keys."""

    name: str

    def seal(self, way: str, text: bytes) -> bytes: ...
    def open(self, way: str, data: bytes) -> bytes: ...


def run(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - a peer found on PATH, fixed words
        words, input=given, capture_output=True, check=False, timeout=PATIENCE_S
    )


class Ours:
    name = "ours"

    def seal(self, way: str, text: bytes) -> bytes:
        return seal_bytes(text, PASSPHRASE if way == SCRYPT else [OF_EACH_KIND[way].recipient()])

    def open(self, way: str, data: bytes) -> bytes:
        return unseal_bytes(data, PASSPHRASE if way == SCRYPT else [OF_EACH_KIND[way]], LIMIT)


class AgeCommand:
    name = "age"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def seal(self, way: str, text: bytes) -> bytes:
        if way == SCRYPT:
            return _typed(self._folder, ["-p"], text, prompts=2)
        return _said(run(AGE, "-R", self._file(OF_EACH_KIND[way].recipient().text()), given=text))

    def open(self, way: str, data: bytes) -> bytes:
        if way == SCRYPT:
            return _typed(self._folder, ["-d"], data, prompts=1)
        return _said(run(AGE, "-d", "-i", self._file(OF_EACH_KIND[way].text()), given=data))

    def _file(self, key: str) -> str:
        path = self._folder / "key"
        path.write_text(key + "\n", encoding="ascii")
        path.chmod(0o600)
        return str(path)


class Pyrage:
    name = "pyrage"

    def __init__(self) -> None:
        self._rage: Any = importlib.import_module("pyrage")

    def seal(self, way: str, text: bytes) -> bytes:
        if way == SCRYPT:
            return bytes(self._rage.passphrase.encrypt(text, WORDS))
        kind = self._rage.ssh if way == SSH.name else self._rage.x25519
        try:
            recipient = kind.Recipient.from_str(OF_EACH_KIND[way].recipient().text())
        except self._rage.RecipientError as error:
            raise ValueError(str(error)) from None
        return bytes(self._rage.encrypt(text, [recipient]))

    def open(self, way: str, data: bytes) -> bytes:
        if way == SCRYPT:
            return bytes(self._rage.passphrase.decrypt(data, WORDS))
        try:
            identity = self._identity(way, OF_EACH_KIND[way].text())
        except self._rage.IdentityError as error:
            raise ValueError(str(error)) from None
        return bytes(self._rage.decrypt(data, [identity]))

    def _identity(self, way: str, text: str) -> Any:
        if way == SSH.name:
            return self._rage.ssh.Identity.from_buffer(text.encode("ascii"))
        return self._rage.x25519.Identity.from_str(text)


def peers(folder: Path) -> tuple[list[Peer], list[str]]:
    """Return ours and those at hand, and the names of those that are not."""
    found: list[Peer] = [Ours()]
    absent = []
    if AGE:
        found.append(AgeCommand(folder))
    else:
        absent.append("age")
    if importlib.util.find_spec("pyrage"):
        found.append(Pyrage())
    else:
        absent.append("pyrage")
    return found, absent


def _said(done: subprocess.CompletedProcess[bytes]) -> bytes:
    if done.returncode:
        raise ValueError(done.stderr.decode(errors="replace"))
    return done.stdout


def _typed(folder: Path, options: list[str], given: bytes, *, prompts: int) -> bytes:
    source, target = folder / "source", folder / "target"
    source.write_bytes(given)
    target.unlink(missing_ok=True)
    with line_to([*ON_A_LINE, AGE, *options, "-o", str(target), str(source)]) as line:
        for prompt in ("Enter passphrase", "Confirm passphrase")[:prompts]:
            line.shows(prompt)
            line.type(WORDS + "\n")
        if line.ended():
            raise ValueError("\n".join(line.screen.display))
    return target.read_bytes()
