"""The description of everything public: as OpenAPI for programs, as a page for the people who write them."""

import hashlib
import json

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from ..places.city import find_city, the_city
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .description.document import OPERATIONS, TAGS, shape_of, write_document
from .description.examples import curl_of
from .description.operations import Operation


@blueprint.get("/openapi.json")
@requires(Permission.PUBLIC)
def openapi() -> ResponseReturnValue:
    """The OpenAPI 3.1 document of everything that programs may ask without signing in."""
    city = the_city()
    body = json.dumps(write_document(city.name, city.data_license, _served()), ensure_ascii=False, indent=1).encode()
    response = Response(body, mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.set_etag(hashlib.sha256(body).hexdigest()[:16])
    return response.make_conditional(request)


@blueprint.get("/developers")
@requires(Permission.PUBLIC)
def developers() -> ResponseReturnValue:
    """The same for people: what can be asked, with what, what comes back, and a line to try it with."""
    served = _served()
    groups = [(tag, words, [one for one in served if one.tag == tag]) for tag, words in TAGS.items()]
    return render_template(
        "public/developers.html", city=find_city(), groups=[group for group in groups if group[2]],
        curl_of=lambda one: curl_of(one, request.host_url),
    )  # fmt: skip


def _served() -> list[Operation]:
    """What this program really has: an operation whose path is not served would be a promise."""
    paths = {(method.lower(), shape_of(rule.rule)) for rule in current_app.url_map.iter_rules()
             for method in rule.methods or ()}  # fmt: skip
    return [one for one in OPERATIONS if (one.method, shape_of(one.path)) in paths]
