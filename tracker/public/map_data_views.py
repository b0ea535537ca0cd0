"""What the map asks for while somebody looks at it: cases of a box, cases around her, where problems were solved."""

from dataclasses import astuple

from flask import make_response, request
from flask.typing import ResponseReturnValue

from ..places.city import the_city
from ..published.filters import read_filters
from ..published.heat import CELL_M, grid_of
from ..published.keeping import current_snapshot
from ..published.mercator import read_window
from ..published.words import say_label
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .map_data import Answer, answer_once, answer_square, answer_window
from .map_page import page_language
from .squares import read_square


@blueprint.get("/map/cases.json")
@requires(Permission.PUBLIC)
def cases_json() -> ResponseReturnValue:
    """The cases in a box at a zoom, as circles with counts and as single places; 304 when nothing has changed."""
    window = read_window(request.args.get("bbox", ""), request.args.get("zoom", ""))
    filters = read_filters(request.args)
    cases = current_snapshot().about(filters)
    return _send(answer_window(cases, filters, window, page_language(), say_label))


@blueprint.get("/map/around.json")
@requires(Permission.PUBLIC)
def around_json() -> ResponseReturnValue:
    """Every place with cases in and about a coarse square, from which a browser finds the nearest by itself."""
    square, filters = read_square(request.args.get("square", "")), read_filters(request.args)
    cases = current_snapshot().about(filters)
    return _send(answer_square(cases, filters, square, page_language(), say_label))


@blueprint.get("/map/solved.json")
@requires(Permission.PUBLIC)
def solved_json() -> ResponseReturnValue:
    """Where problems were solved in the last two years: `cells` of `meters` as [lat, long, count], none below three."""
    solved, city = current_snapshot().solved, the_city()

    def write() -> dict[str, object]:
        grid = grid_of(solved.lat, solved.long, (city.south + city.north) / 2)
        return {"meters": CELL_M, "cells": [list(astuple(cell)) for cell in grid]}

    return _send(answer_once(solved, "heat", write))


def _send(answer: Answer) -> ResponseReturnValue:
    """The answer is the same for everybody: it may be kept, and is asked for anew only when it has changed."""
    response = make_response(answer.body)
    response.mimetype = "application/json"
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(answer.etag)
    return response.make_conditional(request)
