"""Which skills playbooks ask for that nobody has: their work would wait for a crew that there is not."""

from sqlalchemy import select

from ...extensions import db
from ..resources.models import CityResource, ResourceSkill
from .models import PlaybookStep
from .step_kinds import StepKind


def skills_nobody_has() -> list[str]:
    """Skills and needs of playbooks' work orders that no resource at work has, in order."""
    steps = select(PlaybookStep.skill, PlaybookStep.needs).where(PlaybookStep.kind == StepKind.WORK_ORDER)
    asked = {wanted for skill, needs in db.session.execute(steps) for wanted in (skill, *needs)}
    at_work = select(CityResource.id).where(CityResource.retired_at.is_(None))
    held = db.session.scalars(select(ResourceSkill.skill).where(ResourceSkill.resource_id.in_(at_work)).distinct())
    return sorted(asked - set(held))
