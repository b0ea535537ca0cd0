"""What an assessment compares with: by rule the rest of the case's center, or what somebody chose, with a reason."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...errors import Invalid
from ...extensions import db
from ...places.models import Area, AreaKind, City
from ...staff.models import User
from ..models import ProblemCase
from ..touching import touch_case
from .counting import BELT_M, Comparison
from .models import AssessmentChoice, ComparisonKind

SHOWN = 20
_KINDS = {ComparisonKind.CENTER: AreaKind.SERVICE_CENTER, ComparisonKind.NEIGHBORHOOD: AreaKind.NEIGHBORHOOD}


def choices_of(case: ProblemCase) -> Sequence[AssessmentChoice]:
    """What people chose for the case, newest first."""
    query = (
        select(AssessmentChoice)
        .options(joinedload(AssessmentChoice.chosen_by), joinedload(AssessmentChoice.area))
        .where(AssessmentChoice.case_id == case.id)
        .order_by(AssessmentChoice.id.desc())
        .limit(SHOWN)
    )
    return db.session.scalars(query).all()


def comparison_of(case: ProblemCase, city: City) -> Comparison:
    """What counts for the case now: the newest choice, else its center's rest, else the whole city's."""
    newest = next(iter(choices_of(case)), None)
    if newest is not None:
        return _compare_with(newest.kind, newest.area, city)
    kind = ComparisonKind.CITY if case.center is None else ComparisonKind.CENTER
    return _compare_with(kind, case.center, city)


def _compare_with(kind: ComparisonKind, area: Area | None, city: City) -> Comparison:
    beyond = f"more than {BELT_M / 1000:g} km away"
    if kind is ComparisonKind.CITY or area is None:
        return Comparison(ComparisonKind.CITY, None, f"the rest of {city.name} ({beyond})")
    return Comparison(kind, area.id, f"the rest of {area.name} ({beyond})")


def comparison_options(case: ProblemCase) -> list[tuple[str, str]]:
    """What can be chosen: (value, words) with values such as `center:3`, `neighborhood:7`, `city`."""
    options = [("city", "The whole city's rest")]
    if case.center is not None:
        options.insert(0, (f"center:{case.center.id}", f"The rest of {case.center.name}"))
    query = select(Area.id, Area.name).where(Area.kind == AreaKind.NEIGHBORHOOD).order_by(Area.name)
    return options + [(f"neighborhood:{number}", f"Neighborhood {name}") for number, name in db.session.execute(query)]


def chosen_value(comparison: Comparison) -> str:
    """The value of what counts now, as `comparison_options` writes it."""
    return comparison.kind.value if comparison.area_id is None else f"{comparison.kind.value}:{comparison.area_id}"


def choose_comparison(
    case: ProblemCase, value: str, *, reason: str, actor: User, key: str = "", seen_version: int | None = None
) -> AssessmentChoice:
    """Compare the case with something else from now on; `value` as `comparison_options` offers it. Flushes.

    Raises `Invalid` without a reason, for what is not there to choose, and for what is chosen already.
    """
    if not reason.strip():
        raise Invalid("Say why this is the better comparison; a choice without a reason looks like picking a result.")
    offered = dict(comparison_options(case))
    if value not in offered:
        raise Invalid("Choose one of the comparisons that are offered.")
    kind, _, number = value.partition(":")
    area = db.session.get(Area, int(number)) if number else None
    choice = AssessmentChoice(
        case_id=case.id, kind=ComparisonKind(kind), area=area, reason=reason.strip(), chosen_by=actor
    )
    db.session.add(choice)
    words = f"The assessment now compares with: {offered[value]}. {choice.reason}"
    touch_case(case, actor, "comparison_chosen", words, key=key, seen_version=seen_version)
    return choice
