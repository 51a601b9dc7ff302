"""A case of registers alone, without a vault: any text in it, as another device may have put it."""

from __future__ import annotations

from collections.abc import Mapping

from models.case import Case, case_view
from models.form import load_pack
from models.strictjson import JSON
from models.typed import typed_answer
from tests.exports.build import ANSWERS, WALL, ZONE

PACK = load_pack("ico-2019")
SENT = "2019-12-20T18:16+00:00[Europe/London]"


def a_case(
    title: str = "Wrong envelope",
    *,
    answers: Mapping[str, JSON] | None = None,
    said: Mapping[str, JSON] | None = None,
    form: str = "ico-2019",
) -> Case:
    """Return a case with an initial report that was sent and a follow-up draft.

    `answers` are JSON and stand beside the builder's own in both; `said` is the payload of the
    acknowledgement, without it there is none. On another `form` the builder answers nothing.
    """
    fields: dict[str, JSON] = {"case/title": title, "case/side": "controller", "case/zone": ZONE}
    for rid, kind, number in (("a", "initial", 0), ("b", "follow_up", 1)):
        told: dict[str, JSON] = {"form": form, "kind": kind, "number": number}
        typed: dict[str, JSON] = {
            q: typed_answer(PACK.question(q), a, ZONE).as_json()
            for q, a in ANSWERS.items()
            if form == PACK.id
        }
        held: dict[str, JSON] = {**told, **typed, **(answers or {})}
        fields |= {f"report/{rid}/{name}": value for name, value in held.items()}
    fields["report/a/frozen"] = "e"
    fields["event/e"] = {"name": "sent", "message": "e", "at": SENT}
    if said is not None:
        letter = {"kind": "acknowledgement", "direction": "in", "via": "email", "created": WALL}
        fields["message/m"] = {**letter, "payload": dict(said)}
    return case_view("ca" * 16, fields)
