"""The form of an API key."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from ..changing import trim
from .models import ApiKey
from .terms import LEAST_PER_MINUTE, MOST_PER_MINUTE, USUAL_PER_MINUTE, KeyTerms


class KeyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Who gets a key, and what it may do."""

    name = StringField(
        "System", [InputRequired(), Length(max=120)], filters=[trim], description="As your colleagues know it: City app"
    )
    contact = StringField(
        "Who answers for it",
        [Length(max=254)],
        filters=[trim],
        description="A person or a team to ask when it misbehaves",
    )
    note = TextAreaField("Note", [Length(max=2_000)], filters=[trim])
    per_minute = IntegerField(
        "Requests a minute", [InputRequired(), NumberRange(LEAST_PER_MINUTE, MOST_PER_MINUTE)], default=USUAL_PER_MINUTE
    )
    may_update = BooleanField("May also send updates")

    def read(self) -> KeyTerms:
        """The terms as typed; call it on a form that is valid."""
        return KeyTerms(
            self.name.data, self.contact.data or "", self.note.data or "", self.per_minute.data, self.may_update.data
        )


def form_of(key: ApiKey) -> KeyForm:
    """The form as the key stands."""
    return KeyForm(obj=key)
