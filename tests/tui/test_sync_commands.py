"""`sync`, `team` and `vault clone` at the command line: two people, a stick, a lost laptop."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.store.build import opened, save
from tests.store.replicas import home
from tests.tui.terminal import Terminal

INIT = (
    "--person", "A. Officer", "--organisation", "Marram Housing Trust", "--role", "controller",
    "--zone", "Europe/London", "--kdf-memory", "19",
)  # fmt: skip
FILES = ("--kdf-memory", "19", "--person")


class Desk:
    """The folder with the vaults, the stick and the recovery sheet."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.stick = folder / "stick"
        self.sheet = folder / "sheet"
        self._capsys = capsys
        self.stick.mkdir()
        (folder / "words").write_text("correct horse battery\n")

    def at(self, name: str) -> Terminal:
        words = str(self.folder / "words")
        return Terminal(
            self._capsys, "--vault", str(self.folder / name), "--passphrase-file", words
        )

    def sync(self, name: str) -> tuple[int, list[str]]:
        ran = self.at(name)("sync", str(self.stick))
        return ran.code, ran.out.splitlines()

    @property
    def number(self) -> str:
        told: str = json.loads(self.at("ours").ok("team", "ls", "--json"))["number"]
        return told

    def clone(self, name: str, person: str) -> tuple[str, str]:
        """A clone's device card and its number."""
        ran = self.at(name)(
            "vault", "clone", str(self.stick), "--number", self.number, *FILES, person
        )
        assert ran.code == 0, ran
        (number,) = (each for each in ran.err.splitlines() if each.startswith("number"))
        return ran.out.strip(), number.removeprefix("number").strip()

    def let_in(self, name: str, *roles: str) -> None:
        card, number = self.clone(name, "B. Colleague")
        told = (word for role in roles for word in ("--role", role))
        self.at("ours").ok("team", "add", card, "--number", number, *told)
        self.sync("ours")
        assert self.sync(name)[0] == 0


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    desk = Desk(tmp_path, capsys)
    desk.at("ours").ok("vault", "init", *INIT, "--recovery-file", str(desk.sheet))
    desk.at("ours").ok("new", "Lost laptop")
    desk.sync("ours")
    return desk


def test_a_colleague_is_let_in_and_both_have_the_case(desk: Desk) -> None:
    card, number = desk.clone("theirs", "B. Colleague")
    early = desk.at("theirs")("ls")
    waiting = desk.sync("theirs")
    added = desk.at("ours").ok("team", "add", card, "--role", "responder", "--number", number)
    sent = desk.sync("ours")
    code, lines = desk.sync("theirs")

    assert (early.code, waiting[0], sent[0], code) == (77, 77, 0, 0)
    assert "breachcase: hint: give its card" in early.err
    assert added.split()[1:] == ["responder", "B.", "Colleague"]
    assert lines[0].startswith("new  4 changes from A. Officer (device ")
    assert "Lost laptop" in desk.at("theirs").ok("ls")
    assert desk.at("theirs").ok("team", "card", "--person", "B. Colleague").strip() == card


def test_a_number_that_differs_lets_nobody_in(desk: Desk) -> None:
    card, _ = desk.clone("theirs", "B. Colleague")
    words = ("team", "add", card, "--role", "responder")

    wrong = desk.at("ours")(*words, "--number", "12345")
    untold = desk.at("ours")(*words)

    assert (wrong.code, untold.code) == (2, 2)
    assert "another device's number" in wrong.err
    assert "no number to compare" in untold.err
    assert "B. Colleague" not in desk.at("ours").ok("team", "ls")


def test_a_conflict_over_the_stick_is_shown_and_settled(desk: Desk) -> None:
    desk.let_in("theirs", "responder")
    for name, hour in (("ours", "09"), ("theirs", "10")):
        moment = f"discovered=2026-11-20T{hour}:30[Europe/London]"
        desk.at(name).ok("edit", "lost-laptop", "--set", moment)
    desk.sync("ours")
    code, lines = desk.sync("theirs")
    shown = desk.at("theirs").ok("show", "lost-laptop")
    desk.at("theirs").ok("resolve", "lost-laptop", "discovered", "--take", "1")
    desk.sync("theirs")

    assert code == 1
    (told,) = (line for line in lines if line.startswith("conflict"))
    assert told.endswith("several values now")
    assert "A. Officer" in shown
    assert "B. Colleague" in shown
    assert desk.sync("ours")[0] == 0
    assert "in conflict" not in desk.at("ours").ok("show", "lost-laptop")


