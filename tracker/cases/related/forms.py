"""Forms of relations, splits, taking back, and parent problems. Each change carries the version that the person saw."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from ...staff.changing import trim
from ..forms import VersionedForm
from ..touching import new_key
from .kinds import CHOICES
from .models import RelationKind

_LONGEST = 4_000
_REASON = [InputRequired("Write a reason; it stays in the history."), Length(max=_LONGEST)]
_CASE = [InputRequired("Give the number of the case."), Length(max=40)]
_KINDS = [SelectChoice(kind.value, words) for kind, words in CHOICES.items()]


class RelateForm(VersionedForm):
    """Another case that belongs with this one."""

    number = StringField("Number of the other case", _CASE, filters=[trim])
    kind = SelectField("How they are related", choices=_KINDS, default=RelationKind.SAME_CAUSE.value)
    reason = TextAreaField("Why", _REASON, filters=[trim])
    key = HiddenField(default=new_key)


class SplitForm(VersionedForm):
    """Calls that are another problem: all at some addresses, and single ones."""

    places = SelectMultipleField("Every call at", validate_choice=False)
    links = SelectMultipleField("Calls", coerce=int, validate_choice=False)
    number = StringField("Number of the case that takes them", [Optional(), Length(max=40)], filters=[trim])
    reason = TextAreaField("Why these are another problem", _REASON, filters=[trim])
    key = HiddenField(default=new_key)


class ProblemForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a parent problem is called, what it is, and who leads the work."""

    name = StringField("Name", [InputRequired("Give the problem a name."), Length(max=120)], filters=[trim])
    description = TextAreaField("What it is, and how its cases hang together", [Length(max=_LONGEST)], filters=[trim])
    lead = SelectField("Who leads the work", coerce=int)
    key = HiddenField(default=new_key)
    version = HiddenField()


class MemberForm(VersionedForm):
    """A case that is part of a parent problem."""

    number = StringField("Number of the case", _CASE, filters=[trim])
    reason = TextAreaField("Why it is part of this problem", _REASON, filters=[trim])


class OutcomeForm(VersionedForm):
    """What came of a parent problem."""

    reason = TextAreaField("What came of it", _REASON, filters=[trim])
