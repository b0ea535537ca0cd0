"""Forms of the scheduling floor. Times are read on the city's clocks."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    FloatField,
    HiddenField,
    SelectField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange

from ..clock import can_be_meant
from ..errors import Invalid
from .bookings.slots import SLOT_MINUTES
from .resources.models import ResourceKind
from .resources.shift_text import WEEKDAYS, read_shifts

LONGEST_MINUTES = 7 * 24 * 60
KINDS = [SelectChoice(kind.value, kind.value.capitalize()) for kind in ResourceKind]
_PRIORITIES = [SelectChoice(str(number), f"Priority {number}") for number in range(1, 6)]


def _sensible_day(form: FlaskForm, field: DateField) -> None:
    """Refuse slips of the keyboard such as the year 20266, or 0026."""
    if field.data is not None and not can_be_meant(field.data):
        raise ValidationError("Check the year.")


class ShiftsField(StringField):  # type: ignore[misc]  # WTForms ships no types
    """One weekday's shifts as text; `.spans` holds them once the form is valid."""

    def pre_validate(self, form: FlaskForm) -> None:
        """Refuse what is no shift, in the words of the rule."""
        try:
            self.spans = read_shifts(self.data or "")
        except Invalid as error:
            raise ValidationError(str(error)) from error


class ResourceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A crew, vehicle, person or piece of equipment; `seen` is how it stood when the form was opened."""

    seen = HiddenField()
    name = StringField("Name", [InputRequired(), Length(max=120)])
    code = StringField(
        "Code", [InputRequired(), Length(max=60)], description="Short and unique, as in your own lists: tree-1"
    )
    kind = SelectField("Kind", choices=KINDS)
    center_id = SelectField("Serves", coerce=int, description="Work of this center only, or the whole city")
    skills = StringField("Skills", [InputRequired(), Length(max=500)], description="Separated by commas: tree, stump")
    base_lat = FloatField("Base latitude", [InputRequired(), NumberRange(-90, 90)], description="Degrees north")
    base_long = FloatField(
        "Base longitude",
        [InputRequired(), NumberRange(-180, 180)],
        description="Degrees east; negative in the Americas",
    )
    monday = ShiftsField(WEEKDAYS[0])
    tuesday = ShiftsField(WEEKDAYS[1])
    wednesday = ShiftsField(WEEKDAYS[2])
    thursday = ShiftsField(WEEKDAYS[3])
    friday = ShiftsField(WEEKDAYS[4])
    saturday = ShiftsField(WEEKDAYS[5])
    sunday = ShiftsField(WEEKDAYS[6])

    @property
    def weekdays(self) -> list[ShiftsField]:
        """The seven fields, Monday first."""
        return [self[name.lower()] for name in WEEKDAYS]

    @property
    def skill_list(self) -> list[str]:
        """The skills without blanks and doubles; each at most 60 characters (checked below)."""
        return list(dict.fromkeys(part.strip() for part in (self.skills.data or "").split(",") if part.strip()))

    def validate_skills(self, field: StringField) -> None:
        """At least one, none too long."""
        if not self.skill_list:
            raise ValidationError("Name at least one skill.")
        if any(len(skill) > 60 for skill in self.skill_list):
            raise ValidationError("A skill has at most 60 characters; put commas between skills.")


class BookingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which resource, on which day, from when."""

    seen = HiddenField()
    resource_id = SelectField("Resource", coerce=int)
    day = DateField("Day", [InputRequired(), _sensible_day])
    frees = BooleanField("Give the time back of what waits for it and would begin too early")
    time = TimeField("From", [InputRequired()], description="On a quarter hour", render_kw={"step": SLOT_MINUTES * 60})


class RetireForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Whether a retiring resource's coming bookings are cancelled."""

    release = BooleanField("Cancel its bookings to come and ask for their work again")
