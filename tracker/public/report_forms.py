"""Forms of reporting a problem, and of changing one's own report."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length, Optional, Regexp

LONGEST_WORDS = 4_000
_TOO_LONG = _l("This is too long. At most %(max)d characters are kept.")

_NO_ADDRESS = _l("Write a mail address such as name@example.org.")


class ReportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A whole report. Its pages are steps of this one form: each carries what the others asked.

    `token` holds the form's key and when it was shown; `calm`: the dangers that the reporter says are none; `asked`:
    the type whose questions she saw; `shown`: she saw what is known near there.
    """

    token = HiddenField(validators=[Length(max=200)])
    website = StringField(_l("Leave this field empty"), [Length(max=200)])
    calm = HiddenField(validators=[Length(max=400)])
    asked = HiddenField(validators=[Length(max=120)])
    shown = HiddenField(validators=[Length(max=1)])
    lat = HiddenField(validators=[Length(max=30)])
    long = HiddenField(validators=[Length(max=30)])
    description = TextAreaField(_l("What did you see?"), [Length(max=LONGEST_WORDS, message=_TOO_LONG)])
    address = StringField(_l("Where is it?"), [Length(max=200, message=_TOO_LONG)])
    kind = StringField(_l("What is it about?"), [Length(max=120)])
    other = StringField(_l("Or choose from the whole list"), [Length(max=120)])
    name = StringField(_l("Your name"), [Length(max=160, message=_TOO_LONG)])
    phone = StringField(_l("Your phone number"), [Length(max=40, message=_TOO_LONG)])
    email = StringField(_l("Your mail address"), [
        Optional(), Length(max=254, message=_TOO_LONG),
        Regexp(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+\Z", message=_NO_ADDRESS),
    ])  # fmt: skip


class OwnReportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Something said later of one's own report. `key` makes it one word however often it is sent."""

    key = HiddenField(validators=[Length(max=40)])
    calm = HiddenField(validators=[Length(max=400)])
    text = TextAreaField(_l("Your words"), [Length(max=LONGEST_WORDS, message=_TOO_LONG)])
