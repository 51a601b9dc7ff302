from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from textual import events

from exports.outbox import send
from exports.trust import contacts
from models.errors import CaseError
from models.form import Question
from models.strictjson import JSON
from store.change import AddOp, AnyOp, BlobOp, SetOp
from store.vault import Vault
from tests.tui.desks import PACK, TOLD, WALL, acquaint, answer, app_on, case, office
from tests.tui.line import Line, line_to
from tests.tui.test_terminal_end import PROGRAM
from tui.widgets.entry import LONGEST_PASTE
from tui.widgets.form import SectionForm

MARKUP = '[red]x[/red] [@click=app.quit]go[/] [link=https://a.example]l[/link] [/x y {"b": [true]}'
STEERING = (
    "\x1b]52;c;aGFja2Vk\x07 \x1b]0;pwned\x07 \x1b[2J \x1b[?1049l \x9b2J \x9d0;pwned\x9c "
    "\x00 \x07 \x08 \x7f \u202egnp.exe\u202c \u2066x\u2069 \u200b \ufeff"
)
GLYPHS = ":warning: \u26a0\ufe0f \U0001f469\u200d\U0001f4bb e\u0301 日本 العربية"
PAYLOAD = f"{MARKUP} {GLYPHS} {STEERING}"
# none of it is ours: OSC, C1, NUL, a backspace, a bell, direction marks, a clear
FORBIDDEN = (
    b"\x1b]",
    *(f"\x1b[{tail}".encode() for tail in ("2J", "?1049l")),
    *(chr(code).encode() for code in range(0x80, 0xA0)),
    *(chr(code).encode() for code in (0x202E, 0x2066, 0x200B, 0xFEFF)),
    *(b"\x00", b"\x07", b"\x08", b"\x7f", b"pwned\x07"),
)
SIZES = ((24, 80), (15, 60), (10, 40), (5, 20), (1, 1))
HOSTILE = {
    "text": PAYLOAD,
    "long_text": f"{PAYLOAD}\n{PAYLOAD}",
    "count": f"12 | {PAYLOAD.replace(':', '')}: 3",
    "contact": f"{MARKUP}; a@example.org; 0",
    "organisations": f"{MARKUP} @2019-12-20",
    "measures": f"{MARKUP} @2020-03-01",
}


def hostile_answers(vault: Vault, case_id: str) -> int:
    """Answer all that takes text; return how many took it."""
    count = 0
    for question in PACK.questions:
        try:
            answer(vault, case_id, {question.id: HOSTILE.get(question.kind, "")})
        except CaseError:
            continue  # refused: it is in no case then
        count += question.kind in HOSTILE
    return count


def raw_answers(vault: Vault, case_id: str, questions: tuple[Question, ...]) -> None:
    """Put in what a changed program of a colleague could put in."""
    rid = vault.case(case_id).reports[-1].rid
    raw = {"state": "answered", "value": PAYLOAD, "note": PAYLOAD, "source": PAYLOAD}
    ops = [SetOp(f"report/{rid}/{question.id}", dict(raw)) for question in questions]
    ops.append(SetOp("case/title", PAYLOAD))
    vault.commit(case_id, ops, shown=vault.state(case_id), wall=WALL)


