"""Forms about rule sets: begin one from an example, edit its draft, put it into force."""

from collections.abc import Callable

from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ..errors import Invalid
from ..staff.changing import trim
from .forms import KeyedForm, VersionedForm, sensible_day
from .rule_terms import OUTCOME_WORDS, Outcome, RuleKind, RuleTerms
from .rule_text import read_offenses, read_thresholds, write_offenses, write_thresholds

_NUMBERS = ("appeal_days", "answer_days", "days_after_notice", "waiver_months", "expiry_months")
_SWITCHES = ("distinct_days", "incident_once")


class NewRulesForm(KeyedForm):
    """A rule set to begin from an example."""

    name = StringField("Name", [DataRequired("Give it a name."), Length(max=120)], filters=[trim])
    example = SelectField("Begin from", description="An example: check it with counsel before it comes into force")


class DraftForm(VersionedForm):
    """The draft of a rule set, as text that a person can read aloud."""

    note = TextAreaField("Where the rules come from", [Length(max=2_000)], filters=[trim])
    kind = SelectField("How it reckons", choices=[
        SelectChoice(RuleKind.POINTS.value, "Points: each offense has its own"),
        SelectChoice(RuleKind.COUNT.value, "Count: each violation is one")])  # fmt: skip
    offenses = TextAreaField("Offenses", [DataRequired("Name at least one."), Length(max=8_000)], filters=[trim],
                             description="One a line: code | name | points, then | serious where it is")  # fmt: skip
    thresholds = TextAreaField(
        "Thresholds", [DataRequired("Say at least one."), Length(max=4_000)], filters=[trim],
        description="One a line: «12 points in 6 months», «3 in 30 days», «2-3 units: 6 in 180 days», «40+ units: 24 "
        "in 180 days», «2 serious in 12 months»",
    )  # fmt: skip
    outcomes = SelectMultipleField(
        "Outcomes that qualify", choices=[SelectChoice(one.value, OUTCOME_WORDS[one].capitalize()) for one in Outcome],
        option_widget=CheckboxInput(), widget=ListWidget(prefix_label=False),
    )  # fmt: skip
    distinct_days = BooleanField("Only separate days count")
    incident_once = BooleanField("Several acts of one incident report count once")
    days_after_notice = IntegerField("Days after a notice in which nothing counts", [InputRequired()])
    appeal_days = IntegerField("Days to appeal", [InputRequired()], description="At least 1: there is always an appeal")
    answer_days = IntegerField("Days to answer a notice", [InputRequired()])
    waiver_months = IntegerField("Months after which a kept plan waives what was before", [InputRequired()],
                                 description="0: never")  # fmt: skip
    expiry_months = IntegerField("Months after which a step expires", [InputRequired()])

    def validate_offenses(self, field: TextAreaField) -> None:
        """Each line has to be readable."""
        _read_or_say(lambda: read_offenses(field.data))

    def validate_thresholds(self, field: TextAreaField) -> None:
        """Each line has to be readable, in the words of the kind."""
        if self.kind.data in set(RuleKind):
            _read_or_say(lambda: read_thresholds(field.data, RuleKind(self.kind.data)))

    def show(self, terms: RuleTerms) -> None:
        """Fill the form with what some terms say."""
        for name, value in draft_data(terms).items():
            self[name].data = value

    @property
    def terms(self) -> RuleTerms:
        """What the form says; raises `Invalid` where a line cannot be read."""
        kind = RuleKind(self.kind.data)
        return RuleTerms(
            kind=kind, offenses=read_offenses(self.offenses.data), outcomes=frozenset(map(Outcome, self.outcomes.data)),
            thresholds=read_thresholds(self.thresholds.data, kind),
            **{name: self[name].data for name in (*_NUMBERS, *_SWITCHES)},
        )  # fmt: skip


def draft_data(terms: RuleTerms) -> dict[str, object]:
    """What the form shows of some terms."""
    return {
        "kind": terms.kind.value, "offenses": write_offenses(terms.offenses),
        "thresholds": write_thresholds(terms.thresholds, terms.kind), "outcomes": sorted(terms.outcomes),
        **{name: getattr(terms, name) for name in (*_NUMBERS, *_SWITCHES)},
    }  # fmt: skip


class ForceForm(VersionedForm):
    """From when, and if so until when, a draft is in force."""

    begins = DateField("In force from", [InputRequired("Say from when."), sensible_day])
    until = DateField("Until", [Optional(), sensible_day], description="Empty: until another version follows")


def _read_or_say(read: Callable[[], object]) -> None:
    try:
        read()
    except Invalid as error:
        raise ValidationError(str(error)) from error
