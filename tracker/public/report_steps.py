"""The steps of a report: what stands in its form so far, and which page comes next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import request
from flask_babel import gettext

from ..calls.questions import ReadAnswer, attribute_values, questions_of, read_answers
from ..calls.reporting.danger import find_dangers
from ..calls.reporting.kinds import ReportKind, report_kinds, suggest_kinds
from ..errors import Invalid
from ..places.city import is_in_bounds, the_city
from ..published.finding import Found, find_place
from ..published.near import Known, known_near, mask_point

WHAT, DETAILS, CHECK, DANGER = "what", "details", "check", "danger"
STEPS = (WHAT, DETAILS, CHECK)
NEXT = {"to-details": DETAILS, "to-check": CHECK, "send": CHECK, "add": CHECK, "back-to-details": DETAILS}
"""The page that a button leads to if nothing is in the way; any other button leads to the first."""


@dataclass
class Draft:
    """What is typed so far. `problems`: by the name of the field, what is wrong with it."""

    form: Any
    problems: dict[str, str] = field(default_factory=dict)

    @cached_property
    def kinds(self) -> list[ReportKind]:
        """Every type that a resident can report."""
        return report_kinds()

    @cached_property
    def suggested(self) -> list[ReportKind]:
        """The types that her words may mean."""
        return suggest_kinds(self.form.description.data or "")

    @cached_property
    def kind(self) -> ReportKind | None:
        """The type that was chosen."""
        return next((kind for kind in self.kinds if kind.code == self.form.kind.data), None)

    def settle_kind(self) -> None:
        """What was chosen from the whole list wins over what was suggested, and is the choice from then on."""
        self.form.kind.data = self.form.other.data or self.form.kind.data
        self.form.other.data = ""

    def offer_kind(self) -> None:
        """Where nothing is chosen yet, the likeliest type, so that its questions are asked at once."""
        if self.kind is None and self.suggested:
            self.form.kind.data = self.suggested[0].code
            del self.kind

    @cached_property
    def questions(self) -> list[Any]:
        """What the type asks."""
        return list(questions_of(self.kind.id)) if self.kind else []

    @cached_property
    def given(self) -> dict[str, list[str]]:
        """What was answered, by the question's code."""
        return attribute_values(request.form.to_dict(flat=False))

    @cached_property
    def point(self) -> tuple[float, float] | None:
        """The point that was picked on the map."""
        try:
            return float(self.form.lat.data), float(self.form.long.data)
        except (TypeError, ValueError):
            return None

    @cached_property
    def place(self) -> Found | None:
        """The public place of the point or of the address; None where nobody knows it."""
        return mask_point(*self.point) if self.point else find_place(self.form.address.data or "")

    @cached_property
    def known(self) -> Known:
        """What is known near there already; nothing for a confidential type, which is nobody's business."""
        if self.place is None or self.kind is None or self.kind.is_confidential:
            return Known([], [])
        return known_near(self.place, self.kind.family_id)

    @property
    def can_be_added(self) -> bool:
        """Whether the report may be put with a public case: a hidden one would take the case off the map."""
        return self.kind is not None and self.kind.is_public and not self.kind.is_confidential

    def dangers(self) -> dict[str, str]:
        """Words of danger that she has not said to be none."""
        answers = (value for values in self.given.values() for value in values)
        said = set((self.form.calm.data or "").split())
        found = find_dangers(self.form.description.data or "", self.form.address.data or "", *answers)
        return {stop: words for stop, words in found.items() if stop not in said}

    def answers(self) -> list[ReadAnswer]:
        """The answers; raises `Invalid` that names those that are missing or do not fit."""
        return read_answers(self.questions, self.given)


def next_step(draft: Draft, do: str) -> str:
    """The page that comes next, with what is wrong noted in the draft: never further than what it holds allows."""
    wanted = NEXT.get(do, WHAT)
    if wanted == WHAT:
        return WHAT
    if draft.dangers():
        return DANGER
    draft.problems |= _wrong_with_what(draft)
    if draft.problems:
        return WHAT
    if wanted == DETAILS:
        draft.offer_kind()
        return DETAILS
    draft.problems |= _wrong_with_details(draft)
    return DETAILS if draft.problems or _has_unseen_questions(draft) else CHECK


def _wrong_with_what(draft: Draft) -> dict[str, str]:
    problems = {}
    if not (draft.form.description.data or "").strip():
        problems["description"] = gettext("Write what you saw, in a few words.")
    if draft.point is not None and not is_in_bounds(the_city(), *draft.point):
        problems["address"] = gettext("That point lies outside the city. Pick another one, or write the address.")
    elif draft.point is None and not (draft.form.address.data or "").strip():
        problems["address"] = gettext("Write an address or a crossing, or what is beside it.")
    return {name: str(text) for name, text in problems.items()}


def _wrong_with_details(draft: Draft) -> dict[str, str]:
    if draft.kind is None:
        return {"kind": str(gettext("Choose what it is about."))}
    if _has_unseen_questions(draft):
        return {}
    try:
        draft.answers()
    except Invalid as refusal:
        return {"answers": str(gettext("Please look at the questions. %(problem)s", problem=str(refusal)))}
    return {}


def _has_unseen_questions(draft: Draft) -> bool:
    """Whether the type asks something that she was not shown: she has just chosen it."""
    return bool(draft.questions) and draft.kind is not None and draft.form.asked.data != draft.kind.code


def carried(form: Any, given: Mapping[str, list[str]], shown: tuple[str, ...]) -> list[tuple[str, str]]:
    """The fields that a page does not show, as names and values to carry along."""
    names = ("lat", "long", "description", "address", "kind", "name", "phone", "email")
    kept = [(name, form[name].data) for name in names if name not in shown and form[name].data]
    if "answers" not in shown:
        kept += [(f"attribute[{code}]", value) for code, values in given.items() for value in values]
    return kept
