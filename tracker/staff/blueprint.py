"""The staff floor's pages share one blueprint; its views are in `account_views.py` and `administration_views.py`."""

from flask import Blueprint

blueprint = Blueprint("staff", __name__, url_prefix="/staff")
