"""Plain pages: what is shown and what is not, and how to use it without a mouse or without seeing it."""

from flask import render_template
from flask.typing import ResponseReturnValue

from ..staff.permissions import Permission, requires
from .blueprint import blueprint


@blueprint.get("/privacy")
@requires(Permission.PUBLIC)
def privacy() -> ResponseReturnValue:
    """What the public pages show of a call, and what they never show."""
    return render_template("public/privacy.html")


@blueprint.get("/accessibility")
@requires(Permission.PUBLIC)
def accessibility() -> ResponseReturnValue:
    """How the pages can be used, and where to turn when they cannot."""
    return render_template("public/accessibility.html")
