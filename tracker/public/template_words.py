"""How the residents' pages write what is published: the filters of their templates."""

from markupsafe import Markup

from ..published.words import say_band, say_day, say_days, say_label, say_month, say_times
from .blueprint import blueprint

_SWATCH = Markup(
    '<svg class="swatch" color="{}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">'
    '<circle cx="8" cy="8" r="6"/></svg>'
)

blueprint.add_app_template_filter(say_band)
blueprint.add_app_template_filter(say_day)
blueprint.add_app_template_filter(say_label)
blueprint.add_app_template_filter(say_times)
blueprint.add_app_template_filter(say_month)
blueprint.add_app_template_filter(say_days)


@blueprint.app_template_filter()
def swatch(color: str) -> Markup:
    """A dot in a family's color; decoration, its name stands beside it. A style attribute would break the CSP."""
    return _SWATCH.format(color)
