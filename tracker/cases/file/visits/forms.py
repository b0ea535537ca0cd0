"""Forms of visits."""

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    DateTimeLocalField,
    HiddenField,
    MultipleFileField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ....staff.changing import trim
from ...touching import new_key
from .conditions import CONDITIONS
from .models import WEATHER_LABELS

_LONGEST = 6_000


class PlanVisitForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A visit to be made."""

    key = HiddenField(default=new_key)
    planned_on = DateField("On", [InputRequired("Choose a day.")])
    visitor = SelectField("Who goes", coerce=int)
    purpose = StringField("What is to be found out", [InputRequired("Say what is to be found out."), Length(max=400)],
                          filters=[trim])  # fmt: skip


class CallOffForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why a planned visit is not made."""

    reason = StringField("Why", [InputRequired("Say why; it stays in the file."), Length(max=400)], filters=[trim])


class VisitForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What was found at the place. `kept_at` is when the phone kept it, if it waited there for the network."""

    key = HiddenField(default=new_key)
    kept_at = HiddenField()
    planned = HiddenField()
    task = HiddenField()
    number = StringField(
        "Number of the case", [InputRequired("Give the number of the case."), Length(max=40)], filters=[trim]
    )
    conditions = SelectMultipleField("What did you find?", choices=[SelectChoice(*one) for one in CONDITIONS.items()],
                                     option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False))  # fmt: skip
    seen = TextAreaField("What you saw", [Length(max=_LONGEST)], filters=[trim])
    people_met = TextAreaField("Whom you met", [Length(max=2_000)], filters=[trim])
    next_step = TextAreaField("Next step", [Length(max=1_000)], filters=[trim])
    weather = SelectField("Weather", choices=[SelectChoice(one.value, words) for one, words in WEATHER_LABELS.items()])
    made_at = DateTimeLocalField("When, if not just now", [Optional()])
    photos = MultipleFileField("Photos")
