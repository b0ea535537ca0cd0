"""Forms of the scheduling floor. Times are read on the city's clocks."""

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from ..cases.touching import new_key
from ..clock import can_be_meant
from .bookings.slots import SLOT_MINUTES
from .resources.models import ResourceKind

LONGEST_MINUTES = 7 * 24 * 60
KINDS = [SelectChoice(kind.value, kind.value.capitalize()) for kind in ResourceKind]
_PRIORITIES = [SelectChoice(str(number), f"Priority {number}") for number in range(1, 6)]


def _sensible_day(form: FlaskForm, field: DateField) -> None:
    """Refuse slips of the keyboard such as the year 20266, or 0026."""
    if field.data is not None and not can_be_meant(field.data):
        raise ValidationError("Check the year.")


class OrderForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Work for a case, by hand."""

    title = StringField("What is to be done", [InputRequired(), Length(max=160)])
    skill = StringField("Skill it needs", [InputRequired(), Length(max=60)])
    minutes = IntegerField("Minutes at the place", [InputRequired(), NumberRange(1, LONGEST_MINUTES)])
    due_on = DateField("Due on", [InputRequired(), _sensible_day])
    priority = SelectField("Priority", coerce=int, choices=_PRIORITIES)
    key = HiddenField(default=new_key)


class BookingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which resource, on which day, from when."""

    seen = HiddenField()
    resource_id = SelectField("Resource", coerce=int)
    day = DateField("Day", [InputRequired(), _sensible_day])
    time = TimeField("From", [InputRequired()], description="On a quarter hour", render_kw={"step": SLOT_MINUTES * 60})


class ReasonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why something is taken back."""

    reason = TextAreaField("Reason", [InputRequired(), Length(max=1000)], render_kw={"rows": 2})


class NoteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What was found and done; may stay empty."""

    note = TextAreaField("What was found and done", [Optional(), Length(max=1000)], render_kw={"rows": 2})
