"""What every page of the calendar shows around itself: its filters and the way to other days and views."""

from datetime import date

from ...extensions import db
from ...places.city import city_today
from ..forms import KINDS
from ..queries import find_resources, known_skills, service_centers
from .legend import LEGEND
from .wanted import kept_filters


def frame_of(wanted: date, earlier: date, later: date) -> dict[str, object]:
    """The filters with their choices, the legend, and the days before and after `wanted`."""
    return {
        "wanted": wanted,
        "today": city_today(),
        "earlier": earlier,
        "later": later,
        "kept": kept_filters(),
        "centers": service_centers(),
        "skills": known_skills(),
        "kinds": KINDS,
        "everybody": db.session.scalars(find_resources()).all(),
        "legend": LEGEND,
    }
