"""The residents' pages share one blueprint; its views are in the `*_views.py` files beside it."""

from flask import Blueprint

blueprint = Blueprint("public", __name__)
