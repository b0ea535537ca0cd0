"""Look up a service type's questions, and keep what a caller answered."""

from collections.abc import Sequence

from sqlalchemy import select

from ...change_marks import Kept, Marks
from ...extensions import db
from ...formatters import plural
from ...staff.log import append_log
from ...staff.models import User
from ..models import ServiceRequest
from .models import CallAnswer, ServiceQuestion
from .rules import ReadAnswer


def questions_of(service_type_id: int) -> Sequence[ServiceQuestion]:
    """The questions of a service type, in the order in which they are asked."""
    query = select(ServiceQuestion).where(ServiceQuestion.service_type_id == service_type_id)
    return db.session.scalars(query.order_by(ServiceQuestion.order)).all()


def _read_askers() -> frozenset[int]:
    return frozenset(db.session.scalars(select(ServiceQuestion.service_type_id).distinct()))


_askers = Kept(_read_askers)


def asks_anything(service_type_id: int, marks: Marks) -> bool:
    """Whether the service type has any question; `marks` are those of this transaction. Most have none."""
    return service_type_id in _askers.get(marks)


def answers_of(call: ServiceRequest) -> Sequence[CallAnswer]:
    """What was answered about a call, in the order in which it was kept."""
    return db.session.scalars(select(CallAnswer).where(CallAnswer.call_id == call.id).order_by(CallAnswer.id)).all()


def keep_answers(call: ServiceRequest, answers: Sequence[ReadAnswer], actor: User | None = None) -> None:
    """Keep what was answered about a call. Flushes.

    Keeping the same again changes nothing. Another answer to a question takes the place of the earlier one, which
    stays in the call's history.
    """
    kept = {answer.code: answer for answer in answers_of(call)} if answers else {}
    added = 0
    for answer in answers:
        row = kept.get(answer.code)
        if row is None:
            row = CallAnswer(call_id=call.id, code=answer.code)
            db.session.add(row)
            added += 1
        elif (row.prompt, row.value) == (answer.prompt, answer.value):
            continue
        else:
            words = f"Answered anew: «{answer.prompt}» {answer.value}. It was: «{row.prompt}» {row.value}."
            append_log("call", call.id, "answer_changed", words, actor=actor)
        row.prompt, row.value, row.keys = answer.prompt, answer.value, list(answer.keys)
    if added:
        append_log("call", call.id, "answered", f"{plural(added, 'question')} answered.", actor=actor)
    db.session.flush()
