"""Forms of the response: what creates carries a key, what changes carries how the step stood when it was opened."""

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from ...staff.changing import trim
from ..touching import new_key
from .models import Verdict

_LONGEST = 4_000
_DAY = [InputRequired("Give the day.")]
_EMAIL = Regexp(r"[^@\s]+@[^@\s]+$", message="An e-mail address looks like desk@agency.example")
_VERDICTS = [
    SelectChoice(Verdict.REACHED.value, "Reached"),
    SelectChoice(Verdict.NOT_REACHED.value, "Not reached"),
    SelectChoice(Verdict.DROPPED.value, "Dropped: it is no aim any more"),
]


class KeyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form that is done once, however often it is sent."""

    key = HiddenField(default=new_key)


class StepForm(KeyForm):
    """A change of one step."""

    seen = HiddenField()


class ObjectiveForm(KeyForm):
    """What is to be reached."""

    aim = TextAreaField(
        "What is to be reached", [Optional(), Length(max=_LONGEST)], filters=[trim], render_kw={"rows": 2},
        description="May stay empty when the number of calls says it.",
    )  # fmt: skip
    most_calls = IntegerField(
        "No more calls a month than", [Optional(), NumberRange(0, 10_000)],
        description="Linked calls within 30 days; the page then shows how many there are now.",
    )  # fmt: skip
    due_on = DateField("By", _DAY)


class TaskForm(KeyForm):
    """Something to do, by whom, by when."""

    title = StringField(
        "What is to be done", [DataRequired("Say what is to be done."), Length(max=200)], filters=[trim]
    )
    details = TextAreaField("Details", [Optional(), Length(max=_LONGEST)], filters=[trim], render_kw={"rows": 2})
    owner = SelectField("Who does it", coerce=int)
    due_on = DateField("Due on", _DAY)


class AskForm(KeyForm):
    """What a partner is asked for."""

    partner = SelectField("Partner", coerce=int)
    what = TextAreaField(
        "What they are asked for", [DataRequired("Say what they are asked for."), Length(max=_LONGEST)],
        filters=[trim], render_kw={"rows": 2},
    )  # fmt: skip
    asked_on = DateField("Asked on", _DAY)
    due_on = DateField("Wanted by", _DAY)
    owner = SelectField("Who asks again when it is late", coerce=int)


class FinishForm(StepForm):
    """It is done."""

    words = TextAreaField("What came of it", [Optional(), Length(max=_LONGEST)], filters=[trim], render_kw={"rows": 2})


class StopForm(StepForm):
    """It is not done any more."""

    words = TextAreaField(
        "Why", [DataRequired("Say why; the reason stays in the history."), Length(max=_LONGEST)], filters=[trim],
        render_kw={"rows": 2},
    )  # fmt: skip


class ReassignForm(StepForm):
    """Somebody else, or another day."""

    owner = SelectField("Who does it", coerce=int)
    due_on = DateField("Due on", _DAY)
    words = TextAreaField(
        "Why", [DataRequired("Say why; the reason stays in the history."), Length(max=_LONGEST)], filters=[trim],
        render_kw={"rows": 2},
    )  # fmt: skip


class PromiseForm(StepForm):
    """What the partner says now."""

    words = TextAreaField(
        "What they say, or that nobody answers", [DataRequired("Say what they answered."), Length(max=_LONGEST)],
        filters=[trim], render_kw={"rows": 2},
    )  # fmt: skip
    promised_on = DateField("Promised by", [Optional()], description="Empty: they promise no day.")
    owner = SelectField("Who asks again when it is late", coerce=int)


class JudgeForm(StepForm):
    """Whether an objective was reached."""

    verdict = RadioField("What came of it", choices=_VERDICTS, validators=[InputRequired("Choose one.")])
    words = TextAreaField(
        "How you know", [DataRequired("Say how you know, in a sentence."), Length(max=_LONGEST)], filters=[trim],
        render_kw={"rows": 2},
    )  # fmt: skip


class PartnerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """An agency that helps."""

    version = IntegerField(widget=HiddenInput())
    name = StringField("Name", [DataRequired("Give its name."), Length(max=160)], filters=[trim])
    purpose = TextAreaField(
        "What it helps with", [Optional(), Length(max=_LONGEST)], filters=[trim], render_kw={"rows": 3}
    )
    contact_person = StringField("Whom to ask for", [Optional(), Length(max=160)], filters=[trim],
                                 description="A role lasts longer than a name: «duty officer».")  # fmt: skip
    phone = StringField("Telephone", [Optional(), Length(max=60)], filters=[trim])
    email = StringField("E-mail", [Optional(), Length(max=250), _EMAIL], filters=[trim])
    families = SelectMultipleField("Families", coerce=int, widget=ListWidget(prefix_label=False),
                                   option_widget=CheckboxInput(), description="None ticked: every family.")  # fmt: skip


class PartnerButton(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Retire, or bring back."""

    version = IntegerField(widget=HiddenInput())
