"""Photos of a call: look at one, add some to a call that is there already."""

from flask import send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from ..calls.photos import find_photo, keep_photo, photo_path
from ..calls.queries import find_call
from ..errors import Invalid, NotFound
from ..extensions import db
from ..formatters import plural
from ..staff.changing import do_or_say_why
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .call_views import call_page
from .forms import PhotosForm
from .sent_photos import clean_sent


@blueprint.get("/photos/<photo_id>")
@requires(Permission.SEE_CASES)
def show_photo(photo_id: str) -> ResponseReturnValue:
    """The picture itself. No cache keeps it: it may show a home, a plate or a face."""
    path = photo_path(find_photo(photo_id).id)
    if not path.is_file():
        raise NotFound("The file of this photo is gone. Tell whoever runs this program: a backup may hold it.")
    answer: Response = send_file(path, mimetype="image/jpeg", etag=False, conditional=False)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Disposition"] = f'inline; filename="{photo_id}.jpg"'
    return answer


@blueprint.post("/calls/<service_request_id>/photos")
@requires(Permission.LINK_CALLS)
def add_photos(service_request_id: str) -> ResponseReturnValue:
    """Add photos to a call: all that were sent, or none and why."""
    form = PhotosForm(prefix="photos")

    def add() -> tuple[str, str]:
        files = form.files.data or []
        if not files:
            raise Invalid("Choose at least one photo first.")
        db.session.rollback()  # unfolding takes a while, and on SQLite nobody else could write meanwhile
        photos = clean_sent(files)
        call = find_call(service_request_id, lock=True)
        for photo in photos:
            keep_photo(call, photo, current_staff())
        address = url_for("desk.show_call", service_request_id=call.service_request_id, _anchor="photos")
        db.session.commit()
        return f"{plural(len(photos), 'photo')} kept, without place and device.", address

    return do_or_say_why(form, add, lambda _: call_page(find_call(service_request_id), form))
