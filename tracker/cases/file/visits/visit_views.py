"""Pages of visits: plan one, write down what was found, call one off."""

from typing import Any

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from ....calls.filters import number_of
from ....clock import from_local, utc_now
from ....errors import Conflict, Invalid, NotFound, TrackerError
from ....extensions import db
from ....identifiers import read_number
from ....places.city import city_today, city_zone, the_city
from ....staff.accounts import get_user
from ....staff.changing import do_or_say_why
from ....staff.current import current_staff
from ....staff.guard import wants_json
from ....staff.models import User
from ....staff.permissions import ROLES, Permission, requires
from ...blueprint import blueprint
from ...models import ProblemCase
from ...response.tasks import finish_with
from ...touching import case_with_key, find_case, new_key
from ..papers.keeping import keep_papers
from ..papers.reading import SentPaper
from ..papers.sent import read_sent
from .forms import CallOffForm, PlanVisitForm, VisitForm
from .models import CaseVisit, Weather
from .queries import visits_of
from .times import check_made_at, read_taken_at
from .visiting import VisitReport, call_off_visit, find_visit, plan_visit, record_visit, visit_as_reported

_MOST_STAFF = 500


@blueprint.get("/cases/<public_id>/visits/new")
@requires(Permission.WORK_CASES)
def new_visit(public_id: str) -> ResponseReturnValue:
    """What was found at the place of a case; the page goes on without network."""
    case = find_case(public_id)
    asked = {name: request.args.get(name, "", str)[:10] for name in ("planned", "task")}
    return visit_page(VisitForm(formdata=None, data={"number": case.public_id, **asked}), case)


@blueprint.get("/cases/visits/new")
@requires(Permission.WORK_CASES)
def new_visit_anywhere() -> ResponseReturnValue:
    """The same for a case whose number is typed."""
    return visit_page(VisitForm(formdata=None))


@blueprint.post("/cases/visits")
@requires(Permission.WORK_CASES)
def keep_visit() -> ResponseReturnValue:
    """Write a visit down; sent again, by a person or by a phone that got no answer, it is there once."""
    form = VisitForm()
    try:
        if not form.validate():
            raise Invalid(" ".join(f"{form[name].label.text}: {' '.join(said)}" for name, said in form.errors.items()))
        case, visit = _record(form)
        address = url_for("cases.show_visit", public_id=case.public_id, visit_id=visit.id)
        db.session.commit()
    except (Invalid, Conflict, NotFound) as error:
        db.session.rollback()
        return _refuse(form, error)
    if wants_json():
        return jsonify(location=address, number=case.public_id), 201
    return "", 303, {"Location": address}


@blueprint.get("/cases/<public_id>/visits/<int:visit_id>")
@requires(Permission.SEE_CASES)
def show_visit(public_id: str, visit_id: int) -> ResponseReturnValue:
    """One visit with its photos, and for a planned one what to do about it."""
    case = find_case(public_id)
    return _visit_page(case, find_visit(case, visit_id), CallOffForm(formdata=None, prefix="off"))


