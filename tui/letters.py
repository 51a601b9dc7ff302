"""The letters of a case as lines to read: the list of them, and one whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from exports.correspondence import revoked_letters
from exports.trust import contacts
from models.case import Case
from models.record import CaseReport, Message
from models.request import requests
from models.text import kind_name
from store.vault import Vault
from tui.commands.messages import message_lines
from tui.reading import report_lines
from tui.widgets.chain import short_moment

_NAMES = 18  # cells of the names beside what a letter says
_INDENT = " " * _NAMES
_AMBER = "AMBER"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the other offices.

    Their names by contact; by letter, since when the key that signed it is revoked, and the form
    that it is about where the case is on several.
    """

    names: Mapping[str, str]
    revoked: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)


def known(vault: Vault, case_id: str) -> Known:
    """Return what is known of the offices that a case was exchanged with."""
    names = {each.id: each.card.name for each in contacts(vault)}
    return Known(names, revoked_letters(vault, case_id), _forms(vault, case_id))


def _forms(vault: Vault, case_id: str) -> dict[str, str]:
    """Return the form of each letter, nothing where the case is on one form only."""
    every = vault.case(case_id).forms
    if len(every) == 1:
        return {}
    return {each.id: form for form in every for each in vault.case(case_id, form).messages}


def letter_line(case: Case, letter: Message, of: Known) -> str:
    """Return a letter on one row, where it stands before whose it is."""
    when = short_moment(letter.at, year=True)
    way = "in " if letter.direction == "in" else "out"
    revoked = ["KEY REVOKED"] if letter.id in of.revoked else []
    form = [of.forms[letter.id]] if letter.id in of.forms else []
    told = ", ".join((*form, *revoked, *_standing(case, letter), _who(letter, of)))
    return f"{when:<17} {way} {kind_name(letter.kind)}: {told}"


def letter_lines(case: Case, letter: Message, of: Known | None = None) -> tuple[str, ...]:
    """Return a letter whole, a report with its answers; without `of` only what it says."""
    lines = list(_head(case, letter, of)) if of is not None else []
    replies = _replies(case, letter)
    for name, text in message_lines(case, letter):
        if name == "amber" or (name == "bundle" and not letter.id):
            continue  # the heading says it; a preview has no id
        lines += _hung(name.replace("_", " "), _member(case, name, text))
        if name in replies:
            lines += _hung("", f"reply: {replies[name]}")
    carried = carried_report(case, letter)
    if carried is not None:
        lines += ["", *report_lines(carried.report.pack, carried.report)]
    return tuple(lines)


def carried_report(case: Case, letter: Message) -> CaseReport | None:
    """Return the report of the case that a letter brought or took, None for any other letter."""
    if not letter.id:
        return None
    return next((each for each in case.reports if each.frozen == letter.id), None)


def report_of(case: Case, manifest: str) -> CaseReport | None:
    """Return the report in the letter with that manifest (sha256), None where there is none."""
    letter = next((each for each in case.messages if each.manifest == manifest), None)
    return carried_report(case, letter) if letter and manifest else None


def _head(case: Case, letter: Message, of: Known) -> Iterator[str]:
    yield f"{kind_name(letter.kind)} {_who(letter, of)}"
    if since := of.revoked.get(letter.id):
        yield f"  KEY REVOKED by its office since {since}; judged when it was filed"
    if letter.id in of.forms:
        yield f"  about the report on {of.forms[letter.id]}"
    for each in _standing(case, letter):
        yield f"  {each}: nobody had compared its number" if each == _AMBER else f"  {each}"
    yield ""


def _who(letter: Message, of: Known) -> str:
    other = of.names.get(letter.contact, "the regulator" if letter.via else "an office not known")
    return f"{'from' if letter.direction == 'in' else 'to'} {other}"


def _standing(case: Case, letter: Message) -> Iterator[str]:
    """Yield where a letter stands: amber where nobody compared a number, sealed, sent, received."""
    if letter.amber:
        yield _AMBER
    if letter.via:
        yield f"by {letter.via} in plain words"
    elif letter.direction == "in":
        received = case.when("received", letter.id)
        at = received or case.when("filed", letter.id)
        yield f"{'received' if received else 'filed'} {short_moment(at)}"
    else:
        yield from _gone(case, letter)
    if letter.enclosures:
        yield f"{len(letter.enclosures)} attached"


def _gone(case: Case, letter: Message) -> Iterator[str]:
    carried = carried_report(case, letter)
    if carried is not None and carried.sent_at is None:
        yield "SEALED, NOT SENT"
    else:
        yield f"sent {short_moment(carried.sent_at)}" if carried else "sealed"
    arrived = next(
        (
            each
            for each in case.messages
            if each.kind == "receipt" and each.in_reply_to == letter.manifest
        ),
        None,
    )
    if arrived is not None:
        at = arrived.stated("received_at") or arrived.stated("filed_at")
        yield f"arrived {short_moment(at)} by their receipt"


def _hung(name: str, text: str) -> Iterator[str]:
    first, *more = text.split("\n")
    yield f"{name:<{_NAMES - 1}} {first}"
    yield from (_INDENT + each for each in more)


def _replies(case: Case, letter: Message) -> dict[str, str]:
    """Return the reply to each question of a request that has one, by the question's name."""
    asked = next((each for each in requests(case) if each.id == letter.id), None)
    questions = asked.questions if asked else ()
    return {f"question {each.number}": each.reply for each in questions if each.reply}


def _member(case: Case, name: str, text: str) -> str:
    """Return a member of a payload in words: the report that a decision is based on by name."""
    if name != "basis":
        return text
    read = report_of(case, text)
    return read.name if read else f"a letter that is not here ({text[:8]})"
