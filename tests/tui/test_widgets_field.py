from __future__ import annotations

from typing import get_args

import pytest
from textual import events
from textual.app import ComposeResult

from models.answer import BLANK, Answer, Contact, State
from models.form import load_pack, typed_answer
from models.pack import Kind
from tests.tui.pilot import Stage, screen_text
from tui.widgets.choice import Choice
from tui.widgets.control import STATE_WORDS, control_for, state_answers
from tui.widgets.entry import Entry
from tui.widgets.field import Field
from tui.widgets.form import SectionForm
from tui.widgets.peek import Peek
from tui.widgets.ticks import Ticks

PACK = load_pack("ico-2019")
ZONE = "Europe/London"


def field(question: str, answer: Answer = BLANK, *, editable: bool = True) -> Field:
    return Field(PACK.question(question), answer, zone=ZONE, editable=editable)


class Sheet(Stage):
    """One section with the given fields."""

    def __init__(self, *fields: Field) -> None:
        super().__init__()
        self.form = SectionForm()
        self.fields = fields
        self.heard: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.form

    async def on_mount(self) -> None:
        await self.form.show(self.fields, focus="")

    def on_field_left(self, event: Field.Left) -> None:
        self.heard.append(f"left {event.field.question.id}")

    def on_field_entered(self, event: Field.Entered) -> None:
        self.heard.append(f"entered {event.field.question.id}")

    def on_field_hinted(self, event: Field.Hinted) -> None:
        self.heard.append(f"hinted {event.field.question.id}")

    def on_choice_asked(self, event: Choice.Asked) -> None:
        self.heard.append(f"asked {event.control.text}")

    def on_peek_asked(self, event: Peek.Asked) -> None:
        self.heard.append(f"asked {event.control.text}")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("spoken_to", "the duty officer"),
        ("what_happened", "A list was sent\nto the wrong address."),
        ("cyber", "Yes"),
        ("subject_categories", '["Employees", "Children"]'),
        ("discovered", "2019-12-18T16:42+00:00[Europe/London]"),
        ("records_count", "121,109 | with a National Insurance number: 48,740"),
        ("reporter", "Ada Example; ada@example.org"),
        ("dpo_same", "yes"),
        ("others_told_which", "Police @2019-12-20[Europe/London]\nUnion @planned"),
        ("prevention_steps", "Train staff @2020-03-01[Europe/London]"),
    ],
)
async def test_an_answer_of_every_kind_is_typed_read_and_shown_again(
    question: str, text: str
) -> None:
    changed = field(question)
    app = Sheet(changed)
    async with app.run_test(size=(80, 24)):
        changed.asked.text = text
        taken = app.form.take()
        again = field(question, taken[question])

        assert taken[question].state == "answered"
        assert again.asked.text == text
        assert app.form.take() == {}


async def test_every_kind_of_the_form_has_a_control() -> None:
    assert {type(control_for(question)).__name__ for question in PACK.questions} == {
        "Choice",
        "Entry",
        "Peek",
        "Tick",
        "Ticks",
    }


