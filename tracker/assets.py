"""Files that browsers may keep forever: their address changes whenever they do."""

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, abort, current_app, request, send_from_directory
from werkzeug.wrappers import Response
from xstatic.pkg import leaflet as xstatic_leaflet

from .staff.permissions import Permission, requires

LEAFLET_VERSION: str = xstatic_leaflet.VERSION
FOREVER = "public, max-age=31536000, immutable"

_TEXTS = {".css", ".js", ".svg"}
"""Files that are sent packed to whoever can unpack them: of scripts and styles that saves three quarters."""

JOINED = {
    "site.css": tuple(f"css/{name}.css" for name in ("tokens", "base", "layout", "components", "data", "print")),
    "map.css": ("css/map.css", "css/home.css"),
    "map.js": tuple(f"js/{name}.js" for name in ("basemap", "map", "map_months", "map_extras", "print")),
}
"""Files that a page needs together, in their order: as one they cost one question, and a phone asks them slowly."""

blueprint = Blueprint("assets", __name__, url_prefix="/assets")


@blueprint.get("/leaflet/<version>/<path:filename>")
@requires(Permission.PUBLIC)
def leaflet(version: str, filename: str) -> Response:
    """Leaflet's own files in their own layout (its CSS refers to `images/`), under their version."""
    response = _send(xstatic_leaflet.BASE_DIR, filename)
    if version == LEAFLET_VERSION:
        response.headers["Cache-Control"] = FOREVER
    return response


@blueprint.get("/joined/<name>")
@requires(Permission.PUBLIC)
def joined(name: str) -> Response:
    """Several of our files as one."""
    if name not in JOINED:
        abort(404)
    plain, packed, digest = _whole(name)
    is_packed = bool(request.accept_encodings["gzip"])
    response = Response(packed if is_packed else plain, mimetype=mimetypes.guess_type(name)[0])
    response.vary.add("Accept-Encoding")
    if is_packed:
        response.content_encoding = "gzip"
    response.set_etag(f"{digest}-gzip" if is_packed else digest)
    response.headers["Cache-Control"] = FOREVER if request.args.get("v") == digest else "no-cache"
    return response.make_conditional(request)


def _whole(name: str) -> tuple[bytes, bytes, str]:
    """The files of a name, one after the other; the same packed; and the first characters of the SHA-256 of it all."""
    paths = tuple(Path(current_app.static_folder or "") / part for part in JOINED[name])
    return _join(paths, tuple(path.stat().st_mtime_ns for path in paths))


@lru_cache(maxsize=8)
def _join(paths: tuple[Path, ...], modified_ns: tuple[int, ...]) -> tuple[bytes, bytes, str]:
    plain = b"\n".join(path.read_bytes() for path in paths)
    return plain, gzip.compress(plain, mtime=0), hashlib.sha256(plain).hexdigest()[:12]


def _send(folder: str, filename: str) -> Response:
    """A file of a folder, packed where that helps; as Flask sends it, whatever is asked for, where it does not."""
    plain = send_from_directory(folder, filename)
    path = Path(folder) / filename
    if path.suffix not in _TEXTS:
        return plain
    plain.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"] or plain.status_code != 200:
        return plain
    packed = Response(_pack(path, path.stat().st_mtime_ns), mimetype=plain.mimetype)
    packed.content_encoding = "gzip"
    packed.vary.add("Accept-Encoding")
    packed.last_modified, packed.cache_control.no_cache = plain.last_modified, True
    packed.set_etag(f"{plain.get_etag()[0]}-gzip")
    plain.close()
    return packed.make_conditional(request)


@lru_cache(maxsize=512)
def _pack(path: Path, modified_ns: int) -> bytes:
    """The file packed, made once for each time that it was changed."""
    return gzip.compress(path.read_bytes(), mtime=0)


@lru_cache(maxsize=512)
def _digest(path: Path, modified_ns: int) -> str:
    """The first characters of a file's SHA-256; a changed file has another modification time."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _version(folder: str, filename: str) -> str | None:
    path = Path(folder) / filename
    return _digest(path, path.stat().st_mtime_ns) if path.is_file() else None


def _serve_static(app: Flask, endpoint: str, folder: str) -> None:
    """Replace Flask's static view with one that declares itself public and lets versioned addresses be kept."""

    @requires(Permission.PUBLIC)
    def static_file(filename: str) -> Response:
        response = _send(folder, filename)
        if request.args.get("v") and request.args["v"] == _version(folder, filename):
            response.headers["Cache-Control"] = FOREVER
        return response

    app.view_functions[endpoint] = static_file


def version_assets(app: Flask) -> None:
    """Make `url_for` of every static file carry the file's digest; call it when every static endpoint exists."""
    folders = {"static": str(app.static_folder), "bootstrap.static": str(app.blueprints["bootstrap"].static_folder)}
    for endpoint, folder in folders.items():
        _serve_static(app, endpoint, folder)

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint in folders and "v" not in values:
            values["v"] = _version(folders[endpoint], values.get("filename", ""))
        elif endpoint == "assets.joined" and values.get("name") in JOINED:
            values.setdefault("v", _whole(values["name"])[2])
        elif endpoint == "assets.leaflet":
            values.setdefault("version", LEAFLET_VERSION)
