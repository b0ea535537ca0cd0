"""Violations: entering one with its evidence and nine answers, and the review by a second person."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from ..extensions import db
from ..identifiers import read_number
from ..places.city import city_today
from ..staff.audit import record_audit
from ..staff.changing import do_or_say_why
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .exclusions import QUESTIONS, Exclusion
from .forms import ReviewForm, ViolationForm
from .models import Property, Violation
from .notices import offense_name
from .properties import get_property
from .rule_sets import terms_of
from .rule_terms import Evidence, Outcome
from .violations import (
    ViolationEntry,
    confirm_violation,
    enter_violation,
    exclude_violation,
    get_violation,
    status_of,
    waiting_violations,
    why_barred,
)

blueprint.app_template_global("violation_offense")(offense_name)
blueprint.app_template_global("violation_status")(status_of)


@blueprint.route("/properties/<int:property_id>/violations/new", methods=["GET", "POST"])
@requires(Permission.ENFORCE)
def add_violation(property_id: int) -> ResponseReturnValue:
    """Enter a violation; what is not answered with «no» keeps it from counting."""
    known = get_property(property_id)
    form = ViolationForm()
    form.offense.choices = _offenses(known)

    def enter() -> tuple[str, str]:
        violation = enter_violation(known, _entry(form), current_staff(), today=city_today(), key=form.key.data)
        address = url_for("nuisance.show_violation", violation_id=violation.id)
        done = "Entered. It does not count: see why." if why_barred(violation) else "Entered."
        waits = not violation.decisions
        db.session.commit()
        return "Entered. It counts only when another person has confirmed it." if waits else done, address

    def show(status: int) -> str:
        return render_template("nuisance/violation_form.html", form=form, known=get_property(property_id))

    return show(200) if request.method == "GET" else do_or_say_why(form, enter, show)


@blueprint.get("/reviews")
@requires(Permission.ENFORCE)
def list_reviews() -> ResponseReturnValue:
    """Violations that wait for a second person, the oldest first."""
    page = db.paginate(
        waiting_violations(), page=request.args.get("page", 1, read_number), per_page=30, error_out=False
    )
    return render_template("nuisance/reviews.html", page=page, me=current_staff())


@blueprint.get("/violations/<int:violation_id>")
@requires(Permission.ENFORCE, writes_on_get=True)
def show_violation(violation_id: int) -> ResponseReturnValue:
    """One violation: what was entered, answered and decided, and why. Reading it leaves an audit row."""
    return _page(get_violation(violation_id), ReviewForm())


@blueprint.post("/violations/<int:violation_id>/review")
@requires(Permission.ENFORCE)
def review_violation(violation_id: int) -> ResponseReturnValue:
    """A second person confirms that it is countable, or excludes it."""
    violation, form = get_violation(violation_id), ReviewForm()

    def decide() -> tuple[str, str]:
        if form.decision.data == "confirm":
            confirm_violation(violation, form.reason.data, current_staff())
        else:
            exclusion = Exclusion(form.exclusion.data) if form.exclusion.data else None
            exclude_violation(violation, form.reason.data, current_staff(), exclusion)
        address = url_for("nuisance.show_property", property_id=violation.property_id)
        db.session.commit()
        return "Your decision is kept with its reason.", address

    return do_or_say_why(form, decide, lambda _: _page(get_violation(violation_id), form))


def _page(violation: Violation, form: ReviewForm) -> str:
    """A refused review shows as much as a reading, so it leaves the same row."""
    record_audit("read nuisance violation", f"violation {violation.id}", actor=current_staff())
    db.session.commit()
    return render_template(
        "nuisance/violation.html", violation=violation, form=form, why=why_barred(violation), questions=QUESTIONS,
        status=status_of(violation), me=current_staff(),
    )  # fmt: skip


def _offenses(known: Property) -> list[SelectChoice]:
    """The offenses of every version: which rules hold is decided by the date of the event."""
    names = {one.code: one.name for version in known.rule_set.versions for one in terms_of(version).offenses}
    return [SelectChoice(code, name) for code, name in names.items()]


def _entry(form: ViolationForm) -> ViolationEntry:
    return ViolationEntry(
        occurred_on=form.occurred_on.data, offense=form.offense.data, evidence=Evidence(form.evidence.data),
        evidence_number=form.evidence_number.data, incident_number=form.incident_number.data or "",
        outcome=Outcome(form.outcome.data), words=form.words.data, answers=form.answers,
    )  # fmt: skip
