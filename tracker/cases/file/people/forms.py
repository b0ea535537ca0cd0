"""Forms of the people of a case."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp

from ....staff.changing import trim
from ...touching import new_key
from ..forms import language_field, privacy_field
from .models import ROLE_LABELS

EMAIL = r"[A-Za-z0-9.!#$*+/=^_`{|}~'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\Z"
_PHONE = r"[0-9+(][0-9 ()./x#*+-]{4,39}\Z"


class ParticipantForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Somebody who has to do with a case; `seen` is the version that was shown, of somebody who is there already."""

    seen = HiddenField()
    key = HiddenField(default=new_key)
    role = SelectField("What they have to do with it",
                       choices=[SelectChoice(role.value, words) for role, words in ROLE_LABELS.items()])  # fmt: skip
    name = StringField("Name", [Length(max=120)], filters=[trim])
    organization = StringField("Organization", [Length(max=160)], filters=[trim])
    address = TextAreaField("Postal address", [Length(max=400)], filters=[trim])
    phone = StringField("Phone", [Optional(), Regexp(_PHONE, message="A number such as 585-555-0142.")], filters=[trim])
    email = StringField("E-mail", [Optional(), Length(max=254), Regexp(EMAIL, message="Such as name@example.org.")],
                        filters=[trim])  # fmt: skip
    language = language_field("Language for letters")
    note = TextAreaField("Note", [Length(max=2_000)], filters=[trim])
    privacy = privacy_field()


class TakeOffForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why somebody has nothing to do with the case any more."""

    reason = StringField("Why", [InputRequired("Say why; it stays in the file."), Length(max=400)], filters=[trim])
