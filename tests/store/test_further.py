"""A case on two forms, each to a regulator of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from exports.outbox import prepare, record_sent
from exports.plain import Letter, PlainAcknowledgement, record_plain
from models.answer import Answer
from models.errors import MissingError, UsageError
from models.moment import Moment
from models.prefill import unconfirmed
from models.thread import EVERY_FORM
from models.waiting import waiting
from store.casework import new_case, set_answers, start_followup
from store.clocks import add_clock, remove_clock, state_event
from store.further import add_form, confirm
from store.vault import Vault
from tests.store.build import LATER, WALL, founding, make

NOW = Moment.parse("2026-01-03T10:00Z")
DISCOVERED = Moment.parse("2026-01-02T10:00[Europe/London]")
SENT = Moment.parse("2026-01-03T09:00[Europe/London]")


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with make(tmp_path / "vault")[0] as found:
        yield found


def a_case(vault: Vault) -> str:
    """A case on the ICO's form that knows when it was discovered and what happened."""
    case_id = new_case(vault, "Lost laptop", wall=WALL)
    answers = {
        "discovered": Answer(state="answered", value=DISCOVERED),
        "what_happened": Answer(state="answered", value="A laptop was left in a taxi."),
    }
    set_answers(vault, case_id, answers, shown=vault.state(case_id), wall=WALL)
    return case_id


def test_a_further_form_takes_over_what_is_known_and_has_a_clock_of_its_own(vault: Vault) -> None:
    case_id = a_case(vault)

    taken = add_form(vault, case_id, "gdpr-art33", wall=LATER)

    main, other = vault.case(case_id), vault.case(case_id, "gdpr-art33")
    assert taken == ("what_happened", "discovered")
    assert main.forms == other.forms == ("ico-2019", "gdpr-art33")
    assert [each.report.form for each in main.reports] == ["ico-2019"]
    assert [each.report.form for each in other.reports] == ["gdpr-art33"]
    assert (main.rule_id, other.rule_id) == ("uk-gdpr-33-1", "gdpr-33-1")
    assert other.aware == DISCOVERED
    assert other.draft is not None
    assert unconfirmed(other.draft.report) == taken


def test_the_clock_of_a_further_form_is_its_own_to_start_and_to_stop(vault: Vault) -> None:
    case_id = a_case(vault)
    add_form(vault, case_id, "gdpr-art33", wall=LATER)

    with pytest.raises(UsageError, match="runs in this case already"):
        add_clock(vault, case_id, "gdpr-33-1", wall=LATER)
    with pytest.raises(UsageError, match="is the main clock"):
        remove_clock(vault, case_id, "gdpr-33-1", wall=LATER)
    with pytest.raises(UsageError, match="stops the main clock") as caught:
        state_event(vault, case_id, "gdpr-33-1", SENT, wall=LATER)

    assert caught.value.hint == "breachcase sent CASE --form gdpr-art33 --at MOMENT"


def test_a_clock_beside_the_main_one_waits_until_it_is_stopped(vault: Vault) -> None:
    case_id = a_case(vault)
    add_form(vault, case_id, "gdpr-art33", wall=LATER)
    late = Moment.parse("2026-01-09T10:00Z")

    (row,) = vault.rows()
    (found,) = waiting(vault.case(case_id, EVERY_FORM), late)

    assert (row.waits, found.kind, found.form, found.passed) == (1, "clock", "gdpr-art33", True)
    assert found.text == "clock gdpr-33-1 (gdpr-art33)"
    confirm(vault, case_id, "gdpr-art33", (), wall=LATER)
    record_sent(vault, case_id, SENT, via="portal", ref=None, wall=LATER, form="gdpr-art33")
    assert waiting(vault.case(case_id, EVERY_FORM), late) == ()
    assert [each.waits for each in vault.rows()] == [0]


