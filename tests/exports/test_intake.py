"""Many bundles in one go: what each is, and what comes of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path

from exports.desk import ask
from exports.intake import Outcome, Parcel, file_all, look
from exports.reply import answer, give_receipt
from exports.sealing import Sealed
from models.errors import MissingError
from store.casework import start_followup
from store.vault import Vault
from tests.exports.build import WALL, a_case, at, contents, introduce
from tests.exports.sent import STRANGER, Sent, nothing_changes
from tests.exports.test_conversation import _send


def parcel(name: str, data: Sealed | bytes) -> Parcel:
    raw = data if isinstance(data, bytes) else data.data
    return Parcel(name, lambda: nullcontext(BytesIO(raw)))


def received(vault: Vault, parcels: Sequence[Parcel]) -> list[Outcome]:
    seen = list(look(vault, parcels))
    return list(file_all(vault, seen, received=at("2019-12-21T09:00"), at=None, wall=lambda: WALL))


def came_to(found: Sequence[Outcome]) -> list[tuple[str, str]]:
    return [
        (each.parcel.name, each.error.message if each.error else str(each.filed)) for each in found
    ]


def test_a_look_says_what_each_file_is_and_changes_nothing(ours: Vault, theirs: Vault) -> None:
    regulator = introduce(ours, theirs)
    first = _send(ours, a_case(ours), regulator)

    with nothing_changes(theirs):
        fresh, noise = look(theirs, [parcel("a", first), parcel("b", b"noise")])

    assert (fresh.who, fresh.kind, fresh.new_case) == ("Example Agency", "initial_report", True)
    assert (fresh.amber, fresh.waits, fresh.error) == (True, False, None)
    assert (noise.who, noise.sha256, noise.waits, noise.case_id) == ("", "", False, None)
    assert noise.error
    assert noise.error.code == 65


def test_what_waits_for_another_is_filed_after_it_whatever_the_order(
    ours: Vault, theirs: Vault
) -> None:
    regulator = introduce(ours, theirs)
    case_id = a_case(ours)
    first = _send(ours, case_id, regulator)
    start_followup(ours, case_id, wall=WALL)
    second = _send(ours, case_id, regulator, "2019-12-21T18:10")
    start_followup(ours, case_id, wall=WALL)
    third = _send(ours, case_id, regulator, "2019-12-22T18:10")
    parcels = [parcel("third", third), parcel("second", second), parcel("first", first)]

    seen = list(look(theirs, parcels))
    found = received(theirs, parcels)

    assert [each.waits for each in seen] == [True, True, False]
    assert [each.who for each in seen] == ["Example Agency"] * 3
    assert came_to(found) == [("first", "True"), ("second", "True"), ("third", "True")]
    (row,) = theirs.rows()
    assert len(theirs.case(row.id).reports) == 3
    assert theirs.case(row.id).when("received") == at("2019-12-21T09:00")


def test_a_stranger_s_follow_up_waits_for_the_report_that_makes_it_known(
    ours: Vault, theirs: Vault, sent: Sent
) -> None:
    del ours, theirs
    first = parcel("first", sent.report(STRANGER, case_id="aa" * 16))
    more = parcel("more", sent.follow_up(STRANGER, case_id="aa" * 16, bundle_id="b2" * 16))

    found = received(sent.theirs, [more, first])

    assert came_to(found) == [("first", "True"), ("more", "True")]
    assert found[1].amber


def test_a_refusal_is_named_and_stops_no_other(ours: Vault, theirs: Vault, other: Vault) -> None:
    regulator = introduce(ours, theirs)
    case_id = a_case(ours)
    good = _send(ours, case_id, regulator)
    astray = _send(ours, case_id, introduce(ours, other))
    lost = _follow_up_alone(ours, regulator)

    found = received(
        theirs,
        [
            parcel("astray", astray),
            parcel("lost", lost),
            parcel("noise", b"noise"),
            parcel("good", good),
            parcel("twice", good),
        ],
    )

    codes = {each.parcel.name: each.error.code if each.error else 0 for each in found}
    assert codes == {"astray": 77, "lost": 76, "noise": 65, "good": 0, "twice": 0}
    assert {each.parcel.name for each in found if each.already} == {"twice"}
    assert found[-1].parcel.name == "lost"  # tried until nothing moved any more
    assert len(theirs.rows()) == 1


def _follow_up_alone(ours: Vault, regulator: str) -> Sealed:
    """Return a follow-up whose initial report never reaches the regulator."""
    case_id = a_case(ours)
    _send(ours, case_id, regulator)
    start_followup(ours, case_id, wall=WALL)
    return _send(ours, case_id, regulator, "2019-12-21T18:10")


def test_a_file_that_changes_or_goes_after_the_look_is_not_filed(
    ours: Vault, theirs: Vault, tmp_path: Path
) -> None:
    regulator = introduce(ours, theirs)
    one, two = (_send(ours, a_case(ours), regulator).data for _ in range(2))
    names = ("swapped", "gone")
    for name in names:
        (tmp_path / name).write_bytes(one)

    def lender(name: str) -> Parcel:
        def lend() -> nullcontext[BytesIO]:
            path = tmp_path / name
            if not path.exists():
                raise MissingError("there is no such file", hint="check the path")
            return nullcontext(BytesIO(path.read_bytes()))

        return Parcel(name, lend)

    seen = list(look(theirs, [lender(name) for name in names]))
    (tmp_path / "swapped").write_bytes(two)
    (tmp_path / "gone").unlink()
    before = contents(theirs)
    found = list(file_all(theirs, seen, received=None, at=None, wall=lambda: WALL))

    assert [each.error.code if each.error else 0 for each in found] == [65, 66]
    assert contents(theirs) == before


def test_letters_of_both_kinds_of_case_come_in_one_batch(sent: Sent) -> None:
    request = ask(
        sent.theirs, sent.their_id, [("How many?", None)], message=None, at=None, wall=WALL
    )
    receipt = give_receipt(sent.theirs, sent.their_id, wall=WALL)
    found = received(sent.ours, [parcel("receipt", receipt), parcel("request", request)])
    assert came_to(found) == [("request", "True"), ("receipt", "True")]

    reply = answer(sent.ours, sent.case_id, {1: "twelve"}, message=None, at=None, wall=WALL)

    assert came_to(received(sent.theirs, [parcel("reply", reply)])) == [("reply", "True")]
