"""The outreach floor's pages share one blueprint; its views are in the `*_views.py` files beside it."""

from flask import Blueprint

blueprint = Blueprint("outreach", __name__, url_prefix="/staff")
