"""Forms of scanning and analysis. Each carries the version that the person saw, its own or the case's."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from ...staff.changing import trim
from ..models import SaraPhase
from .cheers import QUESTIONS, Element

_SEEN = [InputRequired("Reload the page and send it again.")]
_LONG, _SHORT = [Length(max=4_000)], [Length(max=200, message="A few words are enough here: at most 200 characters.")]
_ANSWERS = [SelectChoice("yes", "Yes"), SelectChoice("no", "No"), SelectChoice("", "Not yet")]


class ScanForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The six answers, by element `harm_answer` and `harm_words`, and why the case goes on although one is no."""

    seen = HiddenField(validators=_SEEN)
    goes_on_because = TextAreaField("Why the case goes on although an answer is no", _LONG, filters=[trim])


for _element in Element:
    setattr(
        ScanForm,
        f"{_element.value}_answer",
        RadioField(QUESTIONS[_element][0], [Optional()], choices=_ANSWERS, default=""),
    )
    setattr(
        ScanForm,
        f"{_element.value}_words",
        TextAreaField(f"{_element.value.capitalize()}, in your words", _LONG, filters=[trim]),
    )


class AnalysisForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What makes the problem come back; the fields are the parts of an analysis."""

    seen = HiddenField(validators=_SEEN)
    offender = StringField("Offender", _SHORT, filters=[trim])
    handler = StringField("Handler", _SHORT, filters=[trim])
    target = StringField("Target or victim", _SHORT, filters=[trim])
    guardian = StringField("Guardian", _SHORT, filters=[trim])
    place = StringField("Place", _SHORT, filters=[trim])
    manager = StringField("Manager", _SHORT, filters=[trim])
    conditions = TextAreaField("Events and conditions that come before", _LONG, filters=[trim])
    tried = TextAreaField("What was done until now: strengths and limits", _LONG, filters=[trim])
    to_find_out = TextAreaField("Still to be found out", _LONG, filters=[trim])
    hypothesis = TextAreaField("Working hypothesis", _LONG, filters=[trim])


class PhaseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """To another phase."""

    version = IntegerField("Version", _SEEN)
    to = SelectField("Phase", choices=[SelectChoice(phase.value, phase.value.capitalize()) for phase in SaraPhase])
    reason = TextAreaField("Why", _LONG, filters=[trim])
