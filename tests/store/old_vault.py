"""The vault of each released format in tests/vectors/vaults: how it was made, what is in it.

`python -m tests.store.old_vault FOLDER` makes one of today's format. It is made once a format, by
the release that brings it, and never again: its bytes are what that release wrote.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from models.strictjson import JSON
from store.fold import CaseState
from store.vault import Vault
from tui.cli import run

VAULTS = Path(__file__).parents[1] / "vectors/vaults"
PASSPHRASE = "six plain words of a fixture"  # noqa: S105 - opens nothing else
_PERSON = ("--kdf-memory", "19", "--person")
_REASON = ("--reason", "fixture")
_LEFT_OUT = ("lock", "cache", "ballast", "drafts")
_AT = "2026-03-02T09:10:00+00:00[Europe/London]"


class _Offices:
    """Scratch vaults, and commands to them as their people would type."""

    def __init__(self, place: Path) -> None:
        self.place = place
        (place / "words").write_text(f"{PASSPHRASE}\n")
        (place / "stick").mkdir()

    def at(self, name: str, *words: str) -> str:
        """Run a command that must succeed; its stdout."""
        told = ("--vault", str(self.place / name), "--passphrase-file", str(self.place / "words"))
        with contextlib.redirect_stdout(io.StringIO()) as out:
            code = run([*told, *words])
        assert code in {0, 1}, (words, code)
        return out.getvalue().strip()

    def sync(self, *names: str) -> None:
        """Exchange over the stick, one after the other."""
        for name in names:
            self.at(name, "sync", str(self.place / "stick"))

    def let_in(self, name: str, person: str, *roles: str) -> None:
        """Clone the vault for a colleague, and let the device in."""
        number = json.loads(self.at("ours", "team", "ls", "--json"))["number"]
        cloned = ("vault", "clone", str(self.place / "stick"), "--number", number, *_PERSON)
        with contextlib.redirect_stderr(io.StringIO()) as said:
            card = self.at(name, *cloned, person)
        (line,) = (each for each in said.getvalue().splitlines() if each.startswith("number"))
        told = [word for role in roles for word in ("--role", role)]
        digits = line.removeprefix("number").strip()
        self.at("ours", "team", "add", card, "--number", digits, *told)
        self.sync("ours", name)


def make(folder: Path) -> None:
    """Make the vault, and beside it what is in it: `vault/`, `expected.json`."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["XDG_STATE_HOME"] = scratch
        offices = _Offices(Path(scratch))
        _work(offices)
        source = offices.place / "ours"
        shutil.copytree(source, folder / "vault", ignore=shutil.ignore_patterns(*_LEFT_OUT))
        recovery = (offices.place / "sheet").read_text().split()
        secret = next(word for word in recovery if word.startswith("AGE-SECRET-KEY-1"))
        with Vault.open(source, bytearray(PASSPHRASE.encode()), writable=False) as vault:
            told = {"passphrase": PASSPHRASE, "recovery": secret, **content(vault)}
        (folder / "expected.json").write_text(json.dumps(told, indent=1, sort_keys=True) + "\n")


def _work(offices: _Offices) -> None:
    """Two devices and a removed one, a conflict, an attachment, a sealed report, a contact."""
    here = ("--zone", "Europe/London", *_PERSON)
    ours = ("vault", "init", "--role", "controller", "--organisation", "Marram Housing Trust")
    offices.at("ours", *ours, *here, "A. Officer", "--recovery-file", str(offices.place / "sheet"))
    theirs = ("vault", "init", "--role", "regulator", "--organisation", "Sample Commission")
    offices.at("them", *theirs, *here, "C. Officer", "--recovery-file", str(offices.place / "s2"))
    (offices.place / "card").write_text(offices.at("them", "key", "show"))
    offices.at("ours", "contact", "add", str(offices.place / "card"), "--role", "regulator")
    offices.at("ours", "new", "Lost laptop")
    offices.at("ours", "edit", "lost", "--set", "what_happened=A laptop was left on a train.")
    offices.at("ours", "note", "lost", "The train company was called.", "--at", _AT)
    (offices.place / "names.txt").write_text("a list of fictional names\n" * 40)
    offices.at("ours", "attach", "lost", str(offices.place / "names.txt"))
    out = ("-o", str(offices.place / "report.age"), "--at", _AT, "--amber", "--incomplete")
    offices.at("ours", "send", "lost", "--to", "sample", *out, *_REASON)
    offices.at("ours", "new", "Wrong address")
    offices.sync("ours")
    offices.let_in("second", "B. Colleague", "admin", "responder")
    offices.let_in("third", "D. Leaver", "responder")
    offices.at("third", "edit", "wrong", "--set", "what_happened=A letter went astray.")
    offices.sync("third", "second", "ours")
    offices.at("ours", "edit", "wrong", "--set", "how_found=An old address was used.")
    offices.at("second", "edit", "wrong", "--set", "how_found=Two letters were swapped.")
    devices = json.loads(offices.at("ours", "team", "ls", "--json"))["devices"]
    (leaver,) = (each["device"] for each in devices if each["person"] == "D. Leaver")
    offices.at("ours", "team", "remove", leaver, *_REASON)
    offices.sync("ours", "second", "ours")
    offices.at("ours", "note", "lost", "A new epoch has begun.", "--at", _AT)


def content(vault: Vault) -> dict[str, JSON]:
    """What a vault holds, for comparison: every digest and every value."""
    cases: dict[str, JSON] = {row.id: _case(vault.state(row.id)) for row in vault.rows()}
    attached: dict[str, JSON] = {
        blob_id: len(vault.get_blob(case_id, blob_id))
        for blob_id, case_id in vault.history.attachments(cases).items()
    }
    return {
        "vault": vault.id,
        "number": vault.number,
        "log": _case(vault.log_state()),
        "cases": cases,
        "attachments": attached,
        "devices": {
            name: {"person": card.person, "removed": name in vault.authority.removed}
            for name, card in vault.authority.devices.items()
        },
        "epochs": [*sorted(vault.authority.epochs)],
    }


def _case(state: CaseState) -> JSON:
    values: dict[str, JSON] = {
        name: [each.value for each in register.values] for name, register in state.fields.items()
    }
    conflicts: list[JSON] = [*sorted(state.conflicts)]
    return {"digest": state.digest(), "values": values, "conflicts": conflicts}


if __name__ == "__main__":
    make(Path(sys.argv[1]))
