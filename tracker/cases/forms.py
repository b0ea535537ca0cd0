"""Forms of the case pages. Every form on a case carries the version of the case that the person saw."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FloatField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from .closing import MONITORING_DAYS, OUTCOMES
from .touching import new_key

_LONGEST = 4_000
_REASON = [InputRequired("Write a reason; it stays in the history."), Length(max=_LONGEST)]
_FAMILY = [DataRequired("Choose a family.")]
_NUMBER = [InputRequired("Give the number."), Length(max=40)]


class VersionedForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A change of a case; without anything else it is one button."""

    version = IntegerField("Version", [InputRequired("Reload the page and send it again.")])


class ReasonForm(VersionedForm):
    """A change that wants a reason."""

    reason = TextAreaField("Reason", _REASON)


class NoteForm(VersionedForm):
    """A note for colleagues."""

    reason = TextAreaField("Note", [InputRequired("The note is empty; write something first."), Length(max=_LONGEST)])
    key = HiddenField(default=new_key)


class AssignForm(VersionedForm):
    """Another owner."""

    contact = SelectField("Give it to", coerce=int)
    reason = TextAreaField("Reason", _REASON)


class LinkForm(VersionedForm):
    """A call that belongs to the case too."""

    number = StringField("Number of the call", _NUMBER)
    reason = StringField("Why it belongs here", [Optional(), Length(max=400)])


class MergeForm(VersionedForm):
    """The case that goes on with this one's calls."""

    number = StringField("Number of the case that stays", _NUMBER)
    reason = TextAreaField("Why the two are one problem", _REASON)


class EndForm(VersionedForm):
    """The end of a case, at which something may still be open."""

    call_off = BooleanField("Call off what is still open")


class DismissForm(EndForm):
    """Why it is no problem."""

    reason = TextAreaField("Reason", _REASON)


class CloseForm(EndForm):
    """What came of the case, and how long it is watched."""

    outcome = RadioField(
        "What came of it?", [InputRequired("Choose what came of it.")],
        choices=[SelectChoice(kind.value, words) for kind, words in OUTCOMES.items()],
    )  # fmt: skip
    reason = TextAreaField("In your words", [InputRequired("Say what was done."), Length(max=_LONGEST)])
    days = IntegerField("Watch it for days", [InputRequired(), NumberRange(0, 730)], default=MONITORING_DAYS)


class PlaceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A place for a family's problem: an address, or degrees."""

    class Meta:
        """Only looks; nothing is changed."""

        csrf = False

    family = SelectField("Problem family", _FAMILY, coerce=int)
    address = StringField("Address or intersection", [Optional(), Length(max=200)])
    lat = FloatField("Latitude", [Optional(), NumberRange(-90, 90)])
    long = FloatField("Longitude", [Optional(), NumberRange(-180, 180)])


class OpenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A case that a person opens."""

    family = SelectField("Problem family", _FAMILY, coerce=int)
    address = StringField("Address or intersection", [Optional(), Length(max=200)])
    lat = FloatField("Latitude", [Optional(), NumberRange(-90, 90)])
    long = FloatField("Longitude", [Optional(), NumberRange(-180, 180)])
    reason = TextAreaField("What is the problem?", _REASON)
    key = HiddenField(default=new_key)
