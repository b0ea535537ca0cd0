"""Take resources from a spreadsheet: what each line would do, or does; one that cannot be leaves the others alone."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from sqlalchemy import select

from ...errors import Conflict, Invalid
from ...extensions import db
from ...places.models import Area, AreaKind
from ...staff.models import User
from ..resources.keeping import ResourceEntry, entry_of, save_resource
from ..resources.models import CityResource
from ..resources.sheet_entries import SheetEntry, read_cells, read_code
from ..resources.sheet_lines import Sheet, SheetLine
from ..resources.shift_rules import in_order
from .members import change_members


class Outcome(StrEnum):
    """What a line does."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LineResult:
    """What came of one line: `words` are the fields that change, or why it is refused and what to do."""

    line: SheetLine
    code: str
    name: str
    outcome: Outcome
    words: str = ""


def take_sheet(sheet: Sheet, actor: User) -> list[LineResult]:
    """Add and change what the lines say, each whole or not at all, and say of each what came of it, in their order.

    Rolled back it is a preview that says exactly what would happen. Lines with members come after all others, so that a
    team and its new members may stand in one file.
    """
    centers = center_ids()
    codes: dict[str, int] = {}
    results: dict[int, LineResult] = {}
    for with_members in (False, True):
        for line in sheet.lines:
            if bool(line.cells.get("members")) is with_members:
                results[line.line] = _take_line(line, centers, codes, actor, decimal_comma=sheet.decimal_comma)
    return [results[line.line] for line in sheet.lines]


def mark_of_results(results: list[LineResult]) -> str:
    """What a file would do, as a form keeps it to notice that it would do something else by now."""
    plain = [(one.line.line, one.outcome.value, one.words) for one in results]
    return hashlib.sha256(repr(plain).encode()).hexdigest()[:16]


def center_ids() -> dict[str, int]:
    """The service centers by their codes."""
    query = select(Area.code, Area.id).where(Area.kind == AreaKind.SERVICE_CENTER)
    return dict(db.session.execute(query).all())


def _take_line(
    line: SheetLine, centers: Mapping[str, int], codes: dict[str, int], actor: User, *, decimal_comma: bool
) -> LineResult:
    code, name = line.cells.get("code", ""), line.cells.get("name", "")
    try:
        with db.session.begin_nested():
            if line.problem:
                raise Invalid(line.problem)
            code = read_code(line.cells)
            if code in codes:
                raise Invalid(f"column «code»: «{code}» stands on line {codes[code]} already; take one of them out")
            codes[code] = line.line
            resource = db.session.scalar(select(CityResource).where(CityResource.code == code))
            standing = entry_of(resource) if resource else None
            said = read_cells(line.cells, standing, centers, decimal_comma=decimal_comma)
            return _take_entry(line, resource, said, actor)
    except (Invalid, Conflict) as refusal:
        return LineResult(line, code, name, Outcome.REFUSED, str(refusal))


def _take_entry(line: SheetLine, resource: CityResource | None, said: SheetEntry, actor: User) -> LineResult:
    if resource is not None and resource.retired_at is not None:
        raise Conflict(f"{resource.name} is out of service; bring it back on its page first")
    wanted = _as_kept(said.entry)
    changed = _differences(entry_of(resource), wanted) if resource else []
    saved = resource if resource is not None and not changed else save_resource(resource, wanted, actor)
    if said.members is not None and _change_members(saved, said.members, actor):
        changed.append("members")
    if resource is None:
        return LineResult(line, saved.code, saved.name, Outcome.ADDED)
    outcome = Outcome.CHANGED if changed else Outcome.UNCHANGED
    return LineResult(line, saved.code, saved.name, outcome, ", ".join(changed))


def _as_kept(entry: ResourceEntry) -> ResourceEntry:
    return replace(entry, skills=tuple(sorted(entry.skills)), shifts=in_order(entry.shifts))


def _differences(old: ResourceEntry, new: ResourceEntry) -> list[str]:
    """The names of what differs, in words."""
    return [
        _WORDS.get(field.name, field.name.replace("_", " "))
        for field in fields(ResourceEntry)
        if getattr(old, field.name) != getattr(new, field.name)
    ]


_WORDS = {"center_id": "center", "cost_cents_per_hour": "cost per hour"}


def _change_members(team: CityResource, codes: tuple[str, ...], actor: User) -> bool:
    if set(codes) == {one.member.code for one in team.members}:
        return False
    query = select(CityResource.code, CityResource.id).where(CityResource.code.in_(codes))
    ids: dict[str, int] = dict(db.session.execute(query).all())
    unknown = [code for code in codes if code not in ids]
    if unknown:
        raise Invalid(f"column «members»: there is no resource with the code «{unknown[0]}», and no line of the file "
                      "adds one")  # fmt: skip
    try:
        change_members(team, ids.values(), actor)
    except (Invalid, Conflict) as refusal:
        raise type(refusal)(f"column «members»: {refusal}") from None
    return True
