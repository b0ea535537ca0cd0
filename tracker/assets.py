"""Files that browsers may keep forever: their address changes whenever they do."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, request, send_from_directory
from werkzeug.wrappers import Response
from xstatic.pkg import leaflet as xstatic_leaflet

from .staff.permissions import Permission, requires

LEAFLET_VERSION: str = xstatic_leaflet.VERSION
FOREVER = "public, max-age=31536000, immutable"

blueprint = Blueprint("assets", __name__, url_prefix="/assets")


@blueprint.get("/leaflet/<version>/<path:filename>")
@requires(Permission.PUBLIC)
def leaflet(version: str, filename: str) -> Response:
    """Leaflet's own files in their own layout (its CSS refers to `images/`), under their version."""
    response = send_from_directory(xstatic_leaflet.BASE_DIR, filename)
    if version == LEAFLET_VERSION:
        response.headers["Cache-Control"] = FOREVER
    return response


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
        response = send_from_directory(folder, filename)
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
        elif endpoint == "assets.leaflet":
            values.setdefault("version", LEAFLET_VERSION)
