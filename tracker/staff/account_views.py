"""Pages about one's own account: signing in and out, the password, the invitation."""

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from ..errors import Invalid
from ..extensions import db
from .accounts import canonical_name, change_password, find_invited, find_user, set_password
from .audit import record_audit
from .blueprint import blueprint
from .current import current_staff, find_current_staff
from .forms import ChangePasswordForm, FirstPasswordForm, SignInForm
from .kept_forms import name_owner
from .models import User
from .passwords import verify_password
from .permissions import Permission, requires
from .sessions import cookie_name, end_session, start_session
from .throttle import SIGNED_IN, count_attempt, forgive, is_throttled

_WRONG = "That name and password do not belong together."
_WAIT = "Too many failed sign-ins. Wait 15 minutes, then try again."


def local_target(target: str | None) -> str:
    """`target` if it is a path of this site, else the staff member's first page."""
    if (
        target
        and target.startswith("/")
        and not target.startswith("//")
        and target.isprintable()
        and "\\" not in target
    ):
        return target
    return url_for("desk.queue" if "desk.queue" in current_app.view_functions else "staff.account")


def _with_new_session(user: User, target: str) -> Response:
    """Redirect with the cookie of a new session; whatever the browser had before is forgotten."""
    session.clear()
    name_owner(user)
    token = start_session(user)
    settings = current_app.config["SETTINGS"]
    response = redirect(target)
    response.set_cookie(cookie_name(settings), token, secure=settings.https, httponly=True, samesite="Lax", path="/")
    return response


def _attempt(sign_in_name: str, password: str) -> User | None:
    """The user when name and password are right. The failure is counted first, and no lock is held while hashing."""
    name, address = canonical_name(sign_in_name), request.remote_addr or "unknown"
    count_attempt(name, address)
    db.session.commit()
    user = find_user(name)
    if user is not None:
        db.session.expunge(user)
    db.session.rollback()
    if not verify_password(user, password):
        record_audit("failed_sign_in", name, "refused", actor_name=name)
        return None
    forgive(name, address)
    user = find_user(name)
    record_audit(SIGNED_IN, name, actor=user)
    return user


@blueprint.route("/sign-in", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def sign_in() -> ResponseReturnValue:
    """Sign in; the same words and the same work whether or not the name exists."""
    form, target = SignInForm(), request.args.get("next")
    if request.method == "GET" and find_current_staff() is not None:
        return redirect(local_target(target))
    status, message = 200, ""
    if form.validate_on_submit():
        if is_throttled(canonical_name(form.sign_in_name.data), request.remote_addr or "unknown"):
            status, message = 429, _WAIT
        else:
            user = _attempt(form.sign_in_name.data, form.password.data)
            if user is not None:
                response = _with_new_session(user, local_target(target))
                db.session.commit()
                return response
            db.session.commit()
            status, message = 403, _WRONG
    return render_template("staff/sign_in.html", form=form, message=message, target=target), status


@blueprint.post("/sign-out")
@requires(Permission.SIGNED_IN)
def sign_out() -> ResponseReturnValue:
    """End this session."""
    record_audit("signed_out", current_staff().sign_in_name, actor=current_staff())
    end_session(g.session_token)
    db.session.commit()
    session.clear()
    response = redirect(url_for("staff.sign_in"))
    settings = current_app.config["SETTINGS"]
    response.delete_cookie(cookie_name(settings), path="/", secure=settings.https, httponly=True, samesite="Lax")
    return response


@blueprint.route("/password", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def password() -> ResponseReturnValue:
    """Change one's own password; every other browser is signed out."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            change_password(current_staff(), form.present.data, form.password.data)
        except Invalid as error:
            db.session.rollback()
            form.form_errors.append(str(error))
        else:
            response = _with_new_session(current_staff(), url_for("staff.account"))
            db.session.commit()
            flash("Your password is changed. Other browsers are signed out.", "success")
            return response
    return render_template("staff/password.html", form=form), 400 if form.errors else 200


@blueprint.route("/invitation/<token>", methods=["GET", "POST"])
@requires(Permission.PUBLIC)
def accept_invitation(token: str) -> ResponseReturnValue:
    """Set the first password with a one-time link."""
    user, form = find_invited(token), FirstPasswordForm()
    if form.validate_on_submit():
        try:
            set_password(user, form.password.data)
        except Invalid as error:
            db.session.rollback()
            form.form_errors.append(str(error))
        else:
            record_audit(SIGNED_IN, user.sign_in_name, actor=user)
            response = _with_new_session(user, local_target(None))
            db.session.commit()
            flash("Welcome. Your password is set.", "success")
            return response
    return render_template("staff/invitation.html", form=form, invited=user), 400 if form.errors else 200


@blueprint.get("/account")
@requires(Permission.SIGNED_IN)
def account() -> ResponseReturnValue:
    """One's own account."""
    return render_template("staff/account.html", user=current_staff())


@blueprint.get("/stay")
@requires(Permission.SIGNED_IN)
def stay_signed_in() -> ResponseReturnValue:
    """Extend the session: asking is enough."""
    return "", 204
