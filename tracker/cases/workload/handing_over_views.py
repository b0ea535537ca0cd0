"""Handing over the cases of somebody who is away or leaves."""

from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from ...calls.as_of import as_of
from ...calls.filters import number_of
from ...errors import Invalid, NotFound
from ...extensions import db
from ...places.city import city_today, the_city
from ...staff.accounts import get_user
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..choices import contact_choices
from ..contacts import contact_of
from ..models import Absence, Contact
from .bulk_views import say_counts
from .forms import HandOverForm
from .handing_over import Proposal, Terms, count_live, covers_of, hand_over, note_leave, propose_owners
from .selection import read_selection


@blueprint.route("/contacts/<int:user_id>/hand-over", methods=["GET", "POST"])
@requires(Permission.ASSIGN_CASES)
def hand_over_cases(user_id: int) -> ResponseReturnValue:
    """Each live case of a contact with a proposed new owner, to be changed and agreed with."""
    giver = contact_of(get_user(user_id))
    if giver is None:
        raise NotFound("This person is no contact, so she has no cases to hand over.")
    form = HandOverForm()
    if not form.is_submitted():
        _fill_days(form, giver)

    def give() -> tuple[str, str]:
        until = _period(form)
        terms = Terms(until, form.with_tasks.data, form.reason.data)
        chosen = [one for one in read_selection(request.form.getlist("case")) if _sent(one.case_id) != "keep"]
        work = hand_over(giver, chosen, _takers(), terms, actor=current_staff(), key=form.key.data or "")
        if until is not None:
            note_leave(giver, form.first_day.data, until, actor=current_staff())
        words, address = say_counts(work), url_for("cases.bulk_report", work_id=work.id)
        db.session.commit()
        return words, address

    if form.is_submitted():
        return do_or_say_why(form, give, lambda _: _render(giver, form))
    return _render(giver, form)


def _render(giver: Contact, form: Any) -> str:
    at, today = as_of(the_city()), city_today()
    proposals = propose_owners(giver, form.first_day.data or today, at)
    return render_template(
        "cases/hand_over.html", giver=giver, form=form, proposals=proposals, total=count_live(giver, at),
        contacts=[choice for choice in contact_choices() if choice[0] != giver.id], chosen=_chosen(proposals),
        covers=covers_of(giver),
    )  # fmt: skip


def _chosen(proposals: list[Proposal]) -> dict[int, str]:
    """What stands in each case's select: what was sent, else what the rule proposes."""
    return {one.case.id: _sent(one.case.id) or str(one.contact_id or 0) for one in proposals}


def _sent(case_id: int) -> str:
    return request.form.get(f"to-{case_id}", "")


def _takers() -> dict[int, Contact | None]:
    known = {one.id: one for one in db.session.scalars(select(Contact))}
    chosen = [one.case_id for one in read_selection(request.form.getlist("case"))]
    return {case_id: known.get(number_of(_sent(case_id)) or 0) for case_id in chosen}


def _period(form: Any) -> date | None:
    """The last day of the cover; None when she leaves for good."""
    if form.kind.data == "leaves":
        return None
    first, last = form.first_day.data, form.last_day.data
    if first is None or last is None:
        raise Invalid("Give the first and the last day of the leave, or choose «for good».")
    if last < first:
        raise Invalid("The last day lies before the first; change one of them.")
    if last < city_today():
        raise Invalid("The leave is over already; there is nothing to cover.")
    return last if isinstance(last, date) else None


def _fill_days(form: Any, giver: Contact) -> None:
    """The leave that is noted next stands in the form."""
    query = select(Absence).where(Absence.contact_id == giver.id, Absence.last_day >= city_today())
    leave = db.session.scalars(query.order_by(Absence.first_day).limit(1)).first()
    if leave is not None:
        form.first_day.data, form.last_day.data = leave.first_day, leave.last_day
    if giver.user.disabled_at is not None:
        form.kind.data = "leaves"
