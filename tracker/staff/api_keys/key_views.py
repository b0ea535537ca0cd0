"""Pages of API keys: who has one, what it may do, how it is used; giving, changing, revoking."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...errors import Conflict
from ...extensions import db
from ..blueprint import blueprint
from ..changing import do_or_say_why
from ..current import current_staff
from ..permissions import Permission, requires
from .forms import KeyForm, form_of
from .giving import change_key, get_key, give_key, revoke_key
from .models import ApiKey

_MOST = 200


@blueprint.get("/keys")
@requires(Permission.ADMINISTER)
def list_keys() -> ResponseReturnValue:
    """Keys in use by name, then revoked ones, latest first."""
    query = select(ApiKey).order_by(ApiKey.revoked_at.is_not(None), ApiKey.revoked_at.desc(), ApiKey.name, ApiKey.id)
    keys = db.session.scalars(query.limit(_MOST)).all()
    return render_template(
        "staff/keys/keys.html", used=[key for key in keys if not key.revoked_at],
        revoked=[key for key in keys if key.revoked_at],
    )  # fmt: skip


@blueprint.route("/keys/new", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def add_key() -> ResponseReturnValue:
    """Give a system a key; its text is shown once, on the answer to the form."""
    form = KeyForm()
    if form.validate_on_submit():
        try:
            key, text = give_key(form.read(), actor=current_staff())
        except Conflict as conflict:
            db.session.rollback()
            form.name.errors = [*form.name.errors, str(conflict)]
        else:
            db.session.commit()
            return render_template("staff/keys/given.html", key=key, text=text)
    return render_template("staff/keys/new.html", form=form), 400 if form.errors else 200


@blueprint.get("/keys/<int:key_id>")
@requires(Permission.ADMINISTER)
def show_key(key_id: int) -> ResponseReturnValue:
    """One key: its terms, its use, and how it is revoked."""
    key = _with_giver(key_id)
    return _key_page(key, form_of(key))


@blueprint.post("/keys/<int:key_id>")
@requires(Permission.ADMINISTER)
def change_key_terms(key_id: int) -> ResponseReturnValue:
    """Change what a key may do."""
    key, form = _with_giver(key_id), KeyForm()

    def do() -> tuple[str, str]:
        change_key(key, form.read(), actor=current_staff())
        address = url_for("staff.show_key", key_id=key.id)
        db.session.commit()
        return "The key has its new terms. The system need not do anything.", address

    return do_or_say_why(form, do, lambda _: _key_page(_with_giver(key_id), form))


@blueprint.post("/keys/<int:key_id>/revoke")
@requires(Permission.ADMINISTER)
def end_key(key_id: int) -> ResponseReturnValue:
    """Take a key away for good."""
    key = get_key(key_id)
    revoke_key(key, actor=current_staff())
    name = key.name
    db.session.commit()
    flash(f"Nothing is taken with the key of {name} any more.", "success")
    return redirect(url_for("staff.list_keys"))


def _with_giver(key_id: int) -> ApiKey:
    get_key(key_id)
    query = select(ApiKey).options(joinedload(ApiKey.created_by)).where(ApiKey.id == key_id)
    return db.session.scalars(query).one()


def _key_page(key: ApiKey, form: KeyForm) -> str:
    return render_template("staff/keys/key.html", key=key, form=form)
