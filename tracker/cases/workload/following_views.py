"""Following a case, and the page of what one is told."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...clock import utc_now
from ...extensions import db
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..touching import find_case
from .following import follow_case, unfollow_case
from .looks import NEWS, look_now, looked_at
from .news import FIRST_LOOK, followed_cases, news_for


@blueprint.post("/cases/<public_id>/follow")
@requires(Permission.SEE_CASES)
def follow(public_id: str) -> ResponseReturnValue:
    """Be told what happens to a case."""
    case = find_case(public_id, lock=True)
    follow_case(case, current_staff())
    return _back(case.public_id, "You follow this case: what happens to it stands under «Told».")


@blueprint.post("/cases/<public_id>/unfollow")
@requires(Permission.SEE_CASES)
def unfollow(public_id: str) -> ResponseReturnValue:
    """Be told no more."""
    case = find_case(public_id, lock=True)
    unfollow_case(case, current_staff())
    return _back(case.public_id, "You follow this case no longer.")


def _back(public_id: str, done: str) -> ResponseReturnValue:
    db.session.commit()
    flash(done, "success")
    return redirect(url_for("cases.show_case", public_id=public_id, _anchor="following-title"))


@blueprint.get("/news")
@requires(Permission.SEE_CASES)
def news() -> ResponseReturnValue:
    """What happened to the cases that one follows, and where one was mentioned."""
    me = current_staff()
    since = looked_at(me.id, NEWS)
    told = news_for(me, since or utc_now() - FIRST_LOOK)
    return render_template("cases/news.html", news=told, since=since, followed=followed_cases(me))


@blueprint.post("/news/seen")
@requires(Permission.SEE_CASES)
def news_seen() -> ResponseReturnValue:
    """One has seen the list; from now on only later entries stand there."""
    look_now(current_staff().id, NEWS)
    db.session.commit()
    flash("Noted. Only what comes from now on is told.", "success")
    return redirect(url_for("cases.news"))
