"""Partners and playbooks. What a person changed on its page is the city's own: the profile leaves it alone."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from ...cases.response.models import PartnerAgency
from ...cases.response.partners import PartnerEntry, fill_partner, name_is_taken, names_in_use
from ...errors import Conflict
from ...extensions import db
from ...formatters import fold
from ...scheduling.playbooks.models import Playbook, PlaybookStep
from ..contents import PartnerFacts, PlaybookFacts, StepFacts
from .services import family_ids


def load_responses(partners: Sequence[PartnerFacts], playbooks: Sequence[PlaybookFacts]) -> dict[str, int]:
    """Insert or update partners by code and playbooks by family.

    Returns how many of each were loaded, and how many were kept as they are because somebody edited them on their page.
    """
    ids, kept_partners = _load_partners(partners)
    kept_playbooks = _load_playbooks(playbooks, ids)
    return {
        "partners": len(partners) - kept_partners,
        "playbooks": len(playbooks) - kept_playbooks,
        "edited_here_and_kept": kept_partners + kept_playbooks,
    }


def _load_partners(partners: Sequence[PartnerFacts]) -> tuple[dict[str, int], int]:
    families = family_ids()
    existing = {partner.code: partner for partner in db.session.scalars(select(PartnerAgency))}
    names, kept = names_in_use(), 0
    for facts in partners:
        partner = existing.get(facts.code)
        if partner is not None and partner.edited_at is not None:
            kept += 1
            continue
        if name_is_taken(facts.name, partner.id if partner else None, names):
            raise Conflict(f"playbooks.toml: the partner «{facts.name}» was added on a page; rename one of the two")
        if partner is None:
            partner = existing[facts.code] = PartnerAgency(code=facts.code)
            db.session.add(partner)
        else:
            names.pop(fold(partner.name), None)
        fill_partner(partner, _entry(facts, families))
        db.session.flush()  # one by one: the next may be given the name that this one gave up
        names[fold(facts.name)] = partner.id
    return {partner.code: partner.id for partner in existing.values() if partner.code}, kept


def _entry(facts: PartnerFacts, families: dict[str, int]) -> PartnerEntry:
    return PartnerEntry(
        name=facts.name, purpose=facts.purpose, contact_person=facts.contact_person, phone=facts.phone,
        email=facts.email, families=frozenset(families[code] for code in facts.families),
    )  # fmt: skip


def _load_playbooks(playbooks: Sequence[PlaybookFacts], partners: dict[str, int]) -> int:
    """The steps become those of the profile where they differ; returns how many playbooks were left alone."""
    families = family_ids()
    existing = {playbook.family_id: playbook for playbook in db.session.scalars(select(Playbook))}
    kept = 0
    for facts in playbooks:
        family_id = families[facts.family]
        playbook = existing.get(family_id)
        if playbook is None:
            playbook = Playbook(family_id=family_id)
            db.session.add(playbook)
        elif playbook.edited_at is not None:
            kept += 1
            continue
        playbook.name = facts.name
        _set_steps(playbook, [_columns(step, partners) for step in facts.steps])
    db.session.flush()
    return kept


def _set_steps(playbook: Playbook, wanted: list[dict[str, Any]]) -> None:
    standing = [{name: getattr(step, name) for name in wanted[0]} for step in playbook.steps]
    if standing == wanted:
        return  # a checklist that is open somewhere stays good
    if playbook.steps:
        playbook.version += 1
    playbook.steps.clear()
    db.session.flush()  # the old steps go before the new ones take their positions
    playbook.steps.extend(PlaybookStep(position=n, **columns) for n, columns in enumerate(wanted, 1))


def _columns(step: StepFacts, partners: dict[str, int]) -> dict[str, Any]:
    return {
        "kind": step.kind, "title": step.title, "due_days": step.due_days, "skill": step.skill,
        "minutes": step.minutes, "people": step.people, "needs": [need for need in step.needs if need != step.skill],
        "after_position": step.after, "details": step.details, "template_code": step.template,
        "partner_id": partners[step.partner] if step.partner else None,
    }  # fmt: skip
