"""Forms of the outreach floor. Times are read on the city's clocks."""

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, HiddenField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from ..cases.touching import new_key
from ..clock import can_be_meant
from ..staff.changing import trim
from .models import Audience

_AUDIENCES = [
    SelectChoice(Audience.CALLERS.value, "Callers: read it out"),
    SelectChoice(Audience.STAFF.value, "Staff only: never read it out"),
]


def _sensible_year(form: FlaskForm, field: DateTimeLocalField) -> None:
    """Refuse slips of the keyboard such as the year 20266, or 0026."""
    if field.data is not None and not can_be_meant(field.data):
        raise ValidationError("Check the year.")


class MessageForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A message; `seen` is how it stood when the form was opened, `key` is the form's own name."""

    seen = HiddenField()
    key = HiddenField(default=new_key, validators=[InputRequired("Reload the page and send it again."), Length(max=40)])
    title = StringField("Title", [DataRequired("Give it a title."), Length(max=160)], filters=[trim])
    text_en = TextAreaField("Words in English", [DataRequired("Write what is to be said."), Length(max=4_000)],
                            filters=[trim], description="Exactly as it is to be read out")  # fmt: skip
    text_es = TextAreaField("Words in Spanish", [Length(max=4_000)], filters=[trim])
    starts_at = DateTimeLocalField("From", [InputRequired("Say from when."), _sensible_year])
    ends_at = DateTimeLocalField("Until", [InputRequired("Say until when."), _sensible_year])
    audience = RadioField("For", choices=_AUDIENCES, default=Audience.CALLERS.value)


class StandForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A button against how the message stood when the page was shown."""

    seen = HiddenField(validators=[InputRequired("Reload the page and send it again.")])
