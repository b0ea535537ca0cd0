"""Forms of the page on which supervisors set working time and deadlines.

`seen` is the version that the page showed; what only adds or takes away one thing needs none.
"""

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DateTimeLocalField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    StringField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from ...clock import can_be_meant
from ...staff.changing import trim
from ..touching import new_key
from .defaults import MOST_HOURS, Measure, Spans
from .hours_text import DAYS, read_spans

_HOURS = [Optional(), NumberRange(0, MOST_HOURS, f"A whole number from 0 to {MOST_HOURS:,}.")]


class SettingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A change of a setting; without anything else it is one button."""


class SeenForm(SettingForm):
    """A change of what another may have changed meanwhile."""

    seen = IntegerField([InputRequired("Reload the page and send it again.")])


def _day(name: str) -> StringField:
    return StringField(name, [Optional(), Length(max=80)], filters=[trim])


def _check_year(field: DateField | DateTimeLocalField) -> None:
    if field.data and not can_be_meant(field.data):
        raise ValidationError("Look at the year.")


class HoursForm(SeenForm):
    """The opening hours of each weekday."""

    mon, tue, wed, thu = _day("Monday"), _day("Tuesday"), _day("Wednesday"), _day("Thursday")
    fri, sat, sun = _day("Friday"), _day("Saturday"), _day("Sunday")

    @property
    def spans(self) -> Spans:
        """What was typed, by weekday; call it after the form has been validated."""
        return {number: read_spans(self[name].data or "") for number, name in enumerate(DAYS)}

    def validate(self, extra_validators: object = None) -> bool:
        """Read every day, so that each mistake stands at its own field."""
        is_good = bool(super().validate(extra_validators))
        for name in DAYS:
            try:
                read_spans(self[name].data or "")
            except ValueError as error:
                self[name].errors = [*self[name].errors, str(error)]
                is_good = False
        return is_good


class HolidayForm(SettingForm):
    """A day on which nobody works."""

    day = DateField("Day", [InputRequired("Give the day as year, month and day.")])
    name = StringField(
        "What is kept", [InputRequired("Say what is kept on that day."), Length(max=120)], filters=[trim]
    )

    def validate_day(self, field: DateField) -> None:
        """Refuse a year that can only be a mistake."""
        _check_year(field)


class MeasureForm(Form):  # type: ignore[misc]  # WTForms ships no types
    """One measure in working hours."""

    working_hours = IntegerField("Due after", _HOURS)
    warn_before_hours = IntegerField("Soon, before that", _HOURS)
    grace_hours = IntegerField("Supervisors told, after that", _HOURS)

    @property
    def measure(self) -> Measure | None:
        """What was typed; None when nothing was."""
        if self.working_hours.data is None:
            return None
        return Measure(self.working_hours.data, self.warn_before_hours.data or 0, self.grace_hours.data or 0)


class MeasuresForm(SeenForm):
    """The measures of the city (family 0) or of one family."""

    family = IntegerField("Family", [InputRequired()])
    accept, scan = FormField(MeasureForm), FormField(MeasureForm)
    respond, review = FormField(MeasureForm), FormField(MeasureForm)


class EmergencyForm(SettingForm):
    """From when to when every clock stands still, and why."""

    key = HiddenField(default=new_key)
    starts = DateTimeLocalField("From", [InputRequired("Give day and time from which on.")], format=["%Y-%m-%dT%H:%M"])
    ends = DateTimeLocalField("To", [Optional()], format=["%Y-%m-%dT%H:%M"])
    reason = StringField(
        "Reason", [InputRequired("Say what kind of emergency it is."), Length(max=400)], filters=[trim]
    )

    def validate_starts(self, field: DateTimeLocalField) -> None:
        """Refuse a year that can only be a mistake."""
        _check_year(field)

    def validate_ends(self, field: DateTimeLocalField) -> None:
        """As the beginning."""
        _check_year(field)
