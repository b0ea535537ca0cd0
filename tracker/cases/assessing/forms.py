"""Forms of the assessment page."""

from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from ...staff.changing import trim
from ..forms import VersionedForm
from ..touching import new_key
from .models import CARRIED_OUT

_LONGEST = 4_000
_ON_PAPER = 600
_CARRIED_OUT = [SelectChoice(carried_out.value, words) for carried_out, words in CARRIED_OUT.items()]


class ReckonForm(VersionedForm):
    """Reckon the assessment anew."""

    key = HiddenField(default=new_key)


class ComparisonForm(VersionedForm):
    """What the place is compared with."""

    comparison = SelectField("Compare with")
    reason = TextAreaField(
        "Why this is the better comparison", [InputRequired("Say why; it stays on the page."), Length(max=_LONGEST)]
    )
    key = HiddenField(default=new_key)


class NoteForm(VersionedForm):
    """How the response went."""

    carried_out = RadioField("Was the plan carried out?", choices=_CARRIED_OUT)
    what_was_done = TextAreaField("What was done, for the council's paper", [Length(max=_ON_PAPER)], filters=[trim])
    plan = TextAreaField("What of the plan was done and what was not, and why", [Length(max=_LONGEST)], filters=[trim])
    impressions = TextAreaField("What the figures do not show", [Length(max=_LONGEST)], filters=[trim])
    key = HiddenField(default=new_key)
