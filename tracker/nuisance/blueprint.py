"""The nuisance floor's pages share one blueprint; its views are in the `*_views.py` files beside it."""

from flask import Blueprint

blueprint = Blueprint("nuisance", __name__, url_prefix="/staff/nuisance")
