"""Forms of the triage of 911 transfers."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from ..calls.transfers.demands import Decision
from ..calls.transfers.hard_stops import HARD_STOPS, Answer

_LONGEST = 4_000


def _optional_bool(text: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(text or "")


class ClickForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One button."""


class StopsForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The hard stops as they are asked; what is not yet asked stays open."""

    def answers(self) -> dict[str, Answer]:
        """What was answered, by the codes of the stops."""
        return {stop.code: Answer(self[stop.code].data) for stop in HARD_STOPS if self[stop.code].data}

    def show(self, standing: dict[str, Answer]) -> None:
        """Show the answers that stand."""
        for code, answer in standing.items():
            self[code].data = answer.value


_ANSWERS = [SelectChoice(answer.value, label) for answer, label in
            ((Answer.NO, "No"), (Answer.YES, "Yes"), (Answer.UNSURE, "Unsure"))]  # fmt: skip
for _stop in HARD_STOPS:
    setattr(StopsForm, _stop.code, RadioField(_stop.question, [Optional()], choices=_ANSWERS))


class ReturnForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """The way back to 911; it demands nothing."""

    reason = StringField("What 911 should know", [Optional(), Length(max=_LONGEST)])


class NoteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Which step of a hand-back could not be done."""

    note = TextAreaField("Which step could not be done, and why", [Optional(), Length(max=_LONGEST)])


class DeclineForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Why a closure is not agreed to."""

    reason = TextAreaField("What should be done instead", [InputRequired("Say what should be done instead."),
                                                           Length(max=_LONGEST)])  # fmt: skip


class DecideForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One decision; `SHOWN` says which of the fields it has. What it demands stands in `demands.py`."""

    service_type = SelectField("What it is about", [Optional()], coerce=int, default=0, validate_choice=False)
    case = StringField("Number of the case", [Optional(), Length(max=40)])
    address = StringField("Address, if it is another than was sent", [Optional(), Length(max=200)])
    agency = StringField("Agency", [Optional(), Length(max=160)])
    call_back_at = DateTimeLocalField("When (the city's clocks)", [Optional()], format="%Y-%m-%dT%H:%M")
    told_caller = RadioField(
        "Was the caller told?",
        [Optional()],
        choices=[SelectChoice("yes", "Yes"), SelectChoice("no", "No")],
        coerce=_optional_bool,
        validate_choice=False,
    )
    reason = TextAreaField("What was done and why", [Optional(), Length(max=_LONGEST)])


SHOWN: dict[Decision, tuple[str, ...]] = {
    Decision.LINKED: ("case", "reason"),
    Decision.REPORT_TAKEN: ("service_type", "address", "reason"),
    Decision.CASE_PROPOSED: ("service_type", "address", "reason"),
    Decision.REFERRED: ("agency", "told_caller", "reason"),
    Decision.CALL_BACK: ("call_back_at", "reason"),
    Decision.ADVISED: ("reason",),
    Decision.CLOSED_ADMINISTRATIVELY: ("told_caller", "reason"),
}
"""The decisions that have a form, in the order of the page, each with its fields."""


def fields_of(decision: Decision, form: Any) -> list[Any]:
    """The fields that a decision's form shows."""
    return [form[name] for name in SHOWN[decision]]
