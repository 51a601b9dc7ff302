"""`breachcase party`: who held the data, when they knew, whom they told how soon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from models.errors import UsageError
from models.links import CONTROLLER, links
from models.moment import duration
from tui.commands import output, params
from tui.commands.opening import opened
from tui.today import wall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from models.case import Case
    from models.links import Link
    from models.moment import Moment
    from models.strictjson import JSON
    from store.vault import Vault

_ACTS = ("ls", "add", "set", "rm")


@click.command()
@click.argument("case")
@click.argument("act", type=click.Choice(_ACTS), default="ls")
@click.argument("which", metavar="[PARTY]", required=False)
@click.option("--role", metavar="ROLE", help="processor, sub_processor or controller.")
@click.option("--name", metavar="NAME", help="What it is called.")
@params.moment_option("aware", "When it became aware; the controller's is edit --aware.")
@click.option("--tells", metavar="PARTY", help="Whom it informs: a party, or controller.")
@click.option(
    "--target",
    type=params.SPAN,
    metavar="TIME",
    help="How soon it is to tell: 24h (the usual), 90m, 2d.",
)
@params.json_option
@params.vault_options
def party(  # noqa: PLR0913, PLR0917 - one parameter an option
    case: str,
    act: str,
    which: str | None,
    role: str | None,
    name: str | None,
    aware: Moment | None,
    tells: str | None,
    target: int | None,
    *,
    as_json: bool,
) -> None:
    """List the parties of CASE with the gap of each link, or add, set, rm a PARTY.

    A sub-processor tells a processor, a processor the controller; --tells says otherwise. PARTY is
    a name, or the start of an id.
    """
    told: dict[str, JSON] = {
        "role": None if role is None else role.strip().replace("-", "_"),
        "name": name,
        "aware": None if aware is None else str(aware),
        "target_s": target,
    }
    told = {key: value for key, value in told.items() if value is not None}
    if bool(told or tells) != (act in {"add", "set"}):
        raise UsageError(
            f"party {act} goes {'with' if act in {'add', 'set'} else 'without'} a role, a name ...",
            hint="breachcase party --help",
        )
    if (which is not None) != (act in {"set", "rm"}):
        raise UsageError("party set and rm name one PARTY", hint="breachcase party CASE lists them")
    with opened(writable=act != "ls") as vault:
        case_id = vault.find(case)
        if act != "ls":
            _change(vault, case_id, act, which or "", told, tells)
        found = vault.case(case_id)
    if as_json:
        output.out_json({"parties": [*_as_json(found)]})
    else:
        output.table([("ID", "ROLE", "NAME", "AWARE", "TELLS", "GAP", "TARGET"), *_rows(found)])


def _change(  # noqa: PLR0913, PLR0917 - what `party` was given
    vault: Vault, case_id: str, act: str, which: str, told: dict[str, JSON], tells: str | None
) -> None:
    from store import parties

    case = vault.case(case_id)
    if tells is not None:
        own = tells.strip().casefold() == CONTROLLER
        told["tells"] = CONTROLLER if own else parties.find_party(case, tells).id
    if act == "add":
        parties.add_party(vault, case_id, told, wall=wall())
        return
    party_id = parties.find_party(case, which).id
    if act == "set":
        parties.set_party(vault, case_id, party_id, told, wall=wall())
    else:
        parties.remove_party(vault, case_id, party_id, wall=wall())


def _rows(case: Case) -> Iterator[tuple[str, ...]]:
    for link in links(case.parties, case.aware):
        mark = " over" if link.over else ""
        each = link.party
        aware = str(each.aware or "?")
        told, gap = link.gap.to.whose, f"{link.gap.text}{mark}"
        role = each.role.replace("_", "-")
        yield each.id[:8], role, each.name or "-", aware, told, gap, duration(link.target_s)
    for each in case.parties:
        if each.role == CONTROLLER:
            yield each.id[:8], each.role, each.name or "-", str(case.aware or "?"), "-", "-", "-"


def _as_json(case: Case) -> Iterator[dict[str, JSON]]:
    found: dict[str, Link] = {each.party.id: each for each in links(case.parties, case.aware)}
    for each in case.parties:
        link = found.get(each.id)
        yield {
            "id": each.id,
            "role": each.role,
            "name": each.name,
            "aware": str(each.aware) if each.aware else None,
            "tells": link.gap.to.whose if link else None,
            "gap_min_s": link.gap.min_s if link else None,
            "gap_max_s": link.gap.max_s if link else None,
            "target_s": link.target_s if link else None,
            "over": link.over if link else False,
        }
