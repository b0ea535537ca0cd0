"""Where staff open and revoke calendar feeds of a resource or of a case."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from ...cases.models import ProblemCase
from ...cases.touching import find_case
from ...errors import Conflict, NotFound
from ...extensions import db
from ...staff.changing import trim
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..queries import get_resource
from ..resources.models import CityResource
from .feeds import feeds_of, get_feed, open_feed, revoke_feed
from .models import CalendarFeed

Subject = CityResource | ProblemCase


class FeedForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Whose calendar is to read it."""

    label = StringField(
        "Whose calendar reads it", [DataRequired(), Length(max=120)], filters=[trim],
        description="So that the right one can be revoked: Ana's phone",
    )  # fmt: skip


@blueprint.app_template_global()
def calendar_feeds(subject: Subject) -> Sequence[CalendarFeed]:
    """The feeds of a resource or a case that can be read, for their pages."""
    return feeds_of(subject)


@blueprint.route("/resources/<int:resource_id>/feeds", methods=["GET", "POST"])
@requires(Permission.SCHEDULE)
def resource_feeds(resource_id: int) -> ResponseReturnValue:
    """A resource's feeds; a new one's address is shown once, in the answer to the form."""
    return _page(get_resource(resource_id))


@blueprint.route("/cases/<public_id>/feeds", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def case_feeds(public_id: str) -> ResponseReturnValue:
    """A case's feeds, in the same way."""
    return _page(find_case(public_id))


@blueprint.post("/resources/<int:resource_id>/feeds/<int:feed_id>/revoke")
@requires(Permission.SCHEDULE)
def revoke_resource_feed(resource_id: int, feed_id: int) -> ResponseReturnValue:
    """Let a resource's feed answer nobody any more."""
    return _revoke(get_resource(resource_id), feed_id)


@blueprint.post("/cases/<public_id>/feeds/<int:feed_id>/revoke")
@requires(Permission.WORK_CASES)
def revoke_case_feed(public_id: str, feed_id: int) -> ResponseReturnValue:
    """Let a case's feed answer nobody any more."""
    return _revoke(find_case(public_id), feed_id)


def _page(subject: Subject) -> ResponseReturnValue:
    form, status, address = FeedForm(), 200, ""
    if form.is_submitted():
        status = 400
    if form.validate_on_submit():
        try:
            _, secret = open_feed(subject, form.label.data, current_staff())
            db.session.commit()
            status, address = 200, url_for("calendars.read_feed", secret=secret, _external=True)
            form = FeedForm(formdata=None)
        except Conflict as refusal:
            db.session.rollback()
            form.form_errors.append(str(refusal))
            status = 409
    is_resource = isinstance(subject, CityResource)
    page = render_template(
        "scheduling/calendar/feeds.html", subject=subject, is_resource=is_resource, form=form, address=address
    )
    return page, status


def _revoke(subject: Subject, feed_id: int) -> ResponseReturnValue:
    feed = get_feed(feed_id)
    own = feed.resource_id if isinstance(subject, CityResource) else feed.case_id
    if own != subject.id:
        raise NotFound("There is no such calendar feed.")
    revoke_feed(feed, current_staff())
    db.session.commit()
    flash(f"The feed of «{feed.label}» was revoked: its address answers nobody any more.", "success")
    if isinstance(subject, CityResource):
        return redirect(url_for("scheduling.resource_feeds", resource_id=subject.id))
    return redirect(url_for("scheduling.case_feeds", public_id=subject.public_id))