@blueprint.route("/cases/<public_id>/visits/plan", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def plan_case_visit(public_id: str) -> ResponseReturnValue:
    """Plan a visit; sent twice, once."""
    case = find_case(public_id, lock=request.method == "POST")
    today = city_today()
    form = PlanVisitForm(data={"planned_on": today, "visitor": current_staff().id})
    form.visitor.choices = _visitors()

    def plan() -> tuple[str, str]:
        if case_with_key(current_staff(), form.key.data) is None:
            plan_visit(
                case, on=form.planned_on.data, today=today, visitor=get_user(form.visitor.data),
                purpose=form.purpose.data, actor=current_staff(), key=form.key.data or "",
            )  # fmt: skip
        db.session.commit()
        return "The visit is planned.", url_for("cases.show_file", public_id=case.public_id)

    def show(_: int = 200) -> str:
        return render_template("cases/file/plan_visit.html", case=case, form=form, visits=visits_of(case.id))

    return show() if request.method == "GET" else do_or_say_why(form, plan, show)


@blueprint.post("/cases/<public_id>/visits/<int:visit_id>/call-off")
@requires(Permission.WORK_CASES)
def call_off(public_id: str, visit_id: int) -> ResponseReturnValue:
    """Call a planned visit off, with a reason."""
    case = find_case(public_id, lock=True)
    visit, form = find_visit(case, visit_id), CallOffForm(prefix="off")

    def do() -> tuple[str, str]:
        call_off_visit(visit, reason=form.reason.data, actor=current_staff())
        db.session.commit()
        return "The visit is called off.", url_for("cases.show_file", public_id=case.public_id)

    return do_or_say_why(form, do, lambda _: _visit_page(case, visit, form))


def visit_page(form: Any, case: ProblemCase | None = None, *, bare: bool = False) -> str:
    """The form of a visit; `bare` is the copy that browsers keep, in which no case and nobody is."""
    return render_template("cases/file/visit_form.html", form=form, case=case, bare=bare, me=current_staff())


def _visit_page(case: ProblemCase, visit: CaseVisit, off: CallOffForm) -> str:
    return render_template("cases/file/visit.html", case=case, visit=visit, off=off)


def _refuse(form: Any, error: TrackerError) -> ResponseReturnValue:
    if wants_json():
        return jsonify([{"code": error.http_status, "description": str(error)}]), error.http_status
    if not form.errors:
        form.form_errors.append(str(error))
    if isinstance(error, Conflict):
        form.key.data = new_key()  # its own has been used; nothing of this was kept under it
    return visit_page(form), 409 if isinstance(error, Conflict) else 400


def _record(form: Any) -> tuple[ProblemCase, CaseVisit]:
    photos = _sent_photos(form)
    me = current_staff()
    case = find_case(form.number.data, lock=True)  # of two sendings at once the second waits here
    report = _report(form)
    before = visit_as_reported(case, report, me)
    if before is not None:
        return before.case, before
    visit = record_visit(case, report, actor=me, planned=_planned(form.planned.data or ""))
    finish_with(visit.case, number_of(form.task.data), result="The visit is in the file.", actor=me)
    db.session.flush()
    if photos:
        keep_papers(visit.case, photos, actor=me, caption="Seen on a visit", visit=visit)
    return visit.case, visit


def _planned(text: str) -> CaseVisit | None:
    """The visit that was planned, or None: a number that no visit has costs nobody what she typed."""
    try:
        return db.session.get(CaseVisit, read_number(text))
    except ValueError:
        return None


def _sent_photos(form: Any) -> list[SentPaper]:
    """The photos that were sent, made anew before anything else: it takes a while, and nobody waits for it."""
    files = [file for file in form.photos.data or [] if getattr(file, "filename", "")]
    if files:
        db.session.rollback()  # ends the transaction that found out who is asking: on SQLite it keeps writers out
    sent = read_sent(files)
    if not all(one.width for one in sent):
        raise Invalid("A visit takes photos only. Add documents on the page of the case's file.")
    return sent


def _report(form: Any) -> VisitReport:
    now = utc_now()
    made_at = read_taken_at(form.kept_at.data or "", now)
    if form.made_at.data:
        made_at = check_made_at(from_local(form.made_at.data, city_zone(the_city())), now)
    if not form.key.data:
        raise Invalid("The form lost its key. Reload the page and send it again.")
    return VisitReport(
        key=form.key.data[:60], made_at=made_at, seen=form.seen.data or "", people_met=form.people_met.data or "",
        conditions=form.conditions.data or [], weather=Weather(form.weather.data), next_step=form.next_step.data or "",
    )  # fmt: skip


def _visitors() -> list[tuple[int, str]]:
    """Everybody who works cases."""
    query = select(User.id, User.display_name).where(User.disabled_at.is_(None))
    query = query.where(User.role.in_(sorted(ROLES[Permission.WORK_CASES]))).order_by(User.display_name)
    return [(number, name) for number, name in db.session.execute(query.limit(_MOST_STAFF))]
