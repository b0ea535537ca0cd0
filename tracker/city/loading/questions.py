"""The questions of service types. Answers given under earlier ones carry their own words and stay as they are."""

from collections.abc import Sequence

from sqlalchemy import select

from ...calls.models import ServiceType
from ...calls.questions.models import ServiceQuestion
from ...extensions import db
from ..contents import QuestionFacts, TypeFacts


def load_questions(types: Sequence[TypeFacts]) -> int:
    """Make the questions of these service types those of the profile; returns how many there are."""
    ids = dict(db.session.execute(select(ServiceType.service_code, ServiceType.id)).all())
    known = {(row.service_type_id, row.code): row for row in db.session.scalars(select(ServiceQuestion))}
    kept = set()
    for facts in types:
        for order, question in enumerate(facts.questions, 1):
            place = (ids[facts.service_code], question.code)
            row = known.get(place)
            if row is None:
                row = ServiceQuestion(service_type_id=place[0], code=place[1])
                db.session.add(row)
            _fill(row, question, order)
            kept.add(place)
    of_these = {ids[facts.service_code] for facts in types}
    for place, row in known.items():
        if place[0] in of_these and place not in kept:
            db.session.delete(row)
    db.session.flush()
    return len(kept)


def _fill(row: ServiceQuestion, facts: QuestionFacts, order: int) -> None:
    row.datatype, row.is_required, row.variable = facts.datatype, facts.required, facts.variable
    row.prompt, row.datatype_description, row.order = facts.prompt, facts.datatype_description, order
    row.values = [{"key": key, "name": name} for key, name in facts.values]
