"""Forms of the scheduling floor. Times are read on the city's clocks."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, SelectField, TimeField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from ..clock import can_be_meant
from .bookings.slots import SLOT_MINUTES
from .resources.models import ResourceKind

LONGEST_SEARCH = 120
"""A search text is cut there: no name is longer, and a database compares no novels."""
KINDS = [SelectChoice(kind.value, kind.value.capitalize()) for kind in ResourceKind]


def sensible_day(form: FlaskForm, field: DateField) -> None:
    """Refuse slips of the keyboard such as the year 20266, or 0026."""
    if field.data is not None and not can_be_meant(field.data):
        raise ValidationError("Check the year.")


class BookingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which resource, on which day, from when."""

    seen = HiddenField()
    resource_id = SelectField("Resource", coerce=int)
    day = DateField("Day", [InputRequired(), sensible_day])
    frees = BooleanField("Give the time back of what waits for it and would begin too early")
    time = TimeField("From", [InputRequired()], description="On a quarter hour", render_kw={"step": SLOT_MINUTES * 60})


