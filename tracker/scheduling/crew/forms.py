"""Forms of the crew's phone page, and of who drives out with what."""

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ...identifiers import LARGEST_NUMBER
from ...staff.changing import trim
from ..bookings.on_the_day import MOST_MINUTES
from ..bookings.why_not import WHY_NOT_LABELS
from .models import StepKind

_NO_MINUTES = f"Say the minutes at the place as a number from 1 to {MOST_MINUTES}, or leave them out."


class StepForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One step, as a button or a phone sends it. `at` is when it happened, `sent_at` the phone's clock just now."""

    key = HiddenField("Key", [Length(max=60)])
    booking = IntegerField("Work", [InputRequired("Say which work."), NumberRange(1, LARGEST_NUMBER)])
    kind = SelectField("Step", choices=[SelectChoice(kind.value, kind.value) for kind in StepKind])
    at = HiddenField()
    sent_at = HiddenField()
    told_by = HiddenField()
    resource = HiddenField()
    note = TextAreaField("Note", [Length(max=2_000)], filters=[trim])
    minutes = IntegerField("Minutes at the place", [Optional(), NumberRange(1, MOST_MINUTES, _NO_MINUTES)])
    why = StringField("What stood in the way", [Optional(), AnyOf(WHY_NOT_LABELS, "Choose what stood in the way.")])
    next_try_on = DateField("Try again from", [Optional()])
    photos = MultipleFileField("Photos")


class CrewForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """With which resources an account drives out; `seen` are those of when the form was opened."""

    seen = HiddenField()
    resources = SelectMultipleField(
        "Sees the run sheets of", coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False)
    )