def raw_letters(vault: Vault, case_id: str) -> None:
    """Put in letters of every kind that say what no office of ours would."""
    contact = contacts(vault)[0].id
    point: JSON = {"number": 1, "text": PAYLOAD, "due": PAYLOAD}
    foreign: JSON = {"form": PAYLOAD, "answers": {PAYLOAD: {"value": PAYLOAD}}}
    said: dict[str, JSON] = {
        "acknowledgement": {"reference": PAYLOAD, "reported_at": PAYLOAD, "message": PAYLOAD},
        "information_request": {"questions": [point], "message": PAYLOAD},
        "information_response": {"replies": [point], PAYLOAD: PAYLOAD},
        "decision": {"outcome": PAYLOAD, "reasons": [PAYLOAD], "basis": PAYLOAD},
        "withdrawal": {"reason": PAYLOAD},
        "receipt": {"filed_at": PAYLOAD},
        "processor_notice": {"text": PAYLOAD, "report": foreign},
        "initial_report": {"report": foreign, "incomplete_reason": PAYLOAD},
        PAYLOAD: {PAYLOAD: PAYLOAD},
    }
    ops: list[AnyOp] = [SetOp("case/assignee", PAYLOAD)]
    for number, (kind, payload) in enumerate(said.items()):
        message: JSON = {
            "kind": kind,
            "direction": "out" if kind == "decision" else "in",
            "manifest": PAYLOAD,
            "contact": contact,
            "via": PAYLOAD if kind == "withdrawal" else "",
            "created": PAYLOAD,
            "amber": True,
            "payload": payload,
            "attachments": [{"name": PAYLOAD, "size": 1, "sha256": "0" * 64}],
        }
        ops.append(AddOp(f"message/{number:032x}", message))
    blob = vault.put_blob(case_id, b"x")
    ops.append(BlobOp("file/" + "f" * 32, {**blob, "name": PAYLOAD}))
    vault.commit(case_id, ops, shown=vault.state(case_id), wall=WALL)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hostile")
    with office(home / "v", name=f"Harbour {MARKUP}"[:90]) as vault:
        with office(home / "r", side="regulator", name=f"Office {MARKUP}"[:90]) as regulator:
            acquaint(vault, regulator)
        assert hostile_answers(vault, case(vault, PAYLOAD[:190], {})) > 5
        raw_answers(vault, case(vault, "Raw", {}), PACK.questions)
        raw_letters(vault, case(vault, f"Letters {MARKUP}"[:150], {}))
        sealed = case(vault, f"Bundle {MARKUP}"[:150], TOLD)
        answer(vault, sealed, {"what_happened": MARKUP + GLYPHS})
        to = contacts(vault)[0].id
        bundle = send(vault, sealed, to, at=None, wall=WALL, incomplete_reason=MARKUP)
        (home / "b.age").write_bytes(bundle.data)
    return home


@pytest.fixture
def line(hostile: Path) -> Iterator[Line]:
    with line_to(["-c", PROGRAM, str(hostile / "v")]) as session:
        yield session


@pytest.fixture
def lettered(hostile: Path, tmp_path: Path) -> Iterator[Line]:
    # a vault of its own: what is left typed here would be offered to the next one
    copytree(hostile / "v", tmp_path / "v")
    with line_to(["-c", PROGRAM, str(tmp_path / "v")]) as session:
        yield session


def forbidden(sent: bytes) -> list[bytes]:
    # the alternate screen is left once, at the end
    return [code for code in FORBIDDEN if code in sent]


def press(line: Line, *keys: str) -> None:
    for key in keys:
        line.type(key)
        # an escape followed at once is another key
        line.settle(0.15 if key == "\x1b" else 0.03)


def walk(line: Line) -> None:
    """Look at every section, its problems, the help, the history, the ways out of the case."""
    press(line, "\r")
    for _ in range(7):
        press(line, "\x1b[18~", "\t", "\x1b[B", "\x1b[19~")  # F7, tab, down, F8
    press(line, "\x1bOP", "\x1b", "\x1bOR", "\x1b", "\x1b[15~", "\x1b", "\x1b[20~", "\x1b")


def test_no_stored_text_reaches_the_terminal_raw_at_any_size(line: Line) -> None:
    line.shows("Harbour")
    for size in SIZES:
        line.resize(*size)
        line.settle()
        walk(line)
        press(line, *["\x1b"] * 4, "j")
    line.process.send_signal(signal.SIGTERM)
    code = line.ended()
    before = line.sent[: line.sent.rindex(b"\x1b[<u")]

    assert forbidden(before) == []
    assert code == 128 + signal.SIGTERM  # nothing in all this ended it before


