"""Forms of work orders. Times are read on the city's clocks."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    FloatField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ..cases.touching import new_key
from ..staff.changing import trim
from .bookings.why_not import WHY_NOT_LABELS, WhyNot
from .orders.entry import LONGEST_MINUTES, LONGEST_PLACE, LONGEST_SKILL, LONGEST_TITLE
from .orders.recurring import LONGEST_EVERY
from .resources.limits import MOST_PEOPLE

_PRIORITIES = [SelectChoice(str(number), f"Priority {number}") for number in range(1, 6)]
_REASONS = [SelectChoice(kind.value, words) for kind, words in WHY_NOT_LABELS.items()]
_MOST_LOAD = 1_000_000


class WorkForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What is to be done, by whom, for how long; the buttons below only look, and write nothing."""

    title = StringField(
        "What is to be done", [DataRequired("Say what is to be done."), Length(max=LONGEST_TITLE)], filters=[trim]
    )
    skill = StringField("Skill it needs", [DataRequired("Name the skill."), Length(max=LONGEST_SKILL)], filters=[trim])
    minutes = IntegerField("Minutes at the place", [InputRequired("Say how long."), NumberRange(1, LONGEST_MINUTES)])
    needs = StringField(
        "Needs besides", [Optional(), Length(max=500)], filters=[trim],
        description="Further skills or equipment, separated by commas: chipper, bucket truck",
    )  # fmt: skip
    people = IntegerField("People it needs", [Optional(), NumberRange(1, MOST_PEOPLE)])
    priority = SelectField("Priority", coerce=int, choices=_PRIORITIES)
    key = HiddenField(default=new_key)
    look = SubmitField("How long does it usually take?")
    take = SubmitField("Take the usual time")


class OrderForm(WorkForm):
    """Work for a case; `seen` is how it stood when the form was opened."""

    seen = HiddenField()
    load = IntegerField(
        "Load", [Optional(), NumberRange(0, _MOST_LOAD)],
        description="How much of a vehicle's capacity it takes, in your own units",
    )  # fmt: skip
    due_on = DateField("Due on", [InputRequired("Say by when.")])
    earliest_at = DateTimeLocalField("Not begun before", [Optional()], format="%Y-%m-%dT%H:%M")
    latest_at = DateTimeLocalField(
        "Not begun after", [Optional()], format="%Y-%m-%dT%H:%M", description="A promise to somebody"
    )
    place = StringField("Where, if not at the case's address", [Optional(), Length(max=LONGEST_PLACE)], filters=[trim])
    place_lat = FloatField("Latitude", [Optional(), NumberRange(-90, 90)])
    place_long = FloatField("Longitude", [Optional(), NumberRange(-180, 180)])
    waits_for = SelectMultipleField(
        "Done first", coerce=int, option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False),
        description="It is not booked to begin before these end.",
    )  # fmt: skip


class RepeatForm(WorkForm):
    """Work that comes again every so many days."""

    every_days = IntegerField(
        "Every so many days", [InputRequired("Say how often."), NumberRange(1, LONGEST_EVERY)]
    )  # fmt: skip
    first_on = DateField("First due on", [InputRequired("Say when it is due first.")])
    ends_on = DateField("Until", [Optional()], description="Empty: until the case ends, or somebody ends it")


class WhyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why something is taken back, and whether what waits for it gives its time back too."""

    reason = TextAreaField(
        "Reason", [DataRequired("Say why."), Length(max=1000)], filters=[trim], render_kw={"rows": 2}
    )
    frees = BooleanField("Give the time of what waits for it back too")


class DoneForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What was found and done, and how long it took; both may stay empty."""

    note = TextAreaField("What was found and done", [Optional(), Length(max=1000)], filters=[trim],
                         render_kw={"rows": 2})  # fmt: skip
    worked_minutes = IntegerField("Minutes it took at the place", [Optional(), NumberRange(1, LONGEST_MINUTES)])


class NotDoneForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why work could not be done, and when it is tried again."""

    kind = SelectField("Why", choices=_REASONS, default=WhyNot.OTHER.value)
    reason = TextAreaField(
        "Reason", [DataRequired("Say what was the matter."), Length(max=1000)], filters=[trim], render_kw={"rows": 2}
    )
    next_try_on = DateField("Next try on", [Optional()], description="Empty: nobody tries again yet")


class ButtonForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A change that needs no words."""
