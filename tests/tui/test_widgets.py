from __future__ import annotations

from models.chain import Event, delay_chain
from models.moment import Moment
from models.problem import Problem, Severity
from tests.tui.pilot import Stage, screen_text
from tui.shown import fit
from tui.widgets.bag import Bag
from tui.widgets.chain import ChainStrip, chain_pieces, short_moment
from tui.widgets.entry import Entry
from tui.widgets.form import Stack
from tui.widgets.keyline import KeyLine
from tui.widgets.points import Points
from tui.widgets.problems import ProblemsPane
from tui.widgets.rows import RowList

LONDON = "[Europe/London]"
OCCURRED = Event("occurrence", "", Moment.parse(f"2019-12-07{LONDON}"))
AWARE = Event("awareness", "controller", Moment.parse(f"2019-12-18T16:42{LONDON}"))
SENT = Event("sent", "", Moment.parse(f"2019-12-20T18:16{LONDON}"))
NEXT_YEAR = Event("decision", "", Moment.parse(f"2020-01-14T15:47{LONDON}"))
UNKNOWN = Event("filed", "", None)


def problem(number: int) -> Problem:
    return Problem(f"K{number:02}", Severity.INCOMPLETE, f"q{number}", "is missing", "ours")


async def test_a_list_shows_only_the_rows_that_fit_and_follows_the_cursor() -> None:
    made: list[int] = []

    def line(index: int, width: int) -> str:
        made.append(index)
        return fit(f"row {index}", width)

    rows = RowList()
    app = Stage(rows)
    async with app.run_test(size=(40, 10)) as pilot:
        rows.fill(200_000, line)
        rows.focus()
        await pilot.pause()
        at_first = max(made)
        await pilot.press("end")
        last = screen_text(app)
        await pilot.press("home", "pagedown", "j", "k", "down", "up", "pageup")

        assert at_first < 20
        assert "> row 199999" in last
        assert rows.cursor == 0


async def test_a_row_that_is_opened_is_told_to_the_screen() -> None:
    opened: list[int] = []

    class Listening(Stage):
        def on_row_list_opened(self, event: RowList.Opened) -> None:
            assert event.control is rows
            opened.append(event.index)

    rows = RowList()
    async with Listening(rows).run_test() as pilot:
        rows.focus()
        await pilot.press("enter")
        rows.fill(3, lambda index, width: fit(str(index), width), cursor=2)
        await pilot.press("enter")

    assert (opened, rows.count) == ([2], 3)


async def test_an_empty_list_says_what_to_do() -> None:
    app = Stage(RowList(empty="n starts a case"))
    async with app.run_test(size=(40, 4)):
        assert "n starts a case" in screen_text(app)


async def test_the_cursor_of_a_list_is_seen_without_colour() -> None:
    rows = RowList()
    app = Stage(rows, RowList(id="other"))
    async with app.run_test(size=(40, 6)) as pilot:
        rows.fill(2, lambda index, width: fit(str(index), width), cursor=1)
        await pilot.pause()

        assert screen_text(app).splitlines()[:2] == ["  0", "> 1"]


async def test_a_footer_keeps_help_when_there_is_no_room_for_all() -> None:
    app = Stage(KeyLine("case"))
    async with app.run_test(size=(24, 3)):
        line = screen_text(app).splitlines()[-1]

    assert line == " F8 problem  F1 help"


def test_a_chain_is_drawn_from_event_to_event_with_the_year_where_it_changes() -> None:
    assert chain_pieces(delay_chain([OCCURRED, AWARE, SENT, NEXT_YEAR])) == (
        "occurrence 7 Dec 2019",
        "--256h42m..280h42m--> awareness (controller) 18 Dec 16:42",
        "--49h34m--> sent 20 Dec 18:16",
        "--597h31m--> decision 14 Jan 2020 15:47",
    )


def test_a_headline_over_several_events_follows_in_brackets() -> None:
    gaps = (*delay_chain([OCCURRED, AWARE, SENT]), *delay_chain([OCCURRED, SENT]))

    assert chain_pieces(gaps)[-1] == "(occurrence to sent 306h16m..330h16m)"


def test_an_unknown_moment_is_a_question_mark() -> None:
    assert chain_pieces(delay_chain([SENT, UNKNOWN]))[1] == "--?--> filed ?"


def test_a_half_known_moment_shows_the_half_that_is_known() -> None:
    assert short_moment(Moment.parse(f"T16:42{LONDON}")) == "? 16:42"


async def test_a_chain_without_events_says_so() -> None:
    app = Stage(ChainStrip())
    async with app.run_test(size=(60, 4)):
        assert "no moment is recorded yet" in screen_text(app)


async def test_the_clocks_above_a_chain_are_parted_and_the_last_ends_the_row() -> None:
    strip = ChainStrip()
    app = Stage(strip)
    async with app.run_test(size=(60, 6)) as pilot:
        strip.tell(("nis2-ew 3h10m left", "gdpr-34 running"))
        await pilot.pause()

        assert screen_text(app).splitlines()[0] == "nis2-ew 3h10m left; gdpr-34 running"


async def test_a_chain_longer_than_its_rows_counts_what_is_left_out() -> None:
    strip = ChainStrip(rows=2)
    app = Stage(strip)
    async with app.run_test(size=(60, 6)) as pilot:
        strip.show(delay_chain([OCCURRED, AWARE, SENT, UNKNOWN, NEXT_YEAR]))
        await pilot.pause()

        assert screen_text(app).splitlines()[:2] == [
            "occurrence 7 Dec 2019 +4 more (F3)",
            "",
        ]


async def test_the_next_problem_after_the_last_is_the_first() -> None:
    pane = ProblemsPane()
    async with Stage(pane).run_test():
        pane.show((problem(1), problem(2)), {"q2": "Q2"})
        found = [pane.next_problem() for _ in range(3)]

    assert [each.id for each in found if each] == ["K01", "K02", "K01"]


async def test_no_problem_has_no_next() -> None:
    pane = ProblemsPane()
    app = Stage(pane)
    async with app.run_test(size=(80, 6)):
        pane.show((), {})

        assert pane.next_problem() is None
        assert "nothing is missing" in screen_text(app)


async def test_a_problem_names_its_severity_its_check_and_the_number_of_the_question() -> None:
    pane = ProblemsPane()
    app = Stage(pane)
    async with app.run_test(size=(80, 6)) as pilot:
        pane.show((problem(2),), {"q2": "Q2"})
        await pilot.pause()

        assert "> incomplete K02 Q2 is missing" in screen_text(app)


async def test_points_are_moved_taken_away_and_left_at_their_ends() -> None:
    points = Points(word="none yet", title="Reason", id="points")
    before, after = Entry(id="before"), Entry(id="after")
    async with Stage(Stack(before, points, after)).run_test() as pilot:
        points.put('["a", "b", "c"]')
        points.focus()
        await pilot.press("J", "K", "K", "down", "down", "J", "x")
        there = points.said
        await pilot.press("up", "up")
        above = pilot.app.focused
        points.focus()
        await pilot.press("down", "down")

        assert there == ("a", "b")
        assert above is before
        assert pilot.app.focused is after
        points.put("")
        assert (points.text, points.said) == ("", ())


async def test_a_bag_without_options_says_why_and_asks_nothing() -> None:
    bag = Bag((), word="nothing is attached", id="bag")
    async with Stage(bag).run_test() as pilot:
        bag.focus()
        await pilot.press("enter")
        await pilot.pause()

        assert "nothing is attached" in screen_text(pilot.app)
