"""Forms of the workload: snoozing, work on many cases, moving on the board, handing over."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from ..file.forms import privacy_field
from ..file.letters.models import CHANNEL_LABELS
from ..file.people.models import ROLE_LABELS
from ..forms import VersionedForm
from ..models import SaraPhase
from ..touching import new_key

_REASON = [InputRequired("Write a reason; it stays in the history."), Length(max=4_000)]
_DAY = [InputRequired("Choose a day.")]
_KINDS = [SelectChoice("away", "While away: they come back by themselves"), SelectChoice("leaves", "For good")]


class SnoozeForm(VersionedForm):
    """Until when a case sleeps, and why."""

    until = DateField("Back on", _DAY)
    reason = TextAreaField("What do you wait for?", _REASON)
    key = HiddenField(default=new_key)


class BulkForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What every work on many cases carries: its own key."""

    key = HiddenField(default=new_key)


class BulkAssignForm(BulkForm):
    """One new owner for all of them."""

    contact = SelectField("Give them to", coerce=int)
    reason = TextAreaField("Reason", _REASON)


class BulkTaskForm(BulkForm):
    """One task for each of them."""

    title = StringField("What is to be done?", [InputRequired("Say what is to be done."), Length(max=200)])
    owner = SelectField("Who does it", coerce=int)
    due_on = DateField("By the end of", _DAY)
    details = TextAreaField("Details", [Optional(), Length(max=4_000)])


class BulkSnoozeForm(BulkForm):
    """One day for all of them."""

    until = DateField("Back on", _DAY)
    reason = TextAreaField("What do you wait for?", _REASON)


class BulkLetterForm(BulkForm):
    """The same letter for each of them."""

    template = SelectField("Template")
    role = SelectField(
        "To each case's", choices=[SelectChoice(role.value, words) for role, words in ROLE_LABELS.items()]
    )
    channel = SelectField(
        "How they go out", choices=[SelectChoice(one.value, words) for one, words in CHANNEL_LABELS.items()]
    )
    due_on = DateField("Answer due by", [Optional()])
    privacy = privacy_field("Who may read them here")


class MoveForm(VersionedForm):
    """A card that moves to another column of the board."""

    contact = SelectField("Move to", coerce=int)


class MovePhaseForm(VersionedForm):
    """A card that moves to another phase."""

    to = SelectField("Move to", choices=[SelectChoice(phase.value, phase.value.capitalize()) for phase in SaraPhase])
    reason = TextAreaField("Why", [Optional(), Length(max=4_000)])


class EvenOutForm(BulkForm):
    """Proposed moves that a supervisor agrees with."""


class HandOverForm(BulkForm):
    """For how long somebody's cases go to others, and what goes along."""

    kind = RadioField("For how long", choices=_KINDS, default="away")
    first_day = DateField("First day away", [Optional()])
    last_day = DateField("Last day away", [Optional()])
    with_tasks = BooleanField("Her open tasks, requests and visits in these cases go along", default=True)
    reason = TextAreaField("Reason", _REASON)
