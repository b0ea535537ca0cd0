"""Services: what can be asked of the city, and the questions that belong to each."""

import re
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from ..calls.questions.models import ServiceQuestion
from ..calls.questions.verbs import questions_of
from ..errors import NotFound
from ..extensions import db
from ..places.city import is_in_bounds, the_city
from ..published.facts import public_kinds
from ..published.kinds import PublicKind
from ..staff.permissions import Permission, requires
from .answers import answer
from .asking import read_point
from .blueprint import SUFFIX, blueprint
from .keeping import sent_once
from .spark import Many


@blueprint.get("/v2/services" + SUFFIX)
@requires(Permission.PUBLIC)
@sent_once
def list_services(suffix: str) -> ResponseReturnValue:
    """Every public service; with `lat` and `long` those of that place, which is none outside the city."""
    point = read_point(request.args)
    kinds = public_kinds().values() if point is None or is_in_bounds(the_city(), *point) else []
    asked = set(db.session.scalars(select(ServiceQuestion.service_type_id).distinct()))
    return answer("services", Many("service", [_tell(kind, has_questions=kind.id in asked) for kind in kinds]), suffix)


def _tell(kind: PublicKind, *, has_questions: bool) -> dict[str, Any]:
    return {
        "service_code": kind.service_code,
        "service_name": kind.service_name,
        "description": kind.description,
        "metadata": has_questions,
        "type": kind.pace.value,
        "keywords": ",".join(word.strip() for word in re.split("[,;\n]", kind.keywords) if word.strip()),
        "group": kind.group,
    }


@blueprint.get("/v2/services/<path:service_code>" + SUFFIX)
@requires(Permission.PUBLIC)
@sent_once
def show_service(service_code: str, suffix: str) -> ResponseReturnValue:
    """The questions of one service, in the order in which they are asked."""
    kind = next((kind for kind in public_kinds().values() if kind.service_code == service_code), None)
    if kind is None:
        raise NotFound("There is no service with this code. The list of services has those there are.")
    attributes = Many("attribute", [_tell_question(question) for question in questions_of(kind.id)])
    return answer("service_definition", {"service_code": kind.service_code, "attributes": attributes}, suffix)


def _tell_question(question: ServiceQuestion) -> dict[str, Any]:
    values = question.values if question.datatype.is_list else []
    return {
        "variable": question.variable,
        "code": question.code,
        "datatype": question.datatype.value,
        "required": question.is_required,
        "datatype_description": question.datatype_description,
        "order": question.order,
        "description": question.prompt,
        "values": Many("value", [{"key": value["key"], "name": value["name"]} for value in values]),
    }