async def test_text_that_cannot_be_read_stays_with_the_reason_under_it() -> None:
    app = Sheet(field("discovered"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*"2019-02-30")
        taken = app.form.take()
        await pilot.pause()

        assert taken == {}
        assert app.form.unread() is app.fields[0]
        assert app.fields[0].asked.text == "2019-02-30"
        assert "! not saved:" in screen_text(app)


async def test_text_that_is_corrected_loses_its_error() -> None:
    app = Sheet(field("discovered"))
    async with app.run_test() as pilot:
        await pilot.press("x")
        app.form.take()
        await pilot.press("backspace", *"2019-12-18")

        assert list(app.form.take()) == ["discovered"]
        assert app.form.unread() is None


async def test_an_answer_that_could_not_be_saved_counts_as_changed_again() -> None:
    app = Sheet(field("spoken_to"))
    async with app.run_test() as pilot:
        await pilot.press("x")
        app.form.take()
        app.fields[0].give_back("disk is full")

        assert app.fields[0].unread
        assert app.form.take()["spoken_to"].value == "x"


async def test_a_note_survives_an_edit_of_its_answer() -> None:
    noted = Answer(state="answered", value="a", note="from the telephone")
    app = Sheet()
    async with app.run_test() as pilot:
        await app.form.show([field("spoken_to", noted)], focus="")
        await pilot.press("b")

        assert app.form.take()["spoken_to"].note == "from the telephone"


async def test_leaving_a_field_is_told_to_the_screen() -> None:
    app = Sheet(field("spoken_to"), field("cyber"))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await pilot.pause()

        assert app.heard == ["entered spoken_to", "left spoken_to", "entered cyber"]


async def test_up_and_down_go_from_field_to_field() -> None:
    app = Sheet(field("spoken_to"), field("subject_categories"), field("cyber"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "up", "down", *(["down"] * 10))
        below = app.focused
        await pilot.press("up")

        assert isinstance(below, Choice)
        assert isinstance(app.focused, Ticks)


async def test_a_choice_steps_through_its_options_and_past_them() -> None:
    app = Sheet(field("cyber"))
    async with app.run_test() as pilot:
        seen = []
        for key in ("space", "right", "right", "right", "left", "backspace", "2", "9"):
            await pilot.press(key)
            seen.append(app.fields[0].asked.text)

        assert seen == ["Yes", "No", "Don't know", "", "Don't know", "", "No", "No"]


async def test_enter_on_a_choice_asks_for_the_list() -> None:
    app = Sheet(field("cyber"))
    async with app.run_test() as pilot:
        await pilot.press("1", "enter")

        assert app.heard[-1] == "asked Yes"


async def test_ticks_are_read_without_colour() -> None:
    app = Sheet(field("subject_categories"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "space", "down", "enter", "up", "space")
        text = screen_text(app)

        assert "[ ] Users" in text
        assert "[x] Subscribers" in text


async def test_a_tick_row_below_the_window_is_scrolled_into_it() -> None:
    app = Sheet(field("spoken_to"), field("data_categories"))
    async with app.run_test(size=(80, 6)) as pilot:
        await pilot.press("down", *(["down"] * 16), "space")
        await pilot.pause()

        assert "[x] Other" in screen_text(app)


async def test_a_long_text_shows_its_first_line_and_how_many_follow() -> None:
    told = Answer(state="answered", value="first\nsecond\nthird")
    app = Sheet(field("what_happened", told))
    async with app.run_test(size=(80, 6)) as pilot:
        await pilot.press("enter")

        assert "first (+2 lines)" in screen_text(app)
        assert app.heard[-1] == "asked first\nsecond\nthird"


EVERY_KIND = (
    "spoken_to",
    "what_happened",
    "cyber",
    "subject_categories",
    "discovered",
    "records_count",
    "reporter",
    "dpo_same",
    "others_told_which",
    "prevention_steps",
)


@pytest.mark.parametrize("state", list(STATE_WORDS))
async def test_every_kind_tells_why_there_is_no_answer(state: State) -> None:
    fields = [field(question, Answer(state=state)) for question in EVERY_KIND]
    app = Sheet(*fields)
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.pause()

        assert {each.question.kind for each in fields} == set(get_args(Kind))
        assert screen_text(app).count(STATE_WORDS[state]) == len(EVERY_KIND)
        assert app.form.take() == {}


async def test_a_box_that_is_answered_no_is_told_from_an_empty_one() -> None:
    app = Sheet(field("dpo_same", Answer(state="answered", value=False)))
    async with app.run_test(size=(80, 4)):
        assert "[ ] yes  (no)" in screen_text(app)
        assert app.form.take() == {}


async def test_one_part_of_a_contact_can_be_redacted() -> None:
    known = Answer(
        state="answered",
        value=Contact(name="Ada Example", email="ada@example.org", redacted=("phone",)),
    )
    offers = dict(state_answers(PACK.question("reporter"), known))

    assert "redacted: only the telephone number" not in offers
    assert offers["redacted: only the name"].value == Contact(
        email="ada@example.org", redacted=("name", "phone")
    )


async def test_where_the_cursor_is_can_be_seen_without_colour() -> None:
    app = Sheet(field("spoken_to"), field("subject_categories"))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        first = screen_text(app)
        await pilot.press("down", "down")
        await pilot.pause()
        second = screen_text(app)

        assert "> Q1 " in first
        assert "  Q14 " in first
        assert "  Q1 " in second
        assert "> Q14 " in second
        assert "> [ ] Users" in second


@pytest.mark.parametrize(
    ("question", "text", "zoned"),
    [
        ("discovered", "2019-12-18T16:42", "2019-12-18T16:42+00:00[Europe/London]"),
        ("others_told_which", "Police @2019-12-20", "Police @2019-12-20[Europe/London]"),
        (
            "prevention_steps",
            "Train @2020-03-01 @done:2020-02-01T09:00Z\nTell",
            "Train @2020-03-01[Europe/London] @done:2020-02-01T09:00Z\nTell",
        ),
    ],
)
async def test_a_zone_is_offered_and_never_assumed(question: str, text: str, zoned: str) -> None:
    timed = field(question)
    app = Sheet(timed)
    async with app.run_test(size=(80, 24)) as pilot:
        timed.asked.text = text
        offered = timed.hint
        taken = app.form.take()[question]
        await pilot.press("ctrl+t")
        once = timed.asked.text
        await pilot.press("ctrl+t")
        await pilot.pause()

        assert offered.startswith("no time zone: ^t adds Europe/London - ")
        assert timed.asked.text == once == zoned
        assert typed_answer(PACK.question(question), text) == taken
        assert question != "discovered" or "hinted discovered" in app.heard
        assert not timed.hint.startswith("no time zone")


async def test_nothing_is_offered_where_no_time_is_told() -> None:
    app = Sheet(field("discovered"), field("subject_categories"), field("others_told_which"))
    async with app.run_test() as pilot:
        app.fields[0].asked.text = "2019-02-30"
        app.fields[2].asked.text = "Police"
        await pilot.press("ctrl+t")

        assert [each.offer for each in app.fields] == ["", "", ""]
        assert app.fields[0].asked.text == "2019-02-30"


async def test_a_sealed_answer_can_be_read_and_not_changed() -> None:
    app = Sheet(field("spoken_to", Answer(state="answered", value="x"), editable=False))
    async with app.run_test() as pilot:
        await pilot.press("y", "space")

        assert app.heard[-1] == "asked x"
        assert app.form.take() == {}


async def test_a_paste_of_several_lines_is_kept_whole() -> None:
    app = Sheet(field("spoken_to"))
    async with app.run_test() as pilot:
        app.fields[0].asked.post_message(events.Paste("one\r\n\x1b[2Jtwo\n"))
        await pilot.pause()

        assert app.fields[0].asked.text == "one [2Jtwo"


async def test_the_states_of_a_question_use_its_own_option_where_it_has_one() -> None:
    offers = dict(state_answers(PACK.question("likelihood")))

    assert offers["not yet known"] == typed_answer(PACK.question("likelihood"), "Not yet known")
    assert offers["redacted"] == Answer(state="redacted")
    assert offers["clear the answer"] == BLANK


async def test_a_contested_answer_is_marked() -> None:
    contested = Field(PACK.question("cyber"), BLANK, zone=ZONE, contested=True)
    app = Sheet(contested)
    async with app.run_test(size=(80, 6)):
        assert "Q6 CONFLICT" in screen_text(app)


async def test_the_section_starts_at_its_top_without_a_field_to_go_to() -> None:
    app = Sheet()
    async with app.run_test():
        await app.form.show([field("cyber")])

        assert app.focused is None
        assert app.form.field("spoken_to") is None


async def test_a_contact_redacted_in_part_says_which_part() -> None:
    reporter = Contact(email="dpo@example.org", redacted=("name",))
    async with Sheet().run_test():
        redacted = field("reporter", Answer(state="answered", value=reporter))

        assert redacted.asked.text == "[redacted]; dpo@example.org"


async def test_a_word_in_an_empty_entry_can_be_read_back() -> None:
    assert Entry(word="redacted").word == "redacted"
