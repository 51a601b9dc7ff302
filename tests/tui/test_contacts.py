"""The offices that letters are exchanged with: added, compared, our own card."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from exports.card import office_card, parse_card
from exports.trust import contacts
from store.vault import Vault
from tests.tui.desks import acquaint, app_on, office
from tests.tui.pilot import same_as_golden, screen_text, words
from tests.tui.test_screens_exchange import done, type_into
from tui.screens.card import AddScreen, OwnCardScreen, VerifyScreen
from tui.screens.contacts import ContactsScreen
from tui.widgets.entry import Entry

SIZES = [(80, 24), (60, 20)]


@pytest.fixture
def vaults(tmp_path: Path) -> Iterator[tuple[Vault, Vault]]:
    regulator = office(tmp_path / "r", side="regulator", name="Regulator of Data")
    with office(tmp_path / "c") as ours, regulator as theirs:
        yield ours, theirs


async def paste(pilot: Pilot[int], text: str) -> None:
    focused = pilot.app.focused
    assert focused is not None
    focused.post_message(events.Paste(text))
    await pilot.pause()


@pytest.mark.parametrize("size", SIZES)
async def test_a_contact_is_added_by_pasting_its_card(
    vaults: tuple[Vault, Vault], size: tuple[int, int]
) -> None:
    ours, theirs = vaults
    card = office_card(theirs).line()
    app = app_on(ours)
    async with app.run_test(size=size) as pilot:
        await pilot.press("c")
        await pilot.pause()
        empty = screen_text(app)
        await pilot.press("n")
        await pilot.pause()
        same_as_golden(f"contact-add-{size[0]}", screen_text(app))
        await pilot.press("f2")
        await pilot.pause()
        without = screen_text(app)
        await paste(pilot, f"{card[:60]}\n{card[60:]}\n")  # as a terminal that wraps gives it
        await pilot.press("f2")
        await pilot.pause()
        unsaid = screen_text(app)
        await pilot.press("down", "3", "f2")
        await pilot.pause()
        same_as_golden(f"contacts-{size[0]}", screen_text(app))

        assert "no contact yet" in empty
        assert "paste the card first" in without
        assert "say what they are to us" in unsaid
    (contact,) = contacts(ours)
    assert (contact.role, contact.verified) == ("regulator", False)


async def test_a_card_that_is_none_is_refused(vaults: tuple[Vault, Vault]) -> None:
    app = app_on(vaults[0])
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("c", "n", *"card", "f2")
        await pilot.pause()

        assert "! text is not an office card" in screen_text(app)


@pytest.mark.parametrize("size", SIZES)
async def test_a_number_is_typed_as_heard_and_never_shown(
    vaults: tuple[Vault, Vault], size: tuple[int, int]
) -> None:
    ours, theirs = vaults
    acquaint(ours, theirs)
    number = office_card(theirs).number
    app = app_on(ours)
    async with app.run_test(size=size) as pilot:
        await pilot.press("c", "enter")
        await pilot.pause()
        seen = [words(app)]
        await pilot.press("escape", "v")
        await pilot.pause()
        same_as_golden(f"contact-verify-{size[0]}", screen_text(app))
        seen += [await compared(pilot, heard) for heard in ("123", "1" * 30)]

        assert all(number[:11] not in text for text in seen)
        assert "a number has 30 digits" in seen[1]
        assert "that is not the number of" in seen[2]
    assert not contacts(ours)[0].verified


async def test_the_same_number_makes_a_contact_verified(vaults: tuple[Vault, Vault]) -> None:
    ours, theirs = vaults
    acquaint(ours, theirs)
    app = app_on(ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("c", "v")
        after = await compared(pilot, office_card(theirs).number.replace(" ", ""))
        await pilot.press("enter")
        await pilot.pause()

        assert "regulator verified Regulator of Data" in after
        assert "Its number was compared" in words(app)
    assert contacts(ours)[0].verified


async def compared(pilot: Pilot[int], heard: str) -> str:
    pilot.app.screen.query_one("#number", Entry).put(heard)
    await pilot.pause()
    await pilot.press("enter")
    await done(pilot)
    return words(pilot.app)


@pytest.mark.parametrize("size", SIZES)
async def test_our_own_card_is_shown_with_its_number_and_written_to_a_file(
    vaults: tuple[Vault, Vault], tmp_path: Path, size: tuple[int, int]
) -> None:
    ours, _ = vaults
    out = tmp_path / "card.txt"
    app = app_on(ours)
    async with app.run_test(size=size) as pilot:
        await pilot.press("c", "o")
        await done(pilot)
        text = screen_text(app)
        type_into(app, "#path", str(out))
        await pilot.press("f2")
        await pilot.pause()
        written = screen_text(app)
        await pilot.press("f2")
        await pilot.pause()
        again = screen_text(app)
        await pilot.press("escape", "y")
        await pilot.pause()

        assert office_card(ours).number in text
        assert "written to" in written
        assert "a file of that name is there already" in again
        assert isinstance(app.screen, ContactsScreen)
    assert parse_card(out.read_text()) == office_card(ours)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


async def test_a_vault_that_is_only_read_takes_no_contact(tmp_path: Path) -> None:
    with office(tmp_path / "v"):
        pass
    with Vault.open(tmp_path / "v", bytearray(b"correct horse"), writable=False) as vault:
        app = app_on(vault)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("c", "v", "n")
            await pilot.pause()

            assert "only read here" in screen_text(app)
            await pilot.press("escape")
            await pilot.pause()


@pytest.mark.parametrize(
    ("keys", "name", "screen"),
    [
        (("n", *"bre"), "card", AddScreen),
        (("v", *"123"), "number", VerifyScreen),
        (("o", *"x"), "path", OwnCardScreen),
    ],
)
async def test_what_is_typed_there_comes_back_after_a_lost_line(
    vaults: tuple[Vault, Vault], keys: tuple[str, ...], name: str, screen: type[object]
) -> None:
    ours, theirs = vaults
    acquaint(ours, theirs)
    app = app_on(ours)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("c", *keys)
        await done(pilot)
        typed = app.screen.query_one(f"#{name}", Entry).text
        ours.drafts.close()
    app = app_on(ours)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(4):
            await done(pilot)

        assert isinstance(app.screen, screen)
        assert app.screen.query_one(f"#{name}", Entry).text == typed
