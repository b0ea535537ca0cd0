"""A service type that nobody knew finds its family; its calls are taken anew there."""

import re

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from ..calls.changes import set_weight
from ..calls.models import Family, ServiceType
from ..calls.queries import calls_of_type
from ..errors import Conflict, Invalid
from ..extensions import db
from ..formatters import fold, plural
from ..staff.log import append_log, append_log_rows
from ..staff.models import User
from .intake import Taken, take_calls
from .models import ProblemCase
from .recounting import recount_cases
from .releasing import in_touched_cases, release_calls


def new_family(name: str, *, harm_weight: int) -> Family:
    """A new problem family; it starts with the city's default rule. Raises `Invalid` or `Conflict`. Flushes."""
    if not name.strip():
        raise Invalid("Give the new family a name, or choose one that there is.")
    code = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:60]
    if not code:
        raise Invalid("A family's name needs letters or digits.")
    if db.session.scalar(select(Family.id).where(Family.code == code)):
        raise Conflict(f"There is a family called {name.strip()} already; choose it from the list.")
    family = Family(code=code, name=name.strip()[:120], harm_weight=harm_weight)
    try:
        with db.session.begin_nested():
            db.session.add(family)
    except IntegrityError:  # somebody made it between the question and the answer
        raise Conflict(f"There is a family called {name.strip()} already; choose it from the list.") from None
    return family


def file_type(
    service_type: ServiceType, family: Family, *, weight: int, is_public: bool, is_confidential: bool, actor: User
) -> Taken:
    """File a type under a family and take its calls anew. Flushes.

    Cases of the type's own family that a person has touched go along with their calls, under the rule that opened
    them; untouched ones are taken back.
    """
    if not service_type.is_unsorted:
        raise Conflict(f"{service_type.service_name} was filed under {service_type.family.name} meanwhile.")
    own, before = service_type.family_id, service_type.weight
    calls = calls_of_type(service_type.id)
    staying = in_touched_cases(calls)
    moved = _move_touched_cases(own, family)
    service_type.family, service_type.weight, service_type.is_unsorted = family, weight, False
    service_type.is_confidential, service_type.is_public = is_confidential, is_public and not is_confidential
    text = f"{service_type.service_name} filed under {family.name}, weight {weight}: {plural(len(calls), 'call')}."
    append_log("service_type", service_type.id, "filed", text, actor=actor)
    db.session.flush()
    set_weight(service_type, weight, before=before)
    why = f"{service_type.service_name} was filed under {family.name}"
    release_calls([call_id for call_id in calls if call_id not in staying], why=why)
    recount_cases(moved)
    return take_calls()


def _move_touched_cases(own_family_id: int, family: Family) -> list[int]:
    touched = (ProblemCase.family_id == own_family_id, ProblemCase.is_touched.is_(True))
    ids = list(db.session.scalars(select(ProblemCase.id).where(*touched)))
    move = update(ProblemCase).where(*touched).values(family_id=family.id)
    db.session.execute(move, execution_options={"synchronize_session": False})
    append_log_rows(
        {"subject_kind": "case", "subject_id": case_id, "verb": "refiled", "text": f"Now in family {family.name}."}
        for case_id in ids
    )
    return ids
