"""Forms of documents and photos."""

from flask_wtf import FlaskForm
from wtforms import MultipleFileField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from ....staff.changing import trim
from ..forms import privacy_field


class PapersForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Photos and documents for the file; the same one sent twice is kept once."""

    files = MultipleFileField("Photos or PDF documents")
    caption = StringField(
        "What is it?", [DataRequired("Say in a few words what it is."), Length(max=300)], filters=[trim]
    )
    privacy = privacy_field("Who may see the documents")


class RemoveForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why something is taken out of the file."""

    reason = StringField("Why", [InputRequired("Say why; it stays in the file."), Length(max=400)], filters=[trim])
