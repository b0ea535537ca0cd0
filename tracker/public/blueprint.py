"""The residents' pages share one blueprint; its views are in the `*_views.py` files beside it."""

from flask import Blueprint

from ..published.facts import ask_first

blueprint = Blueprint("public", __name__)
blueprint.before_request(ask_first)
