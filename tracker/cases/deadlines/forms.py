"""Forms of the clock of a case. Each carries the version of the case that was seen, and a key of its own."""

from wtforms import DateField, HiddenField, SelectField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from ...staff.changing import trim
from ..forms import VersionedForm
from ..touching import new_key
from .kinds import WAITS_FOR

_LONGEST = 2_000
_DAY = "Give the day as year, month and day."


class KeyedForm(VersionedForm):
    """A change that is made once, however often it is sent."""

    key = HiddenField(default=new_key)


class PauseForm(KeyedForm):
    """Why the clock stands still."""

    reason = SelectField(
        "What it waits for", choices=[SelectChoice(one.value, words.capitalize()) for one, words in WAITS_FOR.items()]
    )
    words = TextAreaField(
        "In your words",
        [InputRequired("Say in a few words what the case waits for."), Length(max=_LONGEST)],
        filters=[trim],
    )
    expected_on = DateField("Probably goes on", [Optional()])


class WordsForm(KeyedForm):
    """A change with a remark, if there is something to remark."""

    words = TextAreaField("Remark", [Optional(), Length(max=_LONGEST)], filters=[trim])


class AnswerForm(KeyedForm):
    """What a supervisor does about something late."""

    words = TextAreaField(
        "What you do about it", [InputRequired("Say what you do about it."), Length(max=_LONGEST)], filters=[trim]
    )


class ExtendForm(KeyedForm):
    """Until when there is more time, and why."""

    until = DateField("New last day", [InputRequired(_DAY)])
    words = TextAreaField(
        "Reason", [InputRequired("Say why there is more time."), Length(max=_LONGEST)], filters=[trim]
    )
