"""The questions of a call's type, asked on the page of a call that is there already."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from ..calls.queries import find_call
from ..calls.questions import attribute_values, keep_answers, questions_of, read_answers
from ..extensions import db
from ..staff.changing import do_or_say_why
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .call_views import call_page
from .corrections import require_unchanged
from .forms import SeenForm


@blueprint.post("/calls/<service_request_id>/answers")
@requires(Permission.LINK_CALLS)
def answer_questions(service_request_id: str) -> ResponseReturnValue:
    """Keep what was answered, unless somebody corrected the call meanwhile."""
    form = SeenForm(prefix="answers")

    def keep() -> tuple[str, str]:
        call = find_call(service_request_id, lock=True)
        require_unchanged(call, form.seen.data)
        given = attribute_values(request.form.to_dict(flat=False))
        keep_answers(call, read_answers(questions_of(call.service_type_id), given), current_staff())
        address = url_for("desk.show_call", service_request_id=call.service_request_id, _anchor="asked")
        db.session.commit()
        return "The answers are kept.", address

    return do_or_say_why(form, keep, lambda _: call_page(find_call(service_request_id), form))
