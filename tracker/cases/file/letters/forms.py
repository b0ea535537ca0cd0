"""Forms of letters and of their templates."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, Regexp

from ....staff.changing import trim
from ...touching import new_key
from ..forms import language_field, privacy_field
from ..people.forms import EMAIL
from .models import CHANNEL_LABELS

_CODE = r"(?!(new|starters)\Z)[a-z0-9][a-z0-9_-]{0,59}\Z"  # those two are pages of their own
_LONGEST = 8_000


class LetterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Who gets which letter, and how; once merged also what it says, which may still be mended."""

    key = HiddenField(default=new_key)
    task = HiddenField()
    finish = BooleanField("The task is done with it", default=True)
    template = SelectField("Template")
    participant = SelectField("To", coerce=int, default=0)
    recipient_name = StringField("Name of somebody else", [Length(max=300)], filters=[trim])
    recipient_address = TextAreaField("Postal address", [Length(max=400)], filters=[trim])
    recipient_email = StringField(
        "E-mail", [Optional(), Length(max=254), Regexp(EMAIL, message="Such as name@example.org.")], filters=[trim]
    )
    language = language_field()
    channel = SelectField(
        "How it goes out", choices=[SelectChoice(one.value, words) for one, words in CHANNEL_LABELS.items()]
    )
    due_on = DateField("Answer due by", [Optional()])
    privacy = privacy_field("Who may read it here")
    subject = StringField("Subject", [Length(max=200)], filters=[trim])
    body = TextAreaField("Text", [Length(max=_LONGEST)], filters=[trim])


class TemplateForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a template says; `seen` is its version when the form was opened."""

    seen = HiddenField()
    name = StringField("Name", [DataRequired("Give it a name."), Length(max=120)], filters=[trim])
    subject_en = StringField("Subject in English", [DataRequired("Write a subject."), Length(max=160)], filters=[trim])
    body_en = TextAreaField(
        "Text in English", [DataRequired("Write the letter."), Length(max=_LONGEST)], filters=[trim]
    )
    subject_es = StringField("Subject in Spanish", [Length(max=160)], filters=[trim])
    body_es = TextAreaField("Text in Spanish", [Length(max=_LONGEST)], filters=[trim])


class NewTemplateForm(TemplateForm):
    """A template that does not exist yet."""

    code = StringField(
        "Code",
        [DataRequired("Give it a code."), Regexp(_CODE, message="Lower-case letters, digits, - and _.")],
        filters=[trim],
        description="Short and unique: owner-notice",
    )