def test_a_lost_laptop_is_replaced_with_the_recovery_key(desk: Desk) -> None:
    number = desk.number
    desk.at("ours").ok("attach", "lost-laptop", str(desk.sheet))
    desk.sync("ours")
    told = ("--number", number, *FILES, "A. Officer", "--recovery-file", str(desk.sheet))
    ran = desk.at("new")("vault", "clone", str(desk.stick), *told)
    code, lines = desk.sync("new")
    old = json.loads(desk.at("ours").ok("team", "ls", "--json"))["devices"]
    (lost,) = (each["device"] for each in old if each["here"])
    removed = desk.at("new")("team", "remove", lost[:8], "--reason", "lost on a train")
    desk.sync("new")
    desk.at("ours").ok("new", "By whoever found it")
    desk.sync("ours")
    code_after, lines_after = desk.sync("new")

    assert "vault recovered" in ran.err
    assert (code, lines[0]) == (0, "new  1 attachment")
    assert "is out" in removed.err
    assert "still knows the keys of the office, until breachcase key rotate" in removed.err
    assert code_after == 1
    (aside,) = (line for line in lines_after if line.startswith("quarantined"))
    listed = desk.at("new").ok("team", "ls")
    assert "quarantined  " in listed
    assert lost in listed
    assert "found" not in desk.at("new").ok("ls")
    name = aside.split()[2]
    desk.at("new").ok("team", "adopt", name, "--reason", "it was our own after all")
    assert "By whoever found it" in desk.at("new").ok("ls")


def test_the_recovery_key_removes_where_admins_have_removed_each_other(desk: Desk) -> None:
    desk.let_in("theirs", "admin", "responder")
    ids = {
        each["here"]: each["device"]
        for each in json.loads(desk.at("ours").ok("team", "ls", "--json"))["devices"]
        if each["roles"] != ["recovery"]
    }
    desk.at("theirs").ok("team", "remove", ids[True], "--reason", "takeover")
    desk.sync("theirs")
    desk.sync("ours")
    refused = desk.at("ours")("new", "Nothing")
    sheet = ("--recovery-file", str(desk.sheet), "--last", "0")
    ran = desk.at("ours")("team", "remove", ids[False], "--reason", "takeover", *sheet)

    assert (refused.code, ran.code) == (75, 0)
    desk.at("ours").ok("new", "Goes on")
    assert "removed" in desk.at("ours").ok("team", "ls")
    code, lines = desk.sync("ours")
    assert code == 0
    assert "note  a new epoch was begun: who was removed cannot read what comes now" in lines


def test_a_removed_device_that_could_still_read_is_told(desk: Desk) -> None:
    desk.let_in("theirs", "responder")
    ours = json.loads(desk.at("ours").ok("team", "ls", "--json"))
    founder = next(each["device"] for each in ours["devices"] if each["here"])
    sheet = ("--recovery-file", str(desk.sheet))

    refused = desk.at("theirs")("team", "remove", founder, "--reason", "left")
    desk.at("theirs").ok("team", "remove", founder, "--reason", "left", *sheet)

    ran = desk.at("theirs")("team", "ls")
    assert refused.code == 2
    assert "an admin has to sync" in ran.err
    assert json.loads(desk.at("theirs").ok("team", "ls", "--json"))["stale"] == [founder]


