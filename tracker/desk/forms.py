"""Forms of the desk."""

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    FloatField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ..identifiers import LARGEST_NUMBER

_REASON = [InputRequired("Write a reason; it stays in the history."), Length(max=4_000)]


class SeenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A correction of a call, against the newest history entry that the person saw (0 for none)."""

    seen = IntegerField("Seen", [InputRequired("Reload the page and send it again.")])


class PlaceCallForm(SeenForm):
    """Where a call lies: one of the offers, another address, or degrees."""

    offer = RadioField("Is it one of these?", [Optional()], choices=[], validate_choice=False)
    address = StringField("Address or intersection", [Optional(), Length(max=200)])
    lat = FloatField("Latitude", [Optional(), NumberRange(-90, 90)])
    long = FloatField("Longitude", [Optional(), NumberRange(-180, 180)])
    remember = BooleanField("Remember the place for this address text, and place waiting calls with the same text too")


class ReasonForm(SeenForm):
    """A correction that wants a reason."""

    reason = TextAreaField("Reason", _REASON)


class RetypeForm(SeenForm):
    """What the call is about, said anew."""

    service_type = SelectField("What it is about", [DataRequired("Choose what it is about.")], coerce=int)
    reason = StringField("Why", [Optional(), Length(max=400)])


class PhotosForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Photos for a call that is there already; the same photo sent twice is kept once."""

    files = MultipleFileField("Photos")


class FileTypeForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The family of a service type that nobody knew, and how its calls count."""

    family = SelectField("Problem family", coerce=int)
    new_name = StringField("Name of the new family", [Optional(), Length(max=120)])
    harm_weight = IntegerField("Harm of one call, 1 to 5", [Optional(), NumberRange(1, 5)], default=1)
    weight = IntegerField("Weight of one call", [InputRequired(), NumberRange(0, 10)], default=1)
    is_public = BooleanField("Residents may see calls of this type (by block, never exactly)")
    is_confidential = BooleanField("Confidential: never grouped, never public")


class ContactForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Where a contact works and which families she handles; `seen` is how that stood when the form was opened."""

    seen = HiddenField()
    center = SelectField("Service center", coerce=int)
    families = SelectMultipleField("Families to handle", coerce=int, widget=ListWidget(), option_widget=CheckboxInput())


class AbsenceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Days away."""

    first_day = DateField("First day away", [InputRequired()])
    last_day = DateField("Last day away", [InputRequired()])


class BulkLinkForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The case that ticked calls belong to."""

    case = StringField("Number of the case", [InputRequired("Give the number of the case."), Length(max=40)])
    reason = StringField("Why they belong to it", [Optional(), Length(max=400)])


class CallerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Who somebody is; `seen` is the newest entry of her history when the page was shown."""

    seen = IntegerField("Seen", [InputRequired("Reload the page and send it again.")])
    name = StringField("Name", [Optional(), Length(max=160)])
    phone = StringField("Phone", [Optional(), Length(max=40)])
    email = StringField("Mail address", [Optional(), Length(max=254)])
    language = SelectField("Language", validate_choice=False)


class CallBackForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """When and about what somebody wants to be called back."""

    wish = TextAreaField("When, and about what", [Optional(), Length(max=1_000)])


class CallerNoteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Something worth knowing when she calls again."""

    key = HiddenField()
    text = TextAreaField("Note", [InputRequired("The note is empty; write something first."), Length(max=4_000)])


class MergeCallerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The row of the same person."""

    other = IntegerField(
        "Number of the other caller",
        [InputRequired("Give the number of the other caller."), NumberRange(1, LARGEST_NUMBER)],
    )