@pytest.mark.parametrize("size", [SIZES[0], SIZES[2]])
def test_no_text_of_a_letter_or_contact_reaches_the_terminal_raw(
    lettered: Line, size: tuple[int, int]
) -> None:
    line = lettered
    line.resize(*size)
    line.shows("Harbour")
    for keys in (
        ("i", "j", "s", "\x1b"),
        ("c", "\r", "\x1b"),
        ("v", f"\x1b[200~{PAYLOAD}\x1b[201~", "\x1bOQ", "\x1b", "y"),
        ("n", f"\x1b[200~{PAYLOAD}\x1b[201~", "\x1bOQ", "\x1b", "y", "\x1b"),
        ("/", *"Letters", "\r"),
        ("\r",),
        ("\x1bOR",),
        ("\r",),
    ):
        press(line, *keys)
        line.settle(0.5)
    line.shows("Messages")
    for _ in range(9):
        press(line, "\r", "\x1b", "k")
    for down in range(0, 11, 2):  # what can be done is looked at and left
        press(line, "a", *["\x1b[B"] * down, "\r", "\x1b")
    press(line, "d", "\x1b", "g")
    line.settle()

    assert forbidden(line.sent) == []
    assert line.process.poll() is None


def test_what_is_pasted_into_the_fields_of_letters_neither_runs_nor_crashes(
    lettered: Line,
) -> None:
    line, paste = lettered, f"a\n{PAYLOAD}\r\nb"
    line.shows("Harbour")
    for keys in (("/", *"Letters", "\r"), ("\r",), ("\x1bOR",), ("\r",)):
        press(line, *keys)
        line.settle(0.5)
    line.shows("Messages")
    for down in range(4):
        press(line, "a", *["\x1b[B"] * down, "\r")
        for _ in range(5):
            press(line, f"\x1b[200~{paste}\x1b[201~", "\t")
        press(line, "\x1bOR", "\x1b", "\x1bOQ", "\x1b", "\x1b", "y", "\x1b")
        press(line, "y", "\x1b")
    line.settle()

    assert forbidden(line.sent) == []
    assert line.process.poll() is None


def test_no_text_of_a_bundle_reaches_the_terminal_raw(hostile: Path) -> None:
    with line_to(["-c", PROGRAM, str(hostile / "r")]) as line:
        line.shows("Office")
        press(line, "r", f"{hostile / 'b.age'}", "\r")
        line.shows("[@click=app.quit]")
        press(line, "\x1bOQ", "y")  # F2
        line.settle(0.5)
        press(line, "\r")
        walk(line)

        assert forbidden(line.sent) == []
        assert line.process.poll() is None


@pytest.mark.parametrize("paste", [PAYLOAD, PAYLOAD.replace("\x1b", ""), f"a\n{PAYLOAD}\r\nb"])
def test_what_is_pasted_into_any_field_neither_runs_nor_crashes(line: Line, paste: str) -> None:
    line.shows("Harbour")
    press(line, "\r")
    for _ in range(12):
        press(line, f"\x1b[200~{paste}\x1b[201~", "\t")
    press(line, "\x1b[18~", "\t", "\r", f"\x1b[200~{paste}\x1b[201~", "\x1bOQ")
    line.settle()

    assert forbidden(line.sent) == []
    assert line.process.poll() is None


@pytest.mark.parametrize("kind", ["row", "text"])
async def test_the_longest_paste_is_refused_in_words_when_it_is_saved(
    tmp_path: Path, kind: str
) -> None:
    question = {"row": "spoken_to", "text": "what_happened"}[kind]
    with office(tmp_path / "v") as vault:
        case(vault, "Lost list", {})
        async with app_on(vault).run_test() as pilot:
            await pilot.press("enter")
            while (field := pilot.app.screen.query_one(SectionForm).field(question)) is None:
                await pilot.press("f7")
            field.focus_control()
            await pilot.press("enter" if kind == "text" else "home")
            await pilot.pause()
            focused = pilot.app.focused
            assert focused is not None
            focused.post_message(events.Paste("word " * (LONGEST_PASTE // 5)))
            await pilot.pause()
            await pilot.press("f2")
            await pilot.pause()

            assert field.unread
