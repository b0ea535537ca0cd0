"""Forms about properties, violations and steps. None has a field for a call, a case or a decision already made."""

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from ..identifiers import new_identifier
from ..staff.changing import trim
from .exclusions import QUESTIONS, Answer, Exclusion
from .properties import MOST_UNITS
from .rule_terms import OUTCOME_WORDS, Evidence, Outcome

_RELOAD = "Reload the page and send it again."
_ANSWERS = [
    SelectChoice(Answer.UNKNOWN.value, "Not known: it does not count"),
    SelectChoice(Answer.YES.value, "Yes: it does not count"),
    SelectChoice(Answer.NO.value, "No, I have checked"),
]
_KINDS = [SelectChoice(one.value, one.value.replace("_", " ").capitalize()) for one in Evidence]
_EVIDENCE = [SelectChoice("", "Choose"), *_KINDS]
_OUTCOMES = [SelectChoice(one.value, OUTCOME_WORDS[one].capitalize()) for one in Outcome]
_REASONS = [SelectChoice(one.value, QUESTIONS[one].means.capitalize()) for one in Exclusion]
_EXCLUSIONS = [SelectChoice("", "Another reason"), *_REASONS]


def sensible_day(form: FlaskForm, field: DateField) -> None:
    """Refuse slips of the keyboard such as the year 20266, or 0026."""
    if field.data is not None and not 1980 <= field.data.year < 2200:
        raise ValidationError("Check the year.")


class KeyedForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A form that creates something; `key` is its own name, by which sending it twice is recognized."""

    key = HiddenField(default=new_identifier, validators=[InputRequired(_RELOAD), Length(max=40)])


class VersionedForm(FlaskForm):  # type: ignore[misc]  # as above
    """A form that changes something; `version` is what its sender saw."""

    version = HiddenField(validators=[InputRequired(_RELOAD)])

    def validate_version(self, field: HiddenField) -> None:
        """Only a number is a version."""
        if not (field.data or "").isdecimal() or len(field.data) > 9:
            raise ValidationError(_RELOAD)

    @property
    def seen(self) -> int:
        """The version that the sender saw."""
        return int(self.version.data)


class _OwnerFields(FlaskForm):  # type: ignore[misc]  # as above
    units = IntegerField("Dwelling units", [InputRequired("Say how many."), NumberRange(1, MOST_UNITS)],
                         description="1 for a single house or a shop; larger buildings are allowed more")  # fmt: skip
    owner_name = StringField("Owner", [DataRequired("Name the owner."), Length(max=160)], filters=[trim])
    owner_address = TextAreaField("Owner's mailing address", [DataRequired("Say where mail reaches the owner."),
                                  Length(max=300)], filters=[trim])  # fmt: skip
    owner_email = EmailField("Owner's e-mail", [Length(max=254)], filters=[trim], description="Optional")


class PropertyForm(KeyedForm, _OwnerFields):
    """A property to put on the list."""

    address = StringField("Address", [DataRequired("Type house number and street."), Length(max=200)], filters=[trim])
    rule_set = SelectField("Rule set", coerce=int)


class OwnerForm(VersionedForm, _OwnerFields):
    """What may change about a property."""


class ViolationForm(KeyedForm):
    """A substantiated violation; a radio field for each exclusion is added below."""

    occurred_on = DateField("Date of the event", [InputRequired("Say when it happened."), sensible_day])
    offense = SelectField("Offense", choices=[])
    evidence = SelectField("Evidence", [InputRequired("Choose what substantiates it.")], choices=_EVIDENCE)
    evidence_number = StringField("Number of the evidence", [DataRequired("Without it nothing is substantiated."),
                                  Length(max=80)], filters=[trim])  # fmt: skip
    incident_number = StringField(
        "Incident report", [Length(max=80)], filters=[trim],
        description="Its number. Several acts in one incident report count once",
    )  # fmt: skip
    outcome = RadioField("Outcome", [InputRequired("Choose what came of it.")], choices=_OUTCOMES)
    words = TextAreaField("What was found", [DataRequired("Say it in a sentence."), Length(max=2_000)], filters=[trim],
                          description="Without the names of victims, callers or tenants")  # fmt: skip

    @property
    def answers(self) -> dict[str, str]:
        """What was said about each exclusion."""
        return {one.value: self[one.value].data or Answer.UNKNOWN.value for one in Exclusion}

    @property
    def questions(self) -> list[RadioField]:
        """The fields of the exclusions."""
        return [self[one.value] for one in Exclusion]


for _exclusion, _question in QUESTIONS.items():
    _field = RadioField(
        _question.text, choices=_ANSWERS, default=Answer.UNKNOWN.value, description=_question.help
    )  # fmt: skip
    setattr(ViolationForm, _exclusion.value, _field)


class ReviewForm(FlaskForm):  # type: ignore[misc]  # as above
    """What a second person decides about a violation."""

    decision = RadioField("Decision", [InputRequired("Decide.")], choices=[
        SelectChoice("exclude", "Exclude it"), SelectChoice("confirm", "Confirm that it is countable")])  # fmt: skip
    exclusion = SelectField("Excluded because", choices=_EXCLUSIONS, description="Only when you exclude it. What is "
                            "excluded for another reason, such as a wrong entry, may be entered anew")  # fmt: skip
    is_checked = BooleanField("I read the evidence and checked each of the nine questions against it")
    reason = TextAreaField("Reason", [DataRequired("Say why."), Length(max=1_000)], filters=[trim])

    def validate_is_checked(self, field: BooleanField) -> None:
        """Nobody confirms unread."""
        if self.decision.data == "confirm" and not field.data:
            raise ValidationError("Read the evidence before you confirm.")

    def validate_exclusion(self, field: SelectField) -> None:
        """A reason to exclude is not thrown away by a slip of the button."""
        if self.decision.data == "confirm" and field.data:
            raise ValidationError(
                "You named a reason to exclude it. Choose «Exclude it», or, if it is countable, «Another reason» here."
            )


class StepForm(KeyedForm, VersionedForm):
    """A step of the procedure."""

    on_day = DateField("On", [InputRequired("Say on what day."), sensible_day])
    reason = TextAreaField("Reason", [DataRequired("Say why."), Length(max=2_000)], filters=[trim])
