"""Subscribe to news: what, where to and how often. Nothing is sent before the address has said yes."""

from flask import abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from ..config import Settings
from ..errors import Invalid
from ..extensions import db
from ..outreach.subscriptions.models import Rhythm, SubscriptionKind, Way
from ..outreach.subscriptions.subscribing import subscribe as record
from ..outreach.subscriptions.wishing import Chosen, open_ways, read_wish
from ..places.areas import AreaIndex
from ..places.city import the_city
from ..places.models import AreaKind
from ..published.facts import public_day, public_families
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .brakes import is_sent_too_often
from .subscribe_forms import SubscribeForm

MOST_FROM_ONE_PLACE, MOST_IN_ALL = 10, 200
"""Within a quarter of an hour: from one address, and from everywhere."""
PREFILLED = {
    "case": (SubscriptionKind.CASE, "number"),
    "call": (SubscriptionKind.REPORT, "number"),
    "q": (SubscriptionKind.CIRCLE, "q"),
    "neighborhood": (SubscriptionKind.NEIGHBORHOOD, "neighborhood"),
    "center": (SubscriptionKind.CENTER, "center"),
}
"""What an address may fill in: the kind that it means, and the field."""


@blueprint.get("/subscribe")
@requires(Permission.PUBLIC)
def subscribe() -> ResponseReturnValue:
    """The form, filled in as far as the link that led here knows what is meant."""
    values: dict[str, object] = {}
    for name, (kind, field) in PREFILLED.items():
        typed = request.args.get(name, "").strip()[:120]
        if typed and "kind" not in values:
            values |= {"kind": kind.value, field: typed}
    if request.args.get("family", "") in public_families():
        values["family"] = request.args["family"]
    radius = request.args.get("radius", type=int)
    if radius:
        values["radius"] = radius
    return _page(_form(**values))


@blueprint.post("/subscribe")
@requires(Permission.PUBLIC)
def send_subscription() -> ResponseReturnValue:
    """Keep the wish; the answer is the same whatever is known of the address."""
    if is_sent_too_often("subscribe", MOST_FROM_ONE_PLACE, MOST_IN_ALL):
        db.session.rollback()
        abort(429)
    db.session.commit()
    form, settings = _form(), current_app.config["SETTINGS"]
    if not form.validate_on_submit():
        return _page(form), 400
    try:
        wish = read_wish(_chosen(form), settings)
        record(form.key.data, wish, settings)
        db.session.commit()
    except Invalid as why:
        db.session.rollback()
        form.form_errors.append(str(why))
        return _page(form), 400
    return render_template("public/subscribed.html", way=wish.way.value, address=wish.address)


def _form(**values: object) -> SubscribeForm:
    locale = get_locale()
    values.setdefault("language", locale.language if locale else "en")
    form = SubscribeForm(public_families(), **({} if request.method == "POST" else values))
    areas = {kind: [(one.code, one.name) for one in AreaIndex.load(kind).areas] for kind in AreaKind}
    settings: Settings = current_app.config["SETTINGS"]
    form.offer(open_ways(settings), areas[AreaKind.NEIGHBORHOOD], areas[AreaKind.SERVICE_CENTER])
    return form


def _chosen(form: SubscribeForm) -> Chosen:
    return Chosen(
        SubscriptionKind(form.kind.data), form.about, Way(form.way.data), form.address.data,
        str(form.radius.data or ""), form.family.data, form.language.data, Rhythm(form.rhythm.data),
    )  # fmt: skip


def _page(form: SubscribeForm) -> str:
    return render_template("public/subscribe.html", form=form, ways=form.way.choices, day=public_day(the_city()))
