"""Forms about appointments."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, SelectField, StringField, TelField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp

from ...cases.touching import new_key

_EMAIL = r"(?!.{255})[^@\s,;<>]+@[^@\s,;<>.]+(?:\.[^@\s,;<>.]+)+\Z"
"""Its length is looked at first and no two parts take the same signs, so that no text keeps it busy."""
_LANGUAGES = [SelectChoice("en", "English"), SelectChoice("es", "Spanish")]


class ResidentForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Whom a time is agreed upon with."""

    name = StringField("Name", [InputRequired(), Length(max=120)])
    email = EmailField("E-mail", [Optional(), Length(max=254), Regexp(_EMAIL, message="Such as name@example.org.")])
    phone = TelField("Phone", [Optional(), Length(max=40)])
    language = SelectField("Language", choices=_LANGUAGES)
    note = TextAreaField(
        "For the crew", [Optional(), Length(max=1000)], description="The bell, the dog, the gate", render_kw={"rows": 2}
    )
    key = HiddenField(default=new_key)


class WordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why an appointment is cancelled, and whether she knows it already."""

    reason = TextAreaField("Why", [InputRequired(), Length(max=1000)], render_kw={"rows": 2})
    on_phone = BooleanField("She knows it already; send her nothing to call about")


class MoveForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why an agreed time cannot be kept."""

    reason = TextAreaField(
        "Why, in words for her", [InputRequired(), Length(max=1000)], render_kw={"rows": 2},
        description="She reads it in her mail, with a link to choose a new time",
    )  # fmt: skip
