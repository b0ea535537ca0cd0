"""Read `playbooks.toml`: what the city usually does about a family of problems, and the partners that help."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from ..errors import Invalid, ProfileError
from ..formatters import fold
from ..scheduling.playbooks.step_kinds import DEPENDENT, KINDS, StepKind, idle_facts, missing_facts
from ..scheduling.playbooks.step_order import check_after
from . import keys
from .checks import check_reference, refuse_twins
from .contents import PartnerFacts, PlaybookFacts, StepFacts
from .entries import read_entry
from .reading import read_toml, shown

Responses = tuple[tuple[PartnerFacts, ...], tuple[PlaybookFacts, ...]]


def read_playbooks(path: Path, families: Collection[str], known_partners: Collection[str] = ()) -> Responses:
    """The partners of the file and its playbooks, one per family at most."""
    values = read_entry(read_toml(path), keys.PLAYBOOKS, path.name)
    partners = _read_partners(values["partners"], families, path.name)
    codes = {*known_partners, *(partner.code for partner in partners)}
    found = {}
    for number, entry in enumerate(values["playbooks"], 1):
        where = f"{path.name}: playbook {number} ({shown(entry.get('family') if isinstance(entry, dict) else None)})"
        found[where] = _read_playbook(entry, families, codes, where)
    refuse_twins(((where, playbook.family) for where, playbook in found.items()), "the family")
    return partners, tuple(found.values())


def _read_playbook(playbook: Any, families: Collection[str], partners: Collection[str], where: str) -> PlaybookFacts:
    values = read_entry(playbook, keys.PLAYBOOK, where)
    check_reference(values["family"], families, "family", where)
    entries = enumerate(values["steps"], 1)
    steps = [_read_step(entry, partners, f"{where}: step {number}") for number, entry in entries]
    if not steps:
        raise ProfileError(f"{where}: has no steps; a playbook has at least one")
    crews = {number: step for number, step in enumerate(steps, 1) if step.kind is StepKind.WORK_ORDER}
    try:
        check_after({number: step.after for number, step in crews.items()}, {n: crews[n].title for n in crews})
    except Invalid as error:
        raise ProfileError(f"{where}: {error}") from error
    return PlaybookFacts(values["family"], values["name"], tuple(steps))


def _read_step(entry: Any, partners: Collection[str], where: str) -> StepFacts:
    """A step has what its kind needs and nothing that its kind has no use for."""
    values = read_entry(entry, keys.STEP, where)
    kind = values["kind"]
    given = {name: values.pop(name) for name in DEPENDENT}
    given = {name: value for name, value in given.items() if value is not None}
    for name in missing_facts(kind, frozenset(given)):
        raise ProfileError(f"{where}: the key {name} is missing")
    for name in idle_facts(kind, frozenset(given)):
        raise ProfileError(f"{where}: {name} means nothing for a {KINDS[kind].name.lower()}; take it out")
    if "partner" in given:
        check_reference(given["partner"], partners, "partner", where)
    return StepFacts(**values, **given)


def _read_partners(entries: Any, families: Collection[str], file: str) -> tuple[PartnerFacts, ...]:
    found = {}
    for number, entry in enumerate(entries, 1):
        where = f"{file}: partner {number} ({shown(entry.get('code') if isinstance(entry, dict) else None)})"
        values = read_entry(entry, keys.PARTNER, where)
        for family in values["families"]:
            check_reference(family, families, "family", where)
        found[where] = PartnerFacts(**values)
    refuse_twins(((where, partner.code) for where, partner in found.items()), "the code")
    refuse_twins(((where, fold(partner.name)) for where, partner in found.items()), "the name")
    return tuple(found.values())