def test_with_the_recovery_key_a_removal_gives_the_office_new_keys(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk.folder)
    desk.let_in("theirs", "responder")
    desk.at("board").ok(
        "vault", "init", "--role", "regulator", "--organisation", "Sample Commission",
        *INIT[:2], *INIT[6:], "--recovery-file", "board.key",
    )  # fmt: skip
    Path("board.card").write_text(desk.at("board").ok("key", "show"), encoding="ascii")
    Path("our.card").write_text(desk.at("ours").ok("key", "show"), encoding="ascii")
    desk.at("ours").ok("contact", "add", "board.card", "--role", "regulator")
    desk.at("board").ok("contact", "add", "our.card", "--role", "controller")
    listed = json.loads(desk.at("ours").ok("team", "ls", "--json"))["devices"]
    theirs = next(each["device"] for each in listed if each["person"] == "B. Colleague")
    words = ("team", "remove", theirs, "--reason", "left", "--recovery-file")

    wrong = desk.at("ours")(*words, "board.key")
    ran = desk.at("ours")(*words, str(desk.sheet))

    assert (wrong.code, ran.code) == (77, 0)
    assert "B. Colleague is out" in ran.err
    assert "still knows" not in ran.err
    assert "Sample Commission" in ran.out
    desk.at("board").ok("receive", ran.out.split()[0], "--yes")
    number = json.loads(desk.at("ours").ok("key", "show", "--json"))["number"]
    assert number in ran.err
    desk.at("board").ok("contact", "verify", "marram", "--number", number)


def test_a_copied_vault_takes_a_new_device(desk: Desk) -> None:
    desk.let_in("theirs", "responder")
    shutil.copytree(desk.folder / "ours", desk.folder / "copy")

    admin = desk.at("copy")("team", "renew")
    other = desk.at("theirs")("team", "renew")

    assert "device of its own now" in admin.err
    assert other.out.startswith("breachcase-device-1 B.%20Colleague ")
    assert desk.at("theirs")("ls").code == 77
    assert desk.sync("copy")[0] == 0


def test_what_stopped_exits_74_and_json_says_everything(desk: Desk, tmp_path: Path) -> None:
    with opened(tmp_path / "ours") as vault:
        save(vault, vault.new_case_id(), "Another")
        place = home(vault, desk.stick)
    keys = place / "keys"
    shutil.rmtree(keys)
    keys.mkdir()
    for each in (tmp_path / "ours" / "keys").iterdir():
        (keys / each.name).mkdir()  # no file can be put there

    ran = desk.at("ours")("sync", str(desk.stick), "--json")
    plain = desk.at("ours")("sync", str(desk.stick))

    told = json.loads(ran.out)
    assert (ran.code, plain.code) == (74, 74)
    assert told["stopped"] == "the medium took no more files: is a directory"
    assert set(told) == {
        "new", "duplicate", "attachments", "copied", "stopped", "damaged", "waiting", "refused",
        "quarantined", "unknown", "forked", "older", "conflicts", "reviews", "healed", "medium",
        "ignored", "removed", "shred",
    }  # fmt: skip
    assert f"stopped  {told['stopped']}" in plain.out.splitlines()
    assert "safe to remove" not in plain.err


def test_a_clone_asks_for_the_number_and_the_name(desk: Desk) -> None:
    number = desk.number
    at = desk.at("theirs")

    for words in ((), ("--number", number)):
        ran = at("vault", "clone", str(desk.stick), *words)
        assert (ran.code, "breachcase: error: not said:" in ran.err) == (2, True)
    assert at("vault", "clone", str(desk.stick), "--number", "1").code == 2
    assert at("vault", "clone", "nowhere", "--number", number).code == 66
    assert not (desk.folder / "theirs").exists()


@pytest.mark.skipif(shutil.which("rclone") is None, reason="rclone is not installed")
def test_a_colleague_and_a_lost_laptop_over_rclone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    monkeypatch.setenv("RCLONE_CONFIG", "/dev/null")
    monkeypatch.setenv("RCLONE_CONFIG_FAR_TYPE", "local")
    place = f"rclone:far:{desk.stick}"
    number, sheet = ("--number", desk.number), ("--recovery-file", str(desk.sheet))
    cloned = desk.at("theirs")("vault", "clone", place, *number, *FILES, "B. Colleague")
    (told,) = (line for line in cloned.err.splitlines() if line.startswith("number"))
    compared = ("--number", told.removeprefix("number").strip())
    desk.at("ours").ok("team", "add", cloned.out.strip(), "--role", "responder", *compared)
    desk.at("ours").ok("sync", place)

    theirs = desk.at("theirs").ok("sync", place)
    desk.at("new").ok("vault", "clone", place, *number, *FILES, "A. Officer", *sheet)

    assert theirs.startswith("new  4 changes from A. Officer")
    assert "Lost laptop" in desk.at("new").ok("ls")
    assert desk.at("ours")("sync", "rclone:far").code == 2
