"""One case on two forms, to two regulators: neither sees or settles what is the other's."""

from __future__ import annotations

from exports.desk import acknowledge
from exports.outbox import record_sent, send
from models.thread import EVERY_FORM
from models.waiting import waiting
from store.further import add_form, confirm
from store.vault import Vault
from tests.exports.build import REFERENCE, WALL, WHY, a_case, at, file, introduce

GDPR = "gdpr-art33"
LATER = "2026-01-02T04:04:05.678Z"
SENT = at("2019-12-20T18:16")
SEEN = at("2019-12-23T11:23")


def test_two_regulators_of_one_case(ours: Vault, theirs: Vault, other: Vault) -> None:
    case_id = a_case(ours)
    first, second = introduce(ours, theirs), introduce(ours, other)
    add_form(ours, case_id, GDPR, wall=WALL)
    confirm(ours, case_id, GDPR, [], wall=WALL)

    british = send(ours, case_id, first, at=None, wall=WALL, incomplete_reason=WHY)
    record_sent(ours, case_id, SENT, via="bundle", ref=None, wall=WALL)
    european = send(ours, case_id, second, at=None, wall=LATER, incomplete_reason=WHY, form=GDPR)
    their_id, other_id = file(theirs, british), file(other, european)
    assert theirs.case(their_id).form == "ico-2019"
    assert other.case(other_id).form == GDPR

    main, further = ours.case(case_id), ours.case(case_id, GDPR)
    assert [each.id for each in main.messages] == [british.manifest.bundle_id]
    assert [each.id for each in further.messages] == [european.manifest.bundle_id]
    assert (main.reported, further.reported) == (SENT, None)

    file(ours, acknowledge(other, other_id, "2026/17", at=SEEN, wall=LATER))

    main, further = ours.case(case_id), ours.case(case_id, GDPR)
    assert (main.reference, further.reference) == (None, "2026/17")
    assert main.acknowledgement is None
    assert further.acknowledgement is not None

    file(ours, acknowledge(theirs, their_id, REFERENCE, at=SEEN, wall=LATER))

    main, further = ours.case(case_id), ours.case(case_id, GDPR)
    assert (main.reference, further.reference) == (REFERENCE, "2026/17")
    assert len(ours.case(case_id, EVERY_FORM).messages) == 4
    assert ours.rows()[0].waits == len(waiting(ours.case(case_id, EVERY_FORM), None))
