"""Forms of what the staff let residents see and read."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from ..calls.photos.releasing import MOST_LETTERS as MOST_OF_PHOTO
from ..cases.telling_public import MOST_LETTERS
from ..cases.touching import new_key


class PhotoDecisionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Whether residents may see a photo; `decision` is the button, `seen` how it stood, `back` where to go on."""

    text = StringField("What it shows", [Optional(), Length(max=MOST_OF_PHOTO)])
    seen = HiddenField()
    back = HiddenField()
    decision = HiddenField()


class PublicWordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A word to residents about a case; sent twice it is written once."""

    text = TextAreaField(
        "What residents shall read", [InputRequired("Write what residents shall read."), Length(max=MOST_LETTERS)]
    )
    key = HiddenField(default=new_key)
