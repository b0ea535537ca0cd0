"""Order work for a case, change it later, and let it come again."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from ..calls.pointing import point_at
from ..cases.models import ProblemCase
from ..cases.touching import case_with_key, hold_case
from ..clock import from_local
from ..errors import Conflict, Invalid
from ..extensions import db
from ..places.city import city_today, city_zone, the_city
from ..staff.changing import do_or_say_why, show_what_stands
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .bookings.booking import standing_booking
from .bookings.changing import change_order, order_mark
from .bookings.history import usual_duration_of
from .order_forms import OrderForm, RepeatForm, WhyForm, WorkForm
from .orders.chains import surviving_case
from .orders.dependencies import could_come_first
from .orders.entry import LONGEST_PLACE, OrderEntry, Place, read_needs
from .orders.models import RecurringOrder, WorkOrder
from .orders.ordering import create_order
from .orders.recurring import Rhythm, end_recurring, find_recurring, repeat_work
from .queries import get_case, get_order, known_skills

_PREFILLED = ("title", "skill", "needs")
"""What a link may fill in, so that work like other work is ordered with a click less."""


@blueprint.route("/cases/<public_id>/orders/new", methods=["GET", "POST"])
@requires(Permission.ORDER_WORK)
def order_by_hand(public_id: str) -> ResponseReturnValue:
    """Order one piece of work for a case."""
    case = get_case(public_id)
    due_on = city_today() + timedelta(days=7)
    usual = {"minutes": 60, "people": 1, "load": 0, "due_on": due_on, "priority": case.priority}
    form = _with_firsts(OrderForm(data=usual | _asked_for()), case, None)

    def order() -> tuple[str, str]:
        made = create_order(
            case, current_staff(), key=form.key.data or "", waits_for=_firsts(form), **_facts(_entry(form, None))
        )
        db.session.commit()
        return "Work ordered.", url_for("scheduling.show_order", order_id=made.id)

    return _once(case, form, order, lambda: _order_page(form, get_case(public_id), None))


@blueprint.route("/orders/<int:order_id>/change", methods=["GET", "POST"])
@requires(Permission.ORDER_WORK)
def edit_order(order_id: int) -> ResponseReturnValue:
    """Say something else of work that was ordered; what is booked of it is checked again."""
    order = get_order(order_id)
    form = _with_firsts(OrderForm(data=_standing(order)), order.case, order)
    if _only_looks(form) or request.method == "GET":
        return _order_page(form, order.case, order)
    status = 400
    if form.validate_on_submit():
        try:
            entry = _entry(form, order)
            change_order(order, entry, current_staff(), seen=form.seen.data or "", waits_for=_firsts(form))
            db.session.commit()
            return redirect(url_for("scheduling.show_order", order_id=order_id))
        except (Conflict, Invalid) as refusal:
            db.session.rollback()
            status, order = refusal.http_status, get_order(order_id)
            form.form_errors.append(str(refusal))
            if form.seen.data != order_mark(order):
                show_what_stands(form, _standing(order))
    return _order_page(form, order.case, order), status


@blueprint.route("/cases/<public_id>/orders/repeat", methods=["GET", "POST"])
@requires(Permission.ORDER_WORK)
def repeat(public_id: str) -> ResponseReturnValue:
    """Promise work of a case every so many days."""
    case = get_case(public_id)
    usual = {"minutes": 60, "people": 1, "every_days": 14, "first_on": city_today() + timedelta(days=7)}
    form = RepeatForm(data=usual | {"priority": case.priority} | _asked_for())

    def promise() -> tuple[str, str]:
        rhythm = Rhythm(form.every_days.data, form.first_on.data, form.ends_on.data)
        entry = OrderEntry(
            title=form.title.data, skill=form.skill.data, minutes=form.minutes.data, due_on=rhythm.first_on,
            priority=form.priority.data, needs=read_needs(form.needs.data or "", form.skill.data),
            people=form.people.data or 1,
        )  # fmt: skip
        repeat_work(case, current_staff(), rhythm, entry, key=form.key.data or "")
        db.session.commit()
        return "It comes again. What is due soon is ordered.", url_for("cases.show_case", public_id=public_id)

    return _once(case, form, promise, lambda: _page("repeat", form, get_case(public_id)))


@blueprint.route("/recurring-orders/<int:recurring_id>", methods=["GET", "POST"])
@requires(Permission.ORDER_WORK)
def show_recurring(recurring_id: int) -> ResponseReturnValue:
    """What comes again, and ending it."""
    form = WhyForm()

    def end() -> tuple[str, str]:
        recurring = find_recurring(recurring_id)
        end_recurring(recurring, current_staff(), reason=form.reason.data)
        address = url_for("cases.show_case", public_id=surviving_case(recurring.case).public_id)
        db.session.commit()
        return "It comes no more. What was ordered already stays.", address

    def show(_: int) -> str:
        return _recurring_page(find_recurring(recurring_id), form)

    return show(200) if request.method == "GET" else do_or_say_why(form, end, show)


def _once(
    case: ProblemCase, form: WorkForm, do: Callable[[], tuple[str, str]], page: Callable[[], str]
) -> ResponseReturnValue:
    """Show the form, look something up for it, or do what it asks for unless its key says that this is done."""
    if request.method == "GET" or _only_looks(form):
        return page()
    hold_case(case)  # before the question: of two sendings at once the second waits
    if case_with_key(current_staff(), form.key.data or "") == case.id:
        return redirect(url_for("cases.show_case", public_id=case.public_id))
    return do_or_say_why(form, do, lambda _: page())


def _only_looks(form: WorkForm) -> bool:
    """Whether one of the buttons that write nothing was pressed; the usual time then stands in its field if wished."""
    if form.take.data and (usual := _usual(form)):
        form.minutes.data, form.minutes.raw_data = usual.minutes, [str(usual.minutes)]
    return bool(form.take.data or form.look.data)


def _usual(form: WorkForm):  # type: ignore[no-untyped-def]  # Duration | None, of untyped fields
    return usual_duration_of((form.skill.data or "").strip(), (form.title.data or "").strip())


def _asked_for() -> dict[str, str]:
    return {name: value for name in _PREFILLED if (value := request.args.get(name, "").strip())}


def _with_firsts(form: OrderForm, case: ProblemCase, order: WorkOrder | None) -> OrderForm:
    offered = could_come_first(case, order)
    form.waits_for.choices = [SelectChoice(str(one.id), _say_first(one, case)) for one in offered]
    return form


def _say_first(order: WorkOrder, case: ProblemCase) -> str:
    elsewhere = f", case {order.case.public_id}" if order.case_id != case.id else ""
    return f"{order.title} ({order.status.label}, due {order.due_on:%d %b %Y}{elsewhere})"


def _firsts(form: OrderForm) -> Sequence[WorkOrder]:
    return [get_order(order_id) for order_id in form.waits_for.data or ()]


def _entry(form: OrderForm, order: WorkOrder | None) -> OrderEntry:
    zone = city_zone(the_city())
    earliest, latest = (
        from_local(field.data, zone) if field.data else None for field in (form.earliest_at, form.latest_at)
    )
    return OrderEntry(
        title=form.title.data, skill=form.skill.data, minutes=form.minutes.data, due_on=form.due_on.data,
        priority=form.priority.data, needs=tuple(sorted(read_needs(form.needs.data or "", form.skill.data))),
        people=form.people.data or 1, load=form.load.data or 0, place=_place(form, order),
        earliest_at=earliest, latest_at=latest,
    )  # fmt: skip


def _facts(entry: OrderEntry) -> dict[str, object]:
    return {name: getattr(entry, name) for name in OrderEntry.__slots__}


def _place(form: OrderForm, order: WorkOrder | None) -> Place | None:
    """The place that was typed, by the gazetteer or by degrees; what stands already is not looked up again."""
    text, lat, long = form.place.data or "", form.place_lat.data, form.place_long.data
    if (lat is None) != (long is None):
        raise Invalid("Give both latitude and longitude of the place, or neither.")
    if not text and lat is None:
        return None
    if order is not None and order.place_x_dm is not None and text == order.place and lat is None:
        return Place(order.place, order.x_dm, order.y_dm)
    pointed = point_at(text, lat, long)
    return Place(pointed.label[:LONGEST_PLACE], pointed.x_dm, pointed.y_dm)


def _standing(order: WorkOrder) -> dict[str, object]:
    """What the form shows of an order before it is changed."""
    names = ("title", "skill", "minutes", "people", "load", "due_on", "priority", "place")
    shown: dict[str, object] = {name: getattr(order, name) for name in names}
    shown |= {"needs": ", ".join(sorted(need.skill for need in order.needs)), "seen": order_mark(order)}
    shown |= {"earliest_at": _local(order.earliest_at), "latest_at": _local(order.latest_at)}
    return shown | {"waits_for": [row.first_id for row in order.waits_for]}


def _local(instant: datetime | None) -> datetime | None:
    return instant.astimezone(city_zone(the_city())).replace(tzinfo=None) if instant else None


def _order_page(form: OrderForm, case: ProblemCase, order: WorkOrder | None) -> str:
    booking = standing_booking(order) if order else None
    return _page("form", form, case, order=order, booking=booking)


def _page(name: str, form: WorkForm, case: ProblemCase, **more: object) -> str:
    return render_template(
        f"scheduling/order_{name}.html", form=form, case=case, skills=known_skills(), usual=_usual(form),
        looked=bool(form.look.data or form.take.data), **more,
    )  # fmt: skip


def _recurring_page(recurring: RecurringOrder, form: WhyForm) -> str:
    return render_template(
        "scheduling/recurring.html", recurring=recurring, case=surviving_case(recurring.case), form=form
    )
