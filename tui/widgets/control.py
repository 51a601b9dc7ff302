"""The control of each kind of question: which one, what it starts with, how it is typed."""

from __future__ import annotations

import json

from models.answer import BLANK, CONTACT_FIELDS, Answer, Contact, ContactField, State
from models.form import Question, answer_text, typed_answer
from models.prefill import confirmed, is_taken_over
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry
from tui.widgets.peek import Peek
from tui.widgets.ticks import Tick, Ticks

Control = Entry | Choice | Peek | Ticks

_LONG = ("long_text", "organisations", "measures")
SYNTAX = {
    "moment": "2019-12-18T16:42[Europe/London]; date or time may be left out",
    "count": "121,109 | of these: 48,740",
    "contact": "name; email; phone",
    "organisations": "one a line: Police @2019-12-20, or @planned",
    "measures": "one a line: Train staff @2020-03-01, @done:2020-02-01",
}
KEYS = {
    "choice": "space or a digit takes an option, enter lists them",
    "choices": "space ticks",
    "long_text": "enter opens the text",
    "organisations": "enter opens the list",
    "measures": "enter opens the list",
    "tick": "space ticks",
}
STATE_WORDS: dict[State, str] = {
    "not_yet_known": "not yet known",
    "not_applicable": "not applicable",
    "redacted": "redacted",
    "not_asked": "not asked",
}
_PARTS: dict[ContactField, str] = {
    "name": "redacted: only the name",
    "email": "redacted: only the e-mail address",
    "phone": "redacted: only the telephone number",
}


def control_for(question: Question) -> Control:
    """Return the control of the question's kind."""
    match question.kind:
        case "choice":
            return Choice(question.options)
        case "choices":
            return Ticks(question.options)
        case "tick":
            return Tick("yes")
        case kind if kind in _LONG:
            return Peek()
        case kind:
            return Entry(joint=" " if kind in ("text", "moment") else "; ")


def control_text(question: Question, answer: Answer, *, editable: bool = True) -> str:
    """Return the text a control starts with; a state without a value starts empty."""
    if answer.value is None:
        return ""
    if editable and question.kind == "choices" and isinstance(answer.value, tuple):
        return json.dumps(list(answer.value), ensure_ascii=False)
    if editable and question.kind == "tick":
        return "yes" if answer.value is True else ""
    if isinstance(answer.value, str):
        return answer.value
    return answer_text(question, answer)


def control_word(answer: Answer) -> str:
    """Return what stands in a control without text: why nothing is said; `no` beside a box."""
    return "no" if answer.value is False else STATE_WORDS.get(answer.state, "")


def state_answers(question: Question, answer: Answer = BLANK) -> tuple[tuple[str, Answer], ...]:
    """Return what F4 offers: words and the answer each one stands for, blank last.

    Of a contact one part can be redacted; what `answer` says of the others stays. What was taken
    over from another form can be confirmed, which comes first.
    """
    offers = []
    if is_taken_over(answer):
        offers.append((f"confirm it: {answer.source}", confirmed(answer)))
    offers += [(word, _stateful(question, state)) for state, word in STATE_WORDS.items()]
    if question.kind == "contact":
        known = answer.value if isinstance(answer.value, Contact) else Contact()
        open_parts = [part for part in CONTACT_FIELDS if part not in known.redacted]
        offers += [(_PARTS[part], _redacted(known, part)) for part in open_parts]
    return (*offers, ("clear the answer", BLANK))


def _stateful(question: Question, state: State) -> Answer:
    # by way of the typed word: where the form prints an option for it, that becomes the value
    return typed_answer(question, answer_text(question, Answer(state=state)))


def _redacted(known: Contact, part: ContactField) -> Answer:
    kept = {each: getattr(known, each) for each in CONTACT_FIELDS if each != part}
    gone = tuple(each for each in CONTACT_FIELDS if each in (*known.redacted, part))
    return Answer(state="answered", value=Contact.model_validate({**kept, "redacted": gone}))
