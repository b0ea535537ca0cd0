"""Snoozing a case from its page, and waking it."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from ...extensions import db
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..case_views import change_case
from ..forms import VersionedForm
from ..touching import case_with_key, find_case, require_version
from .forms import SnoozeForm
from .snoozing import asleep, snooze_case, wake_case


@blueprint.route("/cases/<public_id>/snooze", methods=["GET", "POST"])
@requires(Permission.WORK_CASES)
def snooze(public_id: str) -> ResponseReturnValue:
    """Let a case sleep until a day."""
    form = SnoozeForm()

    def show(status: int) -> str:
        case = find_case(public_id)
        return render_template("cases/snooze.html", case=case, form=form, snooze=asleep(case), is_stale=status == 409)

    def sleep() -> tuple[str, str]:
        case = find_case(public_id, lock=True)
        if case_with_key(current_staff(), form.key.data or "") != case.id:
            require_version(case, form.version.data)
            snooze_case(case, until=form.until.data, reason=form.reason.data, actor=current_staff(),
                        key=form.key.data or "")  # fmt: skip
        address = url_for("cases.show_case", public_id=case.public_id)
        db.session.commit()
        return f"It sleeps until {form.until.data:%-d %b %Y}, or until something happens to it.", address

    form.version.data = form.version.data or find_case(public_id).version
    if not form.is_submitted():
        return show(200)
    return do_or_say_why(form, sleep, show)


@blueprint.post("/cases/<public_id>/wake")
@requires(Permission.WORK_CASES)
def wake(public_id: str) -> ResponseReturnValue:
    """Put a sleeping case back on the list."""
    return change_case(
        public_id, VersionedForm(), lambda case, _: wake_case(case, actor=current_staff()), "It is on the list again."
    )
