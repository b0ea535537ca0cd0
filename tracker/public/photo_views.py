"""Photos that somebody looked at and released."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from ..assets import FOREVER
from ..published.photos import SMALL_WIDTH, find_released_photo, picture_of
from ..staff.permissions import Permission, requires
from .blueprint import blueprint


@blueprint.get("/photos/<photo_id>.jpg")
@requires(Permission.PUBLIC)
def show_released_photo(photo_id: str) -> ResponseReturnValue:
    """The picture; kept forever under its digest (`v`), asked for again under any other. `width` asks for a small one.

    Whoever asks after the release was taken back gets 404, whatever she holds.
    """
    photo = find_released_photo(photo_id)
    is_small = request.args.get("width") == str(SMALL_WIDTH)
    answer = Response(picture_of(photo, small=is_small).read_bytes(), mimetype="image/jpeg")
    answer.headers["Cache-Control"] = FOREVER if request.args.get("v") == photo.digest else "no-cache"
    answer.set_etag(f"{photo.digest}-small" if is_small else photo.digest)
    return answer.make_conditional(request)
