"""The residents' forms about subscriptions."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from ..cases.touching import new_key
from ..outreach.subscriptions.models import Rhythm, SubscriptionKind, Way
from ..outreach.subscriptions.wording import RHYTHMS, WAYS
from ..published.circles import MOST_M, STEP_M, USUAL_M
from ..published.finding import LONGEST
from ..staff.changing import trim

KINDS = {
    SubscriptionKind.CASE: _l("One case, by its number"),
    SubscriptionKind.REPORT: _l("One report, by its tracking number"),
    SubscriptionKind.CIRCLE: _l("What happens around a place"),
    SubscriptionKind.NEIGHBORHOOD: _l("A neighborhood"),
    SubscriptionKind.CENTER: _l("The district of a service center"),
    SubscriptionKind.ALL: _l("The whole city"),
}
_LANGUAGES = {"en": "English", "es": "Español"}
_RELOAD = _l("Reload the page and send it again.")


class SubscriptionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """How often, in which language, and of which kind of problem."""

    rhythm = RadioField(_l("How often"), default=Rhythm.DAILY.value)
    language = RadioField(_l("Language"), default="en")
    family = SelectField(_l("Kind of problem"))

    def __init__(self, families: Mapping[str, str] = MappingProxyType({}), **values: Any) -> None:
        super().__init__(**values)
        self.rhythm.choices = [(rhythm.value, words) for rhythm, words in RHYTHMS.items()]
        self.language.choices = list(_LANGUAGES.items())
        self.family.choices = [("", _l("Every kind")), *families.items()]


class SubscribeForm(SubscriptionForm):
    """What somebody wants to hear of, and where; `key` is the form's own name."""

    key = HiddenField(default=new_key, validators=[InputRequired(_RELOAD), Length(max=40, message=_RELOAD)])
    kind = RadioField(_l("What do you want to follow?"), default=SubscriptionKind.CIRCLE.value)
    number = StringField(_l("Case or tracking number"), [Length(max=40)], filters=[trim])
    q = StringField(_l("Address, crossing or neighborhood"), [Length(max=LONGEST)], filters=[trim])
    radius = IntegerField(_l("How far around, in meters"), [Optional(), NumberRange(STEP_M, MOST_M)], default=USUAL_M)
    neighborhood = SelectField(_l("Neighborhood"))
    center = SelectField(_l("Service center"))
    way = RadioField(_l("How shall we reach you?"))
    address = StringField(
        _l("Your mail address, phone number, or https address"), [InputRequired(_l("Say where to.")), Length(max=254)],
        filters=[trim],
    )  # fmt: skip

    def offer(self, ways: list[Way], neighborhoods: list[tuple[str, str]], centers: list[tuple[str, str]]) -> None:
        """Fill in what there is to choose from; what there is none of is not offered."""
        missing = {SubscriptionKind.NEIGHBORHOOD: not neighborhoods, SubscriptionKind.CENTER: not centers}
        self.kind.choices = [(kind.value, words) for kind, words in KINDS.items() if not missing.get(kind)]
        self.neighborhood.choices, self.center.choices = neighborhoods, centers
        self.neighborhood.validate_choice = bool(neighborhoods)
        self.center.validate_choice = bool(centers)
        self.way.choices = [(way.value, WAYS[way]) for way in ways]
        if ways and not self.way.data:
            self.way.data = ways[0].value

    @property
    def about(self) -> str:
        """What the chosen kind is about."""
        kind = SubscriptionKind(self.kind.data)
        fields = {
            SubscriptionKind.CASE: self.number, SubscriptionKind.REPORT: self.number, SubscriptionKind.CIRCLE: self.q,
            SubscriptionKind.NEIGHBORHOOD: self.neighborhood, SubscriptionKind.CENTER: self.center,
        }  # fmt: skip
        return (fields[kind].data or "") if kind in fields else ""
