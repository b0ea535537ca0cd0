"""Forms of taking a call."""

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, FloatField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from ..calls.filters import CHANNELS
from ..calls.models import Channel
from ..calls.spoken import SPOKEN
from ..calls.taking.models import Assistance

TAKEN_BY_HAND = (
    Channel.PHONE, Channel.TRANSFER_911, Channel.WALK_IN, Channel.SOCIAL, Channel.OUTBOUND, Channel.OFFICER,
    Channel.WEB, Channel.OPEN311,
)  # fmt: skip
"""The channels an aide can name, the commonest first."""


class NewCallForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A whole call. `key` makes it one call however often it is sent; `split` and `follows` name an earlier call.

    `kept_at`: the instant (ISO, UTC) at which the page kept the call, because no server answered.
    """

    key = HiddenField(validators=[InputRequired("Reload the page; what you typed stays."), Length(max=40)])
    queue = HiddenField(validators=[Length(max=60)])
    split = HiddenField(validators=[Length(max=40)])
    follows = HiddenField(validators=[Length(max=40)])
    kept_at = HiddenField(validators=[Length(max=40)])
    channel = SelectField("Came by", choices=[SelectChoice(one.value, CHANNELS[one.value]) for one in TAKEN_BY_HAND])
    phone = StringField("Phone", [Optional(), Length(max=40)])
    caller_name = StringField("Name", [Optional(), Length(max=160)])
    email = StringField("Email", [Optional(), Length(max=254)])
    language = SelectField("Language", choices=[SelectChoice(code, name) for code, name in SPOKEN.items()])
    assistance = RadioField(
        "Help in understanding",
        choices=[
            SelectChoice("none", "None"), SelectChoice("interpreter", "Interpreter"),
            SelectChoice("relay", "Relay service"),
        ],
        default=Assistance.NONE.value,
    )
    address = StringField("Address or crossing", [Optional(), Length(max=200)])
    unit = StringField("Unit", [Optional(), Length(max=40)])
    lat = FloatField("Latitude", [Optional(), NumberRange(-90, 90)])
    long = FloatField("Longitude", [Optional(), NumberRange(-180, 180)])
    description = TextAreaField("What happened", [Optional()])
    service_type = SelectField("What it is about", coerce=int)
    said_at = DateTimeLocalField(
        "Said at, if not just now", [Optional()], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
    )


class UndoForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A button without fields."""


class AboutForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """«What about my request?»: what the caller was told and promised."""

    key = HiddenField(validators=[InputRequired("Reload the page; what you typed stays."), Length(max=40)])
    note = TextAreaField("What the caller says", [Optional(), Length(max=4_000)])
    promised = StringField("What you promised", [Optional(), Length(max=400)])
