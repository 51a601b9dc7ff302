from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from exports.card import office_card
from exports.outbox import send
from exports.sealing import Sealed
from exports.trust import contacts
from store.change import SetOp
from store.vault import Vault
from tests.exports.build import office_of
from tests.exports.keys import card_by, revocation, seed, update
from tests.tui.desks import TOLD, WALL, TimedApp, acquaint, app_on, case, office
from tests.tui.pilot import same_as_golden, screen_text, words
from tui.screens.case import CaseScreen
from tui.screens.cases import CasesScreen
from tui.screens.dialogs import ConfirmScreen, MenuScreen, ReaderScreen
from tui.screens.receive import ReceiveScreen
from tui.screens.send import SendScreen

SIZES = [(80, 24), (60, 20), (120, 40)]


@dataclass
class Desks:
    """A controller with one case, and its regulator."""

    ours: Vault
    theirs: Vault
    case_id: str

    def seal(self) -> Sealed:
        return send(
            self.ours, self.case_id, "Regulator", at=None, wall=WALL, incomplete_reason="first"
        )


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[Desks]:
    regulator = office(tmp_path / "r", side="regulator", name="Regulator of Data")
    with office(tmp_path / "c") as ours, regulator as theirs:
        acquaint(ours, theirs)
        yield Desks(ours, theirs, case(ours, "Lost list", TOLD))


def type_into(app: TimedApp, selector: str, text: str) -> None:
    app.screen.query_one(selector, Input).value = text


async def done(pilot: Pilot[int]) -> None:
    """Wait for the worker that seals, reads or files, and for what it tells the screen."""
    await pilot.pause()
    mine = [each for each in pilot.app.workers if each.group in ("seal", "receive")]
    if mine:
        await pilot.app.workers.wait_for_complete(mine)
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
async def test_the_send_dialog_shows_what_is_missing(desks: Desks, size: tuple[int, int]) -> None:
    app = app_on(desks.ours)
    async with app.run_test(size=size) as pilot:
        await pilot.press("s")
        await pilot.pause()

        same_as_golden(f"send-{size[0]}", screen_text(app))


async def test_a_report_is_sealed_after_a_yes_and_its_file_is_private(
    desks: Desks, tmp_path: Path
) -> None:
    app = app_on(desks.ours)
    out = tmp_path / "report.age"
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        type_into(app, "#reason", "details follow")
        type_into(app, "#path", str(out))
        await pilot.press("f2")
        await pilot.pause()
        asked = screen_text(app)
        await pilot.press("y")
        await done(pilot)
        told = screen_text(app)
        await pilot.press("escape")
        await pilot.pause()

        assert "It is INCOMPLETE" in asked
        assert "Sealing is not sending" in told
        assert isinstance(app.screen, CasesScreen)
    assert out.read_bytes().startswith(b"age-encryption.org/v1")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert desks.ours.case(desks.case_id).reports[-1].frozen


async def test_enter_on_the_question_seals_nothing(desks: Desks, tmp_path: Path) -> None:
    app = app_on(desks.ours)
    async with app.run_test() as pilot:
        await pilot.press("s")
        type_into(app, "#reason", "details follow")
        type_into(app, "#path", str(tmp_path))
        await pilot.press("f2")
        await pilot.pause()
        asked = isinstance(app.screen, ConfirmScreen)
        await pilot.press("enter")
        await pilot.pause()

        assert asked
        assert isinstance(app.screen, SendScreen)
    assert desks.ours.case(desks.case_id).reports[-1].frozen is None


