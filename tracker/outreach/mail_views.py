"""What a member of staff wants by mail."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ..extensions import db
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .notice_models import MailChoice
from .notices import choose_mail, mail_choice


@blueprint.post("/account/mail")
@requires(Permission.SEE_CASES)
def set_mail() -> ResponseReturnValue:
    """Keep what she ticked."""
    choose_mail(current_staff(), wants_digest="digest" in request.form, wants_notices="notices" in request.form)
    db.session.commit()
    flash("Kept. It counts from the next mail on.", "success")
    return redirect(url_for("staff.account"))


@blueprint.app_template_global()
def my_mail() -> MailChoice:
    """What the person who looks at the page wants by mail."""
    return mail_choice(current_staff())
