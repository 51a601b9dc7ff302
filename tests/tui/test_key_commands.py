"""`key` and `contact` at two command lines: comparing, rotating, revoking, forgetting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from exports.card import parse_card
from store.vault import Vault
from tests.exports.build import office_of
from tests.exports.keys import card_by, seed, update
from tests.tui.line import line_to
from tests.tui.terminal import ENTRANCE, Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence


class Two(NamedTuple):
    """A controller and a regulator whose card it has, not compared, and that card's number."""

    ours: Terminal
    theirs: Terminal
    number: str


def office(capsys: pytest.CaptureFixture[str], side: str, name: str, *more: str) -> Terminal:
    Path(f"{side}.pass").write_text("fictional words\n", encoding="ascii")
    at = Terminal(capsys, "--vault", side, "--passphrase-file", f"{side}.pass")
    at.ok(
        "vault", "init", "--role", side, "--organisation", name, "--person", "A. Person",
        "--zone", "Europe/London", "--kdf-memory", "19", "--recovery-file", f"{side}.key", *more,
    )  # fmt: skip
    return at


@pytest.fixture
def two(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Two:
    monkeypatch.chdir(tmp_path)
    ours = office(capsys, "controller", "Northmoor Agency")
    theirs = office(capsys, "regulator", "Sample Commission")
    Path("regulator.card").write_text(theirs.ok("key", "show"), encoding="ascii")
    added = ours("contact", "add", "regulator.card", "--role", "regulator")
    number = json.loads(theirs.ok("key", "show", "--json"))["number"]
    assert number not in added.out + added.err
    return Two(ours, theirs, number)


def report(at: Terminal, target: str, *more: str) -> None:
    at.ok(
        "send", "lost-list", "--to", "sample", "--incomplete", "--reason", "x", "-o", target, *more
    )


def only(folder: str) -> str:
    [path] = Path(folder).iterdir()
    return str(path)


def opened(two: Two) -> None:
    """Report a case; the regulator files it."""
    two.ours.ok("contact", "verify", "sample", "--number", two.number)
    two.ours.ok("new", "Lost list")
    report(two.ours, "one.age")
    two.theirs.ok("receive", "one.age", "--yes")


def typed(words: Sequence[str], *answers: tuple[str, str]) -> tuple[int, str]:
    """Run a command on a terminal of its own; return its code and all that it showed."""
    options = ["--vault", str(Path("controller").absolute())]
    options += ["--passphrase-file", str(Path("controller.pass").absolute())]
    places = [str(Path(word).absolute()) if word.endswith(".age") else word for word in words]
    with line_to(["-I", "-c", ENTRANCE, *options, *places]) as line:
        for prompt, answer in answers:
            line.shows(prompt)
            line.type(f"{answer}\r")
        return line.ended(), line.sent.decode()


def test_a_contact_is_verified_by_the_number_that_was_heard(two: Two) -> None:
    wrong = two.ours("contact", "verify", "sample", "--number", "12345 " * 6)
    assert (wrong.code, wrong.err.count("\n")) == (79, 2)
    assert "amber" in two.ours.ok("contact", "ls")

    right = two.ours.ok("contact", "verify", "sample", "--number", two.number, "--json")

    assert json.loads(right)["state"] == "verified"
    assert "verified" in two.ours.ok("contact", "ls")
    [listed] = json.loads(two.ours.ok("contact", "ls", "--json"))["contacts"]
    assert (listed["state"], listed["number"]) == ("verified", two.number)


def test_without_a_terminal_a_number_has_to_be_passed(two: Two) -> None:
    ran = two.ours("contact", "verify", "sample")

    assert ran.code == 2
    assert "--number" in ran.err


def test_the_number_is_typed_on_a_terminal_and_shown_nowhere(two: Two) -> None:
    code, shown = typed(
        ["contact", "verify", "sample"], ("digits you hear", "11111 22222 33333 44444 55555 66666")
    )
    assert code == 79
    assert two.number.split()[0] not in shown

    code, _ = typed(["contact", "verify", "sample"], ("digits you hear", two.number))

    assert code == 0
    assert "verified" in two.ours.ok("contact", "ls")


def test_a_report_to_an_amber_contact_is_sealed_after_a_word_or_an_option(two: Two) -> None:
    two.ours.ok("new", "Lost list")
    words = ["send", "lost-list", "--to", "sample", "--incomplete", "--reason", "x", "-o", "o.age"]
    refused = two.ours(*words)
    assert refused.code == 2
    assert "--amber" in refused.err

    assert typed(words, ("type amber", "yes"))[0] == 130
    assert not Path("o.age").exists()
    assert typed(words, ("type amber", "Amber"))[0] == 0
    assert Path("o.age").exists()
    report(two.ours, "again.age", "--amber")


def test_a_decision_to_an_amber_contact_needs_the_same(two: Two) -> None:
    opened(two)
    words = ["decide", "northmoor", "--outcome", "no action", "-o", "decision.age"]
    assert two.theirs("ack", "northmoor", "--ref", "IC-40717-T3W9", "-o", "ack.age").code == 0

    assert two.theirs(*words).code == 2

    assert two.theirs(*words, "--amber").code == 0


def test_a_case_goes_on_over_a_rotation_by_commands(two: Two) -> None:
    opened(two)
    Path("keys").mkdir()
    wrong = two.ours("key", "rotate", "--recovery-file", "regulator.key", "-o", "keys")
    assert wrong.code == 77

    told = two.ours.ok("key", "rotate", "--recovery-file", "controller.key", "-o", "keys", "--json")

    assert [each["file"] for each in json.loads(told)["sealed"]] == [only("keys")]
    filed = two.theirs("receive", only("keys"), "--yes")
    assert (filed.code, filed.out) == (0, "")
    assert "key update filed" in filed.err
    again = two.theirs("receive", only("keys"), "--yes", "--json")
    assert json.loads(again.out) == {"case": None, "kind": "key_update", "already": True}
    assert "already imported" in two.theirs("receive", only("keys"), "--yes").err
    two.ours.ok("followup", "lost-list")
    report(two.ours, "two.age")
    assert two.theirs("receive", "two.age", "--yes").code == 0


def test_the_recovery_key_is_asked_on_the_terminal(two: Two) -> None:
    key = Path("controller.key").read_text(encoding="ascii").split("\n", 1)[0]
    folder = str(Path.cwd())

    assert typed(["key", "rotate", "-o", folder], ("recovery key:", "no such key"))[0] == 2
    code, shown = typed(["key", "rotate", "-o", folder], ("recovery key:", key.lower()))

    assert code == 0
    assert key.lower() not in shown
    assert f"number  {json.loads(two.ours.ok('key', 'show', '--json'))['number']}" in shown


def test_an_update_is_sealed_once_more_for_one_contact(two: Two) -> None:
    none = two.ours("key", "update", "--to", "sample")
    assert none.code == 2
    assert two.ours("key", "rotate", "-o", "nowhere").code == 2
    for name in ("first", "second", "third"):
        Path(name).mkdir()
    for name in ("first", "second"):
        two.ours.ok("key", "rotate", "--recovery-file", "controller.key", "-o", name)

    listed = two.ours.ok("key", "update", "--to", "sample", "-o", "third")

    assert listed.count("Sample Commission") == len(list(Path("third").iterdir())) == 2


def test_a_revoked_card_is_replaced_by_one_that_is_handed_over(two: Two) -> None:
    opened(two)
    Path("keys").mkdir()
    assert two.ours("key", "revoke", "-o", "keys").code == 2
    two.ours.ok("key", "revoke", "--reason", "stolen", "--yes", "-o", "keys")
    assert "REVOKED" in two.ours("key", "show").err
    two.theirs.ok("receive", only("keys"), "--yes")
    assert "revoked" in two.theirs.ok("contact", "ls")
    assert "revoked by its office since" in two.theirs.ok("show", "northmoor")

    Path("more").mkdir()
    rotated = two.ours("key", "rotate", "--recovery-file", "controller.key", "-o", "more")
    assert "hand the new one over" in rotated.err
    assert not list(Path("more").iterdir())
    Path("new.card").write_text(two.ours.ok("key", "show"), encoding="ascii")
    number = json.loads(two.ours.ok("key", "show", "--json"))["number"]
    assert two.theirs("contact", "add", "new.card").code == 2
    two.theirs.ok("contact", "add", "new.card", "--replaces", "northmoor")
    two.theirs.ok("contact", "verify", "northmoor", "--number", number)
    ack = two.theirs("ack", "northmoor", "--ref", "IC-40717-T3W9", "-o", "ack.age")
    assert ack.code == 0
    assert two.ours("receive", "ack.age", "--yes").code == 0


def test_nothing_is_sealed_by_the_way_to_a_revoked_contact(two: Two) -> None:
    for name in ("theirs", "ours"):
        Path(name).mkdir()
    Path("controller.card").write_text(two.ours.ok("key", "show"), encoding="ascii")
    two.theirs.ok("contact", "add", "controller.card", "--role", "controller")
    two.theirs.ok("key", "revoke", "--yes", "-o", "theirs")
    two.ours.ok("receive", only("theirs"), "--yes")

    rotated = two.ours("key", "rotate", "--recovery-file", "controller.key", "-o", "ours")

    assert rotated.code == 0
    assert "it is revoked" in rotated.err
    assert not list(Path("ours").iterdir())


def test_a_contact_is_forgotten(two: Two) -> None:
    two.ours.ok("contact", "rm", "sample")

    assert two.ours.ok("contact", "ls") == ""
    assert two.ours("contact", "rm", "sample").code == 66


def test_allowed_signers_go_to_a_file_or_to_standard_output(two: Two) -> None:
    assert two.ours.ok("contact", "allowed-signers") == ""
    shown = two.ours.ok("contact", "allowed-signers", "--all")
    assert shown.startswith("Sample%20Commission,")

    two.ours.ok("contact", "allowed-signers", "--all", "-o", ".")

    assert Path("allowed_signers").read_text(encoding="ascii") == shown
    assert two.ours("contact", "allowed-signers", "-o", "allowed_signers").code == 73


def test_the_secret_keys_are_printed_after_a_yes_only(two: Two) -> None:
    assert two.ours("key", "show", "--secret").code == 2

    printed = two.ours.ok("key", "show", "--secret", "--yes")

    assert "\nAGE-SECRET-KEY-PQ-1" in printed
    assert "\nAGE-SECRET-KEY-1" in printed
    told = json.loads(two.ours.ok("key", "show", "--secret", "--yes", "--json"))
    assert [key[:16] for key in told["identities"][0]["age"]] == [
        "AGE-SECRET-KEY-P",
        "AGE-SECRET-KEY-1",
    ]
    assert typed(["key", "show", "--secret"], ("print the secret keys", "n"))[0] == 130
    code, shown = typed(["key", "show", "--secret"], ("print the secret keys", "y"))
    assert code == 0
    assert "AGE-SECRET-KEY-PQ-1" in shown


def test_a_classic_office_has_no_post_quantum_key(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    at = office(capsys, "regulator", "Old Commission", "--classic")

    assert "age1pq1" not in at.ok("key", "show")
    assert "AGE-SECRET-KEY-PQ-" not in at.ok("key", "show", "--secret", "--yes")


def test_what_protects_less_than_before_needs_an_option_of_its_own(two: Two) -> None:
    opened(two)
    to = parse_card(Path("regulator.card").read_text(encoding="ascii"))
    with Vault.open(Path("controller"), bytearray(b"fictional words"), writable=False) as vault:
        weak = update(office_of(vault), to, card_by("Northmoor Agency", 50, 51), seed(50))
    Path("weak.age").write_bytes(weak)

    refused = two.theirs("receive", "weak.age", "--yes")
    assert refused.code == 2
    assert "warning  the sender's card had a post-quantum recipient before" in refused.err
    assert "--weaker" in refused.err

    two.theirs.ok("receive", "weak.age", "--yes", "--weaker")
