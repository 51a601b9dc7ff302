"""Two offices for the app's tests: real vaults with fictional cases, and a present that stands."""

from __future__ import annotations

import atexit
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp

from exports.card import office_card
from exports.trust import add_contact
from models.form import load_pack, typed_answer
from models.moment import Moment
from store.casework import new_case, set_answers
from store.vault import Founding, Vault
from tui.app import BreachcaseApp

WALL = "2019-12-19T10:00:00.000Z"
NOW = Moment.parse("2019-12-19T10:00+00:00[Europe/London]")
ZONE = "Europe/London"
PACK = load_pack("ico-2019")
TOLD = {
    "threshold": "1",
    "what_happened": "A list was sent to the wrong address.\nIt was recalled.",
    "cyber": "No",
    "how_found": "A colleague saw it.",
    "discovered": "2019-12-18T16:42",
    "occurred": "2019-12-07",
    "data_categories": "Basic personal identifiers, eg name, contact details",
    "records_count": "121,109 | with a National Insurance number: 48,740",
    "subjects_count": "121,109",
    "subject_categories": "Employees",
    "controller_name": "Harbour Training Trust",
    "reporter": "Ada Example; ada@example.org",
}


@cache
def _founded(side: str, name: str) -> Path:
    # one founding a session: it is many syncs, and these tests are not about it
    home = Path(mkdtemp())
    atexit.register(rmtree, home)
    founding = Founding(person="Ada Example", side=side, organisation=name, zone=ZONE, kdf_mib=19)
    vault, _ = Vault.create(home / "vault", bytearray(b"correct horse"), founding, WALL)
    vault.close()
    return home / "vault"


@contextmanager
def office(path: Path, *, side: str = "controller", name: str = "Harbour Trust") -> Iterator[Vault]:
    """Put an empty vault at `path` and open it."""
    copytree(_founded(side, name), path)
    with Vault.open(path, bytearray(b"correct horse")) as vault:
        yield vault


def case(vault: Vault, title: str, told: Mapping[str, str] = TOLD, *, wall: str = WALL) -> str:
    """Start a case and answer some of its form's questions as typed."""
    case_id = new_case(vault, title, wall=wall)
    answer(vault, case_id, told, wall=wall)
    return case_id


def answer(vault: Vault, case_id: str, told: Mapping[str, str], *, wall: str = WALL) -> None:
    """Answer questions as typed."""
    answers = {name: typed_answer(PACK.question(name), text, ZONE) for name, text in told.items()}
    set_answers(vault, case_id, answers, shown=vault.state(case_id), wall=wall)


def acquaint(controller: Vault, regulator: Vault) -> None:
    """Let each side have the other's card."""
    add_contact(controller, office_card(regulator), "regulator", wall=WALL)
    add_contact(regulator, office_card(controller), "controller", wall=WALL)


class TimedApp(BreachcaseApp):
    """The app, at the last of `moments`."""

    def __init__(self, vault: Vault) -> None:
        self.moments = [NOW]
        super().__init__(vault, now=lambda: self.moments[-1], wall=lambda: WALL)


def app_on(vault: Vault) -> TimedApp:
    """The app on an open vault, at 10:00 on 19 December 2019."""
    return TimedApp(vault)
