"""What other systems ask shares one blueprint; its views are in the `*_views.py` files beside it.

A path ends in the format of its answer: `@blueprint.get("/v2/services" + SUFFIX)` hands its view `suffix`.
"""

from flask import Blueprint, request
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response

from ..published.facts import ask_first
from .answers import open_to_every_site

SUFFIX = ".<format:suffix>"
blueprint = Blueprint("open311", __name__, url_prefix="/open311")
blueprint.before_request(ask_first)


class _Format(BaseConverter):
    """The end of a path that says in which format the answer is wanted."""

    regex = "xml|json"


@blueprint.record
def _know_formats(setup: BlueprintSetupState) -> None:
    setup.app.url_map.converters["format"] = _Format


@blueprint.after_request
def let_other_sites_read(response: Response) -> Response:
    """Pages of any site may read what is public; none may post with somebody's browser."""
    if request.method in ("GET", "HEAD", "OPTIONS"):
        open_to_every_site(response)
    return response
