"""Read `playbooks.toml`: what the city usually does about a family of problems."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from ..errors import ProfileError
from . import keys
from .checks import check_reference, refuse_twins
from .contents import PlaybookFacts, StepFacts
from .entries import read_entry
from .reading import read_toml, shown


def read_playbooks(path: Path, families: Collection[str]) -> tuple[PlaybookFacts, ...]:
    """The playbooks of the file, one per family at most."""
    values = read_entry(read_toml(path), keys.PLAYBOOKS, path.name)
    found = {}
    for number, entry in enumerate(values["playbooks"], 1):
        where = f"{path.name}: playbook {number} ({shown(entry.get('family') if isinstance(entry, dict) else None)})"
        found[where] = _read_playbook(entry, families, where)
    refuse_twins(((where, playbook.family) for where, playbook in found.items()), "the family")
    return tuple(found.values())


def _read_playbook(playbook: Any, families: Collection[str], where: str) -> PlaybookFacts:
    values = read_entry(playbook, keys.PLAYBOOK, where)
    check_reference(values["family"], families, "family", where)
    entries = enumerate(values["steps"], 1)
    steps = [StepFacts(**read_entry(entry, keys.STEP, f"{where}: step {number}")) for number, entry in entries]
    if not steps:
        raise ProfileError(f"{where}: has no steps; a playbook has at least one")
    return PlaybookFacts(values["family"], values["name"], tuple(steps))
