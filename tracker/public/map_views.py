"""The residents' first page: the map with its equal list; the same for other sites to show; the basemap."""

import gzip
from functools import lru_cache

from flask import Response, abort, current_app, render_template, request, session
from flask.typing import ResponseReturnValue

from ..assets import FOREVER
from ..config import Settings
from ..published.keeping import current_basemap, current_snapshot
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .map_data import Answer, answer_of, keep_once
from .map_page import ASKED, page_language, tell_map


@blueprint.get("/")
@requires(Permission.PUBLIC)
def map_page() -> ResponseReturnValue:
    """The map of open cases, and the same cases as a list; both follow the filters in the address."""
    return _send("public/map.html")


@blueprint.get("/embed")
@requires(Permission.PUBLIC)
def embed() -> ResponseReturnValue:
    """Map and list alone, for the sites that the city named; which may frame it says `tracker/headers.py`."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.embed_hosts:
        abort(404)
    return _send("public/embed.html")


def _send(template: str) -> ResponseReturnValue:
    """The page, packed for whoever can unpack it: it holds no secret whose length packing could tell."""
    page = _page(template)
    zipped = bool(request.accept_encodings["gzip"])
    response = Response(page.body if zipped else gzip.decompress(page.body), mimetype="text/html")
    response.vary.update(("Accept-Encoding", "Accept-Language", "Cookie"))
    if zipped:
        response.content_encoding = "gzip"
    response.set_etag(f"{page.etag}-gzip" if zipped else page.etag)
    return response.make_conditional(request)


def _page(template: str) -> Answer:
    """Drawn once for each address and language as long as the cases are the same, so that a visitor costs little.

    Not so with a message to one person on it, nor for a typed place, which is looked for among what the city knows
    today, nor with anything in the address that the map does not know: whoever makes that up fills no memory.
    """

    def draw() -> bytes:
        return gzip.compress(render_template(template, **tell_map()).encode(), 6, mtime=0)

    if "_flashes" in session or request.args.get("q") or set(request.args) - ASKED:
        return answer_of(draw())
    address = (request.host_url, request.full_path, page_language(), current_basemap().digest)
    return keep_once(current_snapshot(), (template, *address), draw)


@blueprint.get("/map/basemap-<digest>.js")
@requires(Permission.PUBLIC)
def basemap(digest: str) -> ResponseReturnValue:
    """The city's streets and areas as a script; kept forever under its own digest, checked under any other."""
    current = current_basemap()
    zipped = bool(request.accept_encodings["gzip"])
    response = Response(_zip(current.script) if zipped else current.script, mimetype="text/javascript")
    response.vary.add("Accept-Encoding")
    if zipped:
        response.content_encoding = "gzip"
    if digest == current.digest:
        response.headers["Cache-Control"] = FOREVER
    else:
        response.headers["Cache-Control"] = "no-cache"
    response.set_etag(f"{current.digest}-gzip" if zipped else current.digest)
    return response.make_conditional(request)


@lru_cache(maxsize=4)
def _zip(script: bytes) -> bytes:
    return gzip.compress(script, mtime=0)