def test_what_nobody_has_confirmed_does_not_leave(vault: Vault) -> None:
    case_id = a_case(vault)
    add_form(vault, case_id, "gdpr-art33", wall=LATER)

    for leave in (
        lambda: prepare(vault, case_id, now=NOW, form="gdpr-art33"),
        lambda: record_sent(
            vault, case_id, SENT, via="portal", ref=None, wall=LATER, form="gdpr-art33"
        ),
    ):
        with pytest.raises(UsageError, match="what_happened, discovered") as told:
            leave()
        assert told.value.hint is not None
        assert "form confirm" in told.value.hint

    assert confirm(vault, case_id, "gdpr-art33", ["discovered"], wall=LATER) == ("discovered",)
    with pytest.raises(MissingError, match="discovered waits for no confirmation"):
        confirm(vault, case_id, "gdpr-art33", ["discovered"], wall=LATER)
    assert confirm(vault, case_id, "gdpr-art33", [], wall=LATER) == ("what_happened",)
    with pytest.raises(UsageError, match="nothing waits"):
        confirm(vault, case_id, "gdpr-art33", [], wall=LATER)

    assert prepare(vault, case_id, now=NOW, form="gdpr-art33").problems


def test_an_edited_answer_is_confirmed_by_that_and_the_other_form_is_left_alone(
    vault: Vault,
) -> None:
    case_id = a_case(vault)
    add_form(vault, case_id, "gdpr-art33", wall=LATER)
    told = {"what_happened": Answer(state="answered", value="Left in a taxi, found a day later.")}

    set_answers(vault, case_id, told, shown=vault.state(case_id), wall=LATER, form="gdpr-art33")

    main, other = vault.case(case_id).draft, vault.case(case_id, "gdpr-art33").draft
    assert main is not None
    assert main.report.fact("what_happened").value == "A laptop was left in a taxi."
    assert other is not None
    assert unconfirmed(other.report) == ("discovered",)


def test_each_form_is_sent_acknowledged_and_followed_up_by_itself(vault: Vault) -> None:
    case_id = a_case(vault)
    add_form(vault, case_id, "gdpr-art33", wall=LATER)
    confirm(vault, case_id, "gdpr-art33", [], wall=LATER)
    record_sent(vault, case_id, SENT, via="portal", ref="7", wall=LATER, form="gdpr-art33")
    said = PlainAcknowledgement(acknowledged_at=NOW, reference="2026/17")
    record_plain(
        vault, case_id, said, Letter("email"), reason="theirs", wall=LATER, form="gdpr-art33"
    )

    main, other = vault.case(case_id), vault.case(case_id, "gdpr-art33")
    assert (main.reported, main.reference, main.messages) == (None, None, ())
    assert (other.reported, other.reference) == (SENT, "2026/17")
    assert [each.name for each in main.events] == []
    assert {each.name for each in other.events} == {"sent", "acknowledged"}

    start_followup(vault, case_id, wall=LATER, form="gdpr-art33")

    after = vault.case(case_id, "gdpr-art33").draft
    assert after is not None
    assert (after.report.kind, after.report.fact("case_reference").value) == (
        "follow_up",
        "2026/17",
    )
    draft = vault.case(case_id).draft
    assert draft is not None
    assert draft.report.kind == "initial"


def test_a_fact_that_one_form_does_not_know_comes_from_another(vault: Vault) -> None:
    case_id = new_case(vault, "Lost laptop", wall=WALL)
    add_form(vault, case_id, "gdpr-art33", wall=LATER)
    told = {"occurred": Answer(state="answered", value=DISCOVERED)}
    set_answers(vault, case_id, told, shown=vault.state(case_id), wall=LATER, form="gdpr-art33")

    assert vault.case(case_id).occurred == DISCOVERED
    assert vault.case(case_id).fact("occurred").value == DISCOVERED


def test_a_form_is_added_once_and_only_one_that_there_is(vault: Vault) -> None:
    case_id = a_case(vault)

    with pytest.raises(UsageError, match="on that form already"):
        add_form(vault, case_id, "ico-2019", wall=LATER)
    with pytest.raises(MissingError):
        add_form(vault, case_id, "nothing-1", wall=LATER)
    with pytest.raises(MissingError, match="not reported on that form") as told:
        vault.case(case_id, "gdpr-art33")
    assert told.value.hint is not None
    assert "ico-2019" in told.value.hint


def test_a_regulator_adds_no_form_to_a_case_that_came(tmp_path: Path) -> None:
    with make(tmp_path / "office", founding(side="regulator"))[0] as office:
        case_id = new_case(office, "Lost laptop", wall=WALL)

        with pytest.raises(UsageError, match="reported to us"):
            add_form(office, case_id, "gdpr-art33", wall=LATER)
