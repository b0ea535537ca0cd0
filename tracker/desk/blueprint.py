"""The desk's pages share one blueprint; its views are in the `*_views.py` beside."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__, url_prefix="/staff")
