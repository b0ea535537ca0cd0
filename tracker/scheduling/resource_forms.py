"""Forms of resources. Times are read on the city's clocks."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
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
    TimeField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from ..errors import Invalid
from ..identifiers import read_number
from ..staff.changing import trim
from .forms import KINDS, sensible_day
from .resources.lending import LEAST_URGENT, MOST_DAYS
from .resources.limits import MOST_CAPACITY, MOST_PEOPLE
from .resources.models import ExceptionKind
from .resources.money import read_money
from .resources.shift_rules import ShiftRule
from .resources.shift_text import WEEKDAYS, check_rules, read_rules, read_shifts

LENDING = [
    SelectChoice("0", "No other center's"),
    SelectChoice("1", "Other centers' of priority 1"),
    *(SelectChoice(str(number), f"Other centers' of priorities 1 to {number}") for number in range(2, LEAST_URGENT)),
    SelectChoice(str(LEAST_URGENT), "Every center's"),
]
_OTHERS_HINT = (
    "One on a line, its days first: «Mon-Fri 06:00-14:00; every 2 weeks from 2026-12-07», or "
    "«Sat 07:00-12:00; from 2026-12-01 until 2027-03-31»."
)


class ShiftsField(StringField):  # type: ignore[misc]  # WTForms ships no types
    """One weekday's shifts as text; `.rules` holds them once the form is valid."""

    weekday = 0
    rules: tuple[ShiftRule, ...] = ()

    def pre_validate(self, form: FlaskForm) -> None:
        """Refuse what is no shift, in the words of the rule."""
        try:
            self.rules = tuple(read_shifts(self.data or "", self.weekday))
        except Invalid as error:
            raise ValidationError(str(error)) from error


class OtherRulesField(TextAreaField):  # type: ignore[misc]  # WTForms ships no types
    """Shifts that are not of the usual week, a line each; `.rules` holds them once the form is valid."""

    rules: tuple[ShiftRule, ...] = ()

    def pre_validate(self, form: FlaskForm) -> None:
        """Refuse what is no rule, in words."""
        try:
            self.rules = tuple(read_rules(self.data or ""))
        except Invalid as error:
            raise ValidationError(str(error)) from error


class MoneyField(StringField):  # type: ignore[misc]  # WTForms ships no types
    """An amount of money as text; `.cents` holds it once the form is valid."""

    cents: int | None = None

    def pre_validate(self, form: FlaskForm) -> None:
        """Refuse what is no amount."""
        try:
            self.cents = read_money(self.data or "")
        except Invalid as error:
            raise ValidationError(str(error)) from error


class ResourceForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A crew, vehicle, person or piece of equipment; `seen` is how it stood when the form was opened."""

    seen = HiddenField()
    name = StringField("Name", [InputRequired(), Length(max=120)], filters=[trim])
    code = StringField(
        "Code", [InputRequired(), Length(max=60)], description="Short and unique, as in your own lists: tree-1",
        filters=[trim],
    )  # fmt: skip
    kind = SelectField("Kind", choices=KINDS)
    skills = StringField("Skills", [InputRequired(), Length(max=500)], description="Separated by commas: tree, stump")
    people = IntegerField(
        "People", [InputRequired(), NumberRange(0, MOST_PEOPLE)], default=1,
        description="How many come with it, a team's members not counted; 0 for a vehicle or a tool alone",
    )  # fmt: skip
    capacity = IntegerField(
        "Capacity in a shift", [Optional(), NumberRange(1, MOST_CAPACITY)],
        description="How much load it carries, in your own units; empty: as much as there is",
    )  # fmt: skip
    cost = MoneyField("Cost per hour", [Length(max=20)], description="Like 85 or 85.50, its members not counted; "
                      "empty: not known")  # fmt: skip
    base_lat = FloatField("Base latitude", [InputRequired(), NumberRange(-90, 90)], description="Degrees north")
    base_long = FloatField(
        "Base longitude",
        [InputRequired(), NumberRange(-180, 180)],
        description="Degrees east; negative in the Americas",
    )
    note = TextAreaField("Note", [Length(max=2_000)], filters=[trim], render_kw={"rows": 2})
    center_id = SelectField("Serves", coerce=int, description="Work of this center only, or the whole city")
    lends_to_priority = SelectField("Besides its own center's work it does", coerce=int, choices=LENDING, default=0)
    lends_within_days = IntegerField(
        "Days ahead on which what is free goes to any center", [Optional(), NumberRange(0, MOST_DAYS)], default=0,
        description="1: today, 2: today and tomorrow; 0: none",
    )  # fmt: skip
    monday = ShiftsField(WEEKDAYS[0])
    tuesday = ShiftsField(WEEKDAYS[1])
    wednesday = ShiftsField(WEEKDAYS[2])
    thursday = ShiftsField(WEEKDAYS[3])
    friday = ShiftsField(WEEKDAYS[4])
    saturday = ShiftsField(WEEKDAYS[5])
    sunday = ShiftsField(WEEKDAYS[6])
    other_rules = OtherRulesField("Other rules", [Length(max=8_000)], description=_OTHERS_HINT, render_kw={"rows": 4})

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Let each weekday's field know its day."""
        super().__init__(*args, **kwargs)
        for number, field in enumerate(self.weekdays):
            field.weekday = number

    @property
    def weekdays(self) -> list[ShiftsField]:
        """The seven fields, Monday first."""
        return [self[name.lower()] for name in WEEKDAYS]

    @property
    def rules(self) -> list[ShiftRule]:
        """Every shift of the form, once it is valid."""
        return [rule for texts in (*(day.rules for day in self.weekdays), self.other_rules.rules) for rule in texts]

    @property
    def skill_list(self) -> list[str]:
        """The skills without blanks and doubles; each at most 60 characters (checked below)."""
        return list(dict.fromkeys(part.strip() for part in (self.skills.data or "").split(",") if part.strip()))

    def validate_skills(self, field: StringField) -> None:
        """At least one, none too long."""
        if not self.skill_list:
            raise ValidationError("Name at least one skill.")
        if any(len(skill) > 60 for skill in self.skill_list):
            raise ValidationError("A skill has at most 60 characters; put commas between skills.")

    def validate_other_rules(self, field: OtherRulesField) -> None:
        """No rule runs into a shift of another field."""
        if not any(one.errors for one in self.weekdays):
            try:
                check_rules(self.rules)
            except Invalid as error:
                raise ValidationError(str(error)) from error


class RetireForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Whether a retiring resource's coming bookings are cancelled."""

    release = BooleanField("Cancel its bookings to come and ask for their work again")


class DecisionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What becomes of the bookings that a change of working time touches; `seen` are their numbers as named."""

    seen = HiddenField()
    bookings = RadioField(
        "What becomes of them?",
        choices=[
            SelectChoice("leave", "Leave them where they are, flagged on the resource's page"),
            SelectChoice("release", "Cancel them and ask for their work again"),
        ],
        validators=[Optional()],
        validate_choice=False,
    )

    @property
    def release(self) -> bool | None:
        """What was decided; None: nothing yet."""
        return {"leave": False, "release": True}.get(self.bookings.data or "")

    @property
    def seen_ids(self) -> set[int]:
        """The bookings that were named."""
        return set(_numbers_in(self.seen.data or ""))


def _numbers_in(text: str) -> Iterator[int]:
    for part in text.split(","):
        with suppress(ValueError):  # what is no row's number was named by nobody
            yield read_number(part)


class TimeOffForm(DecisionForm):
    """Time off or an extra shift. Without times it is whole days, without a last day it is one day."""

    kind = RadioField(
        "What is it?",
        choices=[SelectChoice(ExceptionKind.OFF.value, "Time off: leave, repair, sickness"),
                 SelectChoice(ExceptionKind.EXTRA.value, "An extra shift")],
        default=ExceptionKind.OFF.value,
    )  # fmt: skip
    first_day = DateField("From", [InputRequired("Choose a day."), sensible_day])
    start = TimeField("From what time", [Optional()], description="Empty: the whole day")
    last_day = DateField("To", [Optional(), sensible_day], description="Empty: the same day")
    end = TimeField("Until what time", [Optional()], description="Empty: the whole day")
    reason = StringField("Reason", [Length(max=400)], filters=[trim], description="Staff see it; say what is needed")

    def validate_kind(self, field: RadioField) -> None:
        """An extra shift has its times."""
        if field.data == ExceptionKind.EXTRA.value and (self.start.data is None or self.end.data is None):
            raise ValidationError("Say from what time until what time the extra shift lasts.")

    def __init__(self, *args: object, today: date | None = None, **kwargs: object) -> None:
        """Begin with today."""
        super().__init__(*args, data={"first_day": today, "kind": ExceptionKind.OFF.value}, **kwargs)


class MembersForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Who is in a team; `seen` is who was when the form was opened."""

    seen = HiddenField()
    members = SelectMultipleField("Members", coerce=int, option_widget=CheckboxInput(),
                                  widget=ListWidget(prefix_label=False))  # fmt: skip


class UploadForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A file of resources."""

    file = FileField("File", [FileRequired("Choose a file.")], description="CSV, as the export writes it")


class SheetForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A file that was previewed, carried along so that what is applied is what was seen; `seen` is what it would do."""

    seen = HiddenField()
    text = TextAreaField("Text of the file")