@pytest.mark.parametrize(
    ("reason", "path", "said"),
    [
        ("", "", "say why it goes out as it is"),
        ("later", "{}/c/header", "a file of that name is there already"),
        ("later", "{}/nowhere/file.age", "there is no such folder"),
    ],
)
async def test_an_order_that_cannot_be_carried_out_is_refused_before_sealing(
    desks: Desks, tmp_path: Path, reason: str, path: str, said: str
) -> None:
    app = app_on(desks.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        type_into(app, "#reason", reason)
        type_into(app, "#path", path.format(tmp_path))
        await pilot.press("f2")
        await pilot.pause()

        assert said in screen_text(app)
    assert desks.ours.case(desks.case_id).reports[-1].frozen is None


async def test_a_contact_can_be_picked_or_left_out(desks: Desks) -> None:
    app = app_on(desks.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s", "backspace", "f2")
        await pilot.pause()
        without = screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
        menu = isinstance(app.screen, MenuScreen)
        await pilot.press("escape", "enter", "enter")
        await pilot.pause()

        assert "choose a contact first" in without
        assert menu
        assert "< Regulator of Data (regulator, number not compared) >" in screen_text(app)


async def test_up_down_and_enter_go_through_the_send_dialog(desks: Desks) -> None:
    app = app_on(desks.ours)
    async with app.run_test() as pilot:
        await pilot.press("s")
        seen = []
        for key in ("down", "down", "enter", "up"):
            await pilot.press(key)
            seen.append(app.focused.id if app.focused else None)

        assert seen == ["what", "reason", "files", "reason"]


async def test_without_a_contact_the_dialog_says_how_to_add_one(tmp_path: Path) -> None:
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list")
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("s")
            await pilot.pause()

            assert "c in the list of cases adds one" in screen_text(app)


async def test_a_file_that_cannot_be_written_can_be_written_elsewhere(
    desks: Desks, tmp_path: Path
) -> None:
    locked = tmp_path / "locked"
    locked.mkdir()
    app = app_on(desks.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        type_into(app, "#reason", "details follow")
        type_into(app, "#path", str(locked / ("x" * 300)))
        await pilot.press("f2")
        await pilot.pause()
        refused = screen_text(app)
        type_into(app, "#path", str(locked / ("x" * 250)))
        await pilot.press("f2")
        await pilot.pause()
        await pilot.press("y")
        await done(pilot)
        failed = screen_text(app)
        type_into(app, "#path", str(tmp_path / "again.age"))
        await pilot.press("f2")
        await pilot.pause()
        await pilot.press("y")
        await done(pilot)

        assert "name too long" in refused.lower()
        assert "not saved" in failed
        assert isinstance(app.screen, ReaderScreen)
    assert (tmp_path / "again.age").exists()
    assert list(locked.iterdir()) == []


@pytest.mark.parametrize("size", SIZES)
async def test_the_sent_dialog_offers_the_present(desks: Desks, size: tuple[int, int]) -> None:
    app = app_on(desks.ours)
    async with app.run_test(size=size) as pilot:
        await pilot.press("enter", "f9")
        await pilot.pause()

        same_as_golden(f"sent-{size[0]}", screen_text(app))


async def test_recording_that_a_report_was_sent_stops_the_clock(desks: Desks) -> None:
    desks.seal()
    app = app_on(desks.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "f9")
        type_into(app, "#at", "2019-12-20T18:16[Europe/London]")
        await pilot.press("f2", "y")
        await pilot.pause()

        assert "49h34m on_time" in screen_text(app)


async def test_a_report_sent_by_portal_is_frozen_with_its_number(desks: Desks) -> None:
    app = app_on(desks.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "f9", "enter", "2", "down", *"WEB-1", "enter", "f2", "y")
        await pilot.pause()

        assert "(initial, sealed)" in screen_text(app)
    (event,) = desks.ours.case(desks.case_id).events
    assert (event.name, event.via, event.ref) == ("sent", "portal", "WEB-1")


async def test_nothing_is_recorded_as_sent_without_a_yes(desks: Desks) -> None:
    app = app_on(desks.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "f9", "f2")
        await pilot.pause()
        without_way = screen_text(app)
        await pilot.press("down", "enter", "escape", "enter", "down", "enter", "f2", "enter")
        await pilot.pause()
        there = screen_text(app)
        await pilot.press("escape")
        await pilot.pause()

        assert "say how it was sent" in without_way
        assert "< portal >" in there
        assert screen_text(app).startswith("Lost list (initial) ")
    assert desks.ours.case(desks.case_id).events == ()


async def test_a_bundle_that_was_not_sealed_cannot_have_been_sent(desks: Desks) -> None:
    app = app_on(desks.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "f9", "down", "1", "f2", "y")
        await pilot.pause()

        assert "no sealed report waits to be sent" in screen_text(app)


async def test_a_time_of_sending_that_cannot_be_read_is_said_so(desks: Desks) -> None:
    app = app_on(desks.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter", "f9", "x", "down", "2", "f2")
        await pilot.pause()

        assert "! not a date" in screen_text(app)


async def test_an_unreadable_answer_is_corrected_before_the_report_is_sent(desks: Desks) -> None:
    app = app_on(desks.ours)
    async with app.run_test() as pilot:
        await pilot.press("enter", *["f7"] * 3, *["down"] * 3, "x", "f9")
        await pilot.pause()

        assert isinstance(app.screen, CaseScreen)


@pytest.mark.parametrize("size", SIZES)
async def test_a_bundle_is_shown_before_it_is_filed(
    desks: Desks, tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in.age").write_bytes(desks.seal().data)
    monkeypatch.chdir(tmp_path)
    app = app_on(desks.theirs)
    async with app.run_test(size=size) as pilot:
        await pilot.press("r")
        type_into(app, "#path", "in.age")
        await pilot.pause()
        await pilot.press("f2")
        await done(pilot)
        text = screen_text(app)

        assert "initial report from Harbour Trust" in text
        assert desks.theirs.rows() == ()
        assert text.count("\n") == size[1]


async def test_a_bundle_is_filed_after_a_yes_with_the_times_as_stated(
    desks: Desks, tmp_path: Path
) -> None:
    (tmp_path / "in.age").write_bytes(desks.seal().data)
    app = app_on(desks.theirs)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        type_into(app, "#path", str(tmp_path / "in.age"))
        type_into(app, "#sent", "2019-12-20T18:16[Europe/London]")
        await pilot.pause()
        await pilot.press("f2")
        await done(pilot)
        await pilot.press("f2")
        await pilot.pause()
        asked = screen_text(app)
        await pilot.press("y")
        await pilot.pause()
        await done(pilot)

        assert "File this initial report from Harbour Trust?" in asked
        assert isinstance(app.screen, CasesScreen)
        assert "49h34m on_time" in screen_text(app)


async def test_a_no_files_nothing(desks: Desks, tmp_path: Path) -> None:
    (tmp_path / "in.age").write_bytes(desks.seal().data)
    app = app_on(desks.theirs)
    async with app.run_test() as pilot:
        await pilot.press("r")
        type_into(app, "#path", str(tmp_path / "in.age"))
        await pilot.pause()
        await pilot.press("f2")
        await done(pilot)
        await pilot.press("f2", "enter")
        await pilot.pause()

        assert isinstance(app.screen, ReceiveScreen)
    assert desks.theirs.rows() == ()


async def test_a_time_that_cannot_be_read_files_nothing(desks: Desks, tmp_path: Path) -> None:
    (tmp_path / "in.age").write_bytes(desks.seal().data)
    app = app_on(desks.theirs)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        type_into(app, "#path", str(tmp_path / "in.age"))
        type_into(app, "#received", "2019-02-30")
        await pilot.pause()
        await pilot.press("f2")
        await done(pilot)
        await pilot.press("f2")
        await pilot.pause()

        assert isinstance(app.screen, ReceiveScreen)
        assert "!" in screen_text(app)
    assert desks.theirs.rows() == ()


@pytest.mark.parametrize("name", ["nowhere.age", "random.age"])
async def test_a_file_that_is_no_bundle_is_refused_in_one_line(
    desks: Desks, tmp_path: Path, name: str
) -> None:
    (tmp_path / "random.age").write_bytes(bytes(range(256)))
    app = app_on(desks.theirs)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        type_into(app, "#path", str(tmp_path / name))
        await pilot.pause()
        await pilot.press("enter")
        await done(pilot)
        text = screen_text(app)
        await pilot.press("escape", "y")
        await pilot.pause()

        assert "| ! " in text
        assert isinstance(app.screen, CasesScreen)


async def test_the_same_bundle_twice_leads_to_its_case(desks: Desks, tmp_path: Path) -> None:
    sealed = desks.seal()
    (tmp_path / "in.age").write_bytes(sealed.data)
    app = app_on(desks.theirs)
    text = ""
    async with app.run_test(size=(80, 24)) as pilot:
        for step in ("first", "again"):
            await pilot.press("r")
            type_into(app, "#path", str(tmp_path / "in.age"))
            await pilot.pause()
            await pilot.press("f2")
            await done(pilot)
            text = screen_text(app)
            await pilot.press(*(("f2", "y") if step == "first" else ("f2",)))
            await pilot.pause()
            await done(pilot)

        assert "filed before" in text
        assert isinstance(app.screen, CasesScreen)
    assert len(desks.theirs.rows()) == 1


async def test_another_path_is_looked_at_anew(desks: Desks, tmp_path: Path) -> None:
    (tmp_path / "in.age").write_bytes(desks.seal().data)
    app = app_on(desks.theirs)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        type_into(app, "#path", str(tmp_path / "in.age"))
        await pilot.pause()
        await pilot.press("f2")
        await done(pilot)
        type_into(app, "#path", str(tmp_path / "other.age"))
        await pilot.pause()
        await pilot.press("f2")
        await done(pilot)

        assert "there is no such file" in screen_text(app)


async def test_a_statement_about_keys_is_filed_and_leads_to_no_case(
    desks: Desks, tmp_path: Path
) -> None:
    (tmp_path / "in.age").write_bytes(revocation(office_of(desks.ours), office_card(desks.theirs)))
    app = app_on(desks.theirs)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        type_into(app, "#path", str(tmp_path / "in.age"))
        await pilot.pause()
        await pilot.press("f2")
        await done(pilot)
        assert "about the sender's keys" in screen_text(app)
        await pilot.press("f2", "y")
        await pilot.pause()
        await done(pilot)
        assert "changes no case" in screen_text(app)
        await pilot.press("f2")
        await done(pilot)
        text = screen_text(app)
        await pilot.press("f2")
        await pilot.pause()

        assert "this was filed before" in text
        assert "goes to its case" not in text
        assert isinstance(app.screen, CasesScreen)
    assert contacts(desks.theirs)[0].revoked
    assert desks.theirs.rows() == ()


@pytest.mark.parametrize("answers", [("y", "y"), ("y", "n")])
async def test_what_is_less_protected_than_before_is_asked_twice(
    desks: Desks, tmp_path: Path, answers: tuple[str, str]
) -> None:
    ident = contacts(desks.theirs)[0].id
    floor = SetOp(f"contact/{ident}/floor", {"version": 1, "post_quantum": True})
    log = desks.theirs.log_state()
    desks.theirs.commit(desks.theirs.log_id, [floor], shown=log, wall=WALL)
    weak = update(
        office_of(desks.ours), office_card(desks.theirs), card_by("Trust", 50, 51), seed(50)
    )
    (tmp_path / "in.age").write_bytes(weak)
    app = app_on(desks.theirs)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("r")
        type_into(app, "#path", str(tmp_path / "in.age"))
        await pilot.pause()
        await pilot.press("f2")
        await done(pilot)
        await pilot.press("f2")
        await pilot.pause()
        await pilot.press(answers[0])
        await pilot.pause()
        assert "less protected" in screen_text(app)
        await pilot.press(answers[1])
        await pilot.pause()
        await done(pilot)

    assert bool(contacts(desks.theirs)[0].pending) == (answers[1] == "y")


async def test_a_report_to_a_contact_that_nobody_compared_says_so_before_it_is_sealed(
    desks: Desks, tmp_path: Path
) -> None:
    app = app_on(desks.ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        await pilot.pause()
        type_into(app, "#reason", "first report")
        type_into(app, "#path", str(tmp_path / "out.age"))
        await pilot.press("f2")
        await pilot.pause()

        assert "NOBODY HAS COMPARED" in words(app)
