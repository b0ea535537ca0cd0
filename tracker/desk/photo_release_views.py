"""Somebody looks at a photo and decides whether residents may see it; and the line of those that wait for that."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..calls.photos import decision_mark, find_photo, hold_photo, release_photo
from ..calls.photos.models import CallPhoto
from ..extensions import db
from ..staff.changing import do_or_say_why
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .photo_looks import MOST_LISTED, case_of_photo, unseen_photos
from .public_forms import PhotoDecisionForm

_QUEUE = "queue"


@blueprint.get("/photos")
@requires(Permission.WORK_CASES)
def list_photos() -> ResponseReturnValue:
    """Photos of public cases that nobody has looked at."""
    return render_template("desk/photos.html", photos=unseen_photos(), most=MOST_LISTED)


@blueprint.get("/photos/<photo_id>/look")
@requires(Permission.WORK_CASES)
def look_at_photo(photo_id: str) -> ResponseReturnValue:
    """One photo, large, with what residents would read beside it."""
    photo = find_photo(photo_id)
    form = PhotoDecisionForm(text=photo.public_text, seen=decision_mark(photo), back=request.args.get("back", ""))
    return _render(photo, form)


@blueprint.post("/photos/<photo_id>/look")
@requires(Permission.WORK_CASES)
def decide_photo(photo_id: str) -> ResponseReturnValue:
    """Release it, or keep it; either can be taken back."""
    form = PhotoDecisionForm()

    def decide() -> tuple[str, str]:
        photo = find_photo(photo_id)
        if form.decision.data == "release":
            release_photo(photo, form.text.data or "", actor=current_staff(), seen=form.seen.data or "")
            said = "Residents may see the photo. You can take this back."
        else:
            hold_photo(photo, actor=current_staff(), seen=form.seen.data or "")
            said = "The photo stays with the staff. You can release it later."
        address = _next_address(photo, form.back.data)
        db.session.commit()
        return said, address

    return do_or_say_why(form, decide, lambda _: _show_again(photo_id, form))


def _next_address(photo: CallPhoto, back: str | None) -> str:
    """From the line to the next that waits; else back to the photo, where it can be taken back."""
    if back == _QUEUE:
        waiting = [one.photo.id for one in unseen_photos() if one.photo.id != photo.id]
        if waiting:
            return url_for("desk.look_at_photo", photo_id=waiting[0], back=_QUEUE)
        return url_for("desk.list_photos")
    return url_for("desk.look_at_photo", photo_id=photo.id)


def _show_again(photo_id: str, form: PhotoDecisionForm) -> str:
    photo = find_photo(photo_id)
    form.seen.data = decision_mark(photo)
    return _render(photo, form)


def _render(photo: CallPhoto, form: PhotoDecisionForm) -> str:
    return render_template("desk/photo_look.html", photo=photo, call=photo.call, case=case_of_photo(photo), form=form)
