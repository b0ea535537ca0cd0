"""One's own subscription by the secret in its address: confirm, change, leave. Looking changes nothing.

Programs follow the links in mails before people do; so each change is a button. Leaving takes a bare POST as well, for
mail programs that offer it themselves (RFC 8058): the secret in the address is what allows it.
"""

from collections.abc import Callable

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from ..errors import NotFound
from ..extensions import csrf, db
from ..outreach.subscriptions.models import Rhythm, Subscription
from ..outreach.subscriptions.subscribing import change, confirm, find_subscription, leave
from ..outreach.subscriptions.wishing import find_family
from ..outreach.subscriptions.wording import WAYS, describe
from ..published.facts import public_families
from ..staff.permissions import Permission, requires
from ..staff.throttle import is_too_often
from .blueprint import blueprint
from .subscribe_forms import SubscriptionForm

MOST_CHANGES = 30
_PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


@blueprint.get("/subscriptions/<secret>")
@blueprint.get("/subscriptions/<secret>/leave")
@requires(Permission.PUBLIC)
def show_subscription(secret: str) -> ResponseReturnValue:
    """What it is, and the buttons."""
    return _page(secret, _find(secret))


@blueprint.post("/subscriptions/<secret>/confirm")
@requires(Permission.PUBLIC)
def confirm_subscription(secret: str) -> ResponseReturnValue:
    """She wants it."""
    return _do(secret, confirm, gettext("Thank you. You now hear of what happens."))


@blueprint.post("/subscriptions/<secret>/change")
@requires(Permission.PUBLIC)
def change_subscription(secret: str) -> ResponseReturnValue:
    """Another rhythm, language or kind of problem."""
    form = SubscriptionForm(public_families())
    if not form.validate_on_submit():
        return _page(secret, _find(secret), form, status=400)
    family_id = find_family(form.family.data)
    values = {"rhythm": Rhythm(form.rhythm.data), "language": form.language.data, "family_id": family_id}
    return _do(secret, lambda one: change(one, **values), gettext("Changed."))


@blueprint.post("/subscriptions/<secret>/leave")
@csrf.exempt  # type: ignore[untyped-decorator]  # Flask-WTF ships no types
@requires(Permission.PUBLIC)
def leave_subscription(secret: str) -> ResponseReturnValue:
    """End it: from the page, or by a mail program without cookies; twice is once."""
    subscription = _find(secret, lock=True)
    leave(subscription)
    db.session.commit()
    return _page(secret, subscription)


def _find(secret: str, *, lock: bool = False) -> Subscription:
    try:
        return find_subscription(secret, lock=lock)
    except NotFound as why:
        words = gettext("This link leads nowhere any more. Subscribe again, or use the newest link that you got.")
        raise NotFound(str(words)) from why


def _do(secret: str, what: Callable[[Subscription], None], words: str) -> ResponseReturnValue:
    subscription = _find(secret)
    if is_too_often(f"subscription {subscription.id}", MOST_CHANGES):
        db.session.rollback()
        abort(429)
    db.session.commit()
    subscription = _find(secret, lock=True)
    what(subscription)
    is_live = subscription.ended_at is None
    db.session.commit()
    if is_live:
        flash(str(words), "success")
    return redirect(url_for("public.show_subscription", secret=secret, lang=request.args.get("lang")))


def _page(
    secret: str, subscription: Subscription, form: SubscriptionForm | None = None, *, status: int = 200
) -> ResponseReturnValue:
    family = subscription.family.code if subscription.family else ""
    rhythm = subscription.next_rhythm or subscription.rhythm
    form = form or SubscriptionForm(
        public_families(), rhythm=rhythm.value, language=subscription.language, family=family
    )
    stands = "ended" if subscription.ended_at else "live" if subscription.confirmed_at else "asked"
    page = render_template(
        "public/subscription.html",
        secret=secret, subscription=subscription, what=describe(subscription), way=WAYS[subscription.way],
        stands=stands, form=form,
    )  # fmt: skip
    answer = make_response(page, status)
    answer.headers.update(_PRIVATE)
    return answer
