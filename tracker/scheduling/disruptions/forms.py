"""Forms about what upsets the schedule. Times are read on the city's clocks."""

from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, SelectMultipleField, StringField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from ...staff.changing import trim
from ..forms import sensible_day

_MOST_DAYS = 7


class WeatherForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Days on which only some work is done."""

    first_day = DateField("First day", [InputRequired()])
    last_day = DateField("Last day", [InputRequired()])
    reason = StringField(
        "Reason", [InputRequired(), Length(max=200)], filters=[trim],
        description="For the crews, and for residents whose appointment is moved: Snow storm",
    )  # fmt: skip
    kept_skills = SelectMultipleField(
        "Work that goes on", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        description="What needs one of these skills may be done on these days too.",
    )  # fmt: skip


class OutOfActionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """From when until when a resource is out of action, and why."""

    from_day = DateField("From", [InputRequired(), sensible_day])
    from_time = TimeField("At", [InputRequired()])
    until_day = DateField("Until", [InputRequired(), sensible_day])
    until_time = TimeField("At", [InputRequired()])
    reason = StringField(
        "Reason", [InputRequired(), Length(max=300)], filters=[trim], description="Such as «Engine failure»"
    )
    days = IntegerField(
        "Find others within days", [InputRequired(), NumberRange(1, _MOST_DAYS)],
        description="Today is the first of them; what finds no place stays asked for.",
    )  # fmt: skip
