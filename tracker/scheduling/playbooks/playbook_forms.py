"""Forms of playbooks: their name, their steps, and the checklist by which one is applied to a case."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from ...cases.touching import new_key
from ...staff.changing import trim
from ..orders.entry import LONGEST_MINUTES
from ..resources.limits import MOST_PEOPLE
from .models import PlaybookStep
from .step_kinds import DEPENDENT, KINDS, StepKind

_LONGEST = 4_000
LONGEST_DAYS = 3_650


class PlaybookButton(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A change of a playbook that needs no words; `version` is the playbook's as it was seen."""

    version = IntegerField(widget=HiddenInput())


class PlaybookForm(PlaybookButton):
    """What a playbook is called."""

    name = StringField("Name", [DataRequired("Give it a name."), Length(max=120)], filters=[trim])


class NewPlaybookForm(PlaybookForm):
    """A playbook for a family that has none."""

    family = SelectField("Problem family", coerce=int)


class StepForm(PlaybookButton):
    """One step; its kind decides which of the lower fields are there."""

    title = StringField("What is to be done", [DataRequired("Say what is to be done."), Length(max=160)],
                        filters=[trim])  # fmt: skip
    due_days = IntegerField(
        "Due after days", [InputRequired("Say after how many days."), NumberRange(1, LONGEST_DAYS)],
        description="Counted from the day on which the playbook is applied.",
    )  # fmt: skip
    skill = StringField("Skill it needs", [DataRequired("Name the skill."), Length(max=60)], filters=[trim])
    minutes = IntegerField("Minutes at the place", [InputRequired("Say how long."), NumberRange(1, 1440)])
    partner = SelectField("Partner", coerce=int)
    people = IntegerField("People it needs", [Optional(), NumberRange(1, MOST_PEOPLE)])
    needs = StringField(
        "Needs besides", [Optional(), Length(max=500)], filters=[trim],
        description="Further skills or equipment, separated by commas: chipper, bucket truck",
    )  # fmt: skip
    after = SelectField("Done first", coerce=int)
    details = TextAreaField("Details", [Optional(), Length(max=_LONGEST)], filters=[trim], render_kw={"rows": 3})
    template = StringField(
        "Template of the letter", [Optional(), Length(max=60)], filters=[trim],
        description="Its code; empty where the letter is written by hand.",
    )  # fmt: skip


def make_step_form(kind: StepKind, **data: object) -> Any:
    """The form of a step of this kind: only what such a step has."""
    form = StepForm(data=data)
    has = KINDS[kind].needs | KINDS[kind].may_have
    for name in DEPENDENT:
        if name not in has:
            del form[name]
    return form


class ApplyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The checklist; each step has three fields of its own, named by its id."""

    key = HiddenField(default=new_key)
    version = IntegerField(widget=HiddenInput())
    """The playbook's: a checklist of steps that are others by now makes nothing."""


def make_apply_form(steps: Sequence[PlaybookStep], today: date, owners: Any, owner: int, used: set[str]) -> Any:
    """The checklist of these steps; ticked is what was not `used` on the case before."""

    class Checklist(ApplyForm):
        """One playbook's."""

    for step in steps:
        due_on = today + timedelta(days=step.due_days)
        setattr(Checklist, f"use_{step.id}", BooleanField(step.title, default=step.title not in used))
        setattr(Checklist, f"due_{step.id}", DateField("Due on", [Optional()], default=due_on))
        if step.kind is StepKind.WORK_ORDER:
            limits = [Optional(), NumberRange(1, LONGEST_MINUTES)]
            setattr(Checklist, f"minutes_{step.id}", IntegerField("Minutes", limits, default=step.minutes))
        else:
            label = "Who asks again when it is late" if step.kind is StepKind.PARTNER else "Who does it"
            field = SelectField(label, coerce=int, choices=owners, default=owner)
            setattr(Checklist, f"owner_{step.id}", field)
    return Checklist()
