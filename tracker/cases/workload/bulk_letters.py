"""The same letter for many cases: to whoever has one role in each, merged for each by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from ...errors import Conflict, Invalid
from ...extensions import db
from ...formatters import plural
from ...staff.models import User
from ..file.letters.models import CaseLetter, LetterChannel, LetterTemplate
from ..file.letters.writing import (
    Wording,
    fit_subject,
    mark_posted,
    mark_printed,
    preview_letter,
    recipient_of,
    write_letter,
)
from ..file.people.models import ROLE_LABELS, CaseParticipant, ParticipantRole
from ..file.privacy import Privacy
from ..models import CaseStatus, ProblemCase
from .bulk import Change, SelectedCase
from .models import BulkWork

MOST_EACH = 20
"""Letters of one case at once: more people of one role than that get theirs from the case's own page."""
MARKS = {"printed": mark_printed, "posted": mark_posted}


@dataclass(frozen=True, slots=True)
class LetterWish:
    """Which letter, to whom in each case, how it goes out, by when an answer is due, and who may read it here."""

    template: LetterTemplate
    role: ParticipantRole
    channel: LetterChannel
    due_on: date | None
    privacy: Privacy


@dataclass(frozen=True, slots=True)
class Outlook:
    """What keeping the letters would do to one case: to how many people, or why not."""

    case: ProblemCase
    letters: int
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One of the letters as it would go out."""

    case: ProblemCase
    name: str
    address: str
    language: str
    wording: Wording


def look_ahead(selected: Sequence[SelectedCase], wish: LetterWish) -> tuple[list[Outlook], Sample | None]:
    """What would happen to each case, and the first letter as an example. Only reads: one query for all people."""
    cases = [one.case for one in selected if one.case is not None]
    people = _people_of([case.id for case in cases], wish.role)
    outlooks, sample = [], None
    for case in cases:
        try:
            said = [preview_letter(case, wish.template, recipient_of(one), due_on=wish.due_on)
                    for one in _recipients(case, people.get(case.id, []), wish)]  # fmt: skip
            for one in said:
                fit_subject(one.subject)
        except (Invalid, Conflict) as why:
            outlooks.append(Outlook(case, 0, str(why)))
            continue
        outlooks.append(Outlook(case, len(said)))
        if sample is None:
            first = recipient_of(people[case.id][0])
            shown = first.email if wish.channel is LetterChannel.MAIL else first.address
            sample = Sample(case, first.name, shown, wish.template.language_for(first.language), said[0])
    return outlooks, sample


def write_each(wish: LetterWish, actor: User, kept: dict[int, list[int]]) -> Change:
    """Keep the letters of each case; `kept` gets the case's id with the ids of its letters."""

    def write(case: ProblemCase) -> str:
        people = _people_of([case.id], wish.role).get(case.id, [])
        letters = [
            write_letter(case, wish.template, recipient_of(one), actor=actor, key="", channel=wish.channel,
                         due_on=wish.due_on, privacy=wish.privacy)
            for one in _recipients(case, people, wish)
        ]  # fmt: skip
        kept[case.id] = [letter.id for letter in letters if letter is not None]
        way = "to be mailed" if wish.channel is LetterChannel.MAIL else "to be printed"
        return f"{plural(len(letters), 'letter')} {way}."

    return write


def keep_letter_ids(work: BulkWork, kept: dict[int, list[int]]) -> None:
    """Write into the report which letters each case got, so that all can be printed. Flushes."""
    if kept:
        work.report = [{**row, "letters": kept[row["id"]]} if row["done"] else row for row in work.report]
        db.session.flush()


def letters_to_print(work: BulkWork) -> Sequence[CaseLetter]:
    """The letters of a bulk work that go on paper, in its order."""
    ids = [number for row in work.report for number in row.get("letters", [])]
    found = {one.id: one for one in db.session.scalars(select(CaseLetter).where(CaseLetter.id.in_(ids)))}
    return [found[number] for number in ids if number in found and found[number].goes_on_paper]


def mark_each(work: BulkWork, done: str, actor: User) -> Change:
    """Say of the letters of each case that they were printed, or posted."""
    mark = MARKS[done]
    on_paper = {letter.id: letter for letter in letters_to_print(work)}
    by_case = {row["id"]: row.get("letters", []) for row in work.report}

    def say(case: ProblemCase) -> str:
        letters = [on_paper[number] for number in by_case.get(case.id, []) if number in on_paper]
        letters = [letter for letter in letters if getattr(letter, f"{done}_at") is None]
        if not letters:
            raise Conflict(f"None of its letters is left to be {done}.")
        for letter in letters:
            mark(letter, actor=actor)
        return f"{plural(len(letters), 'letter')} {done}."

    return say


def _people_of(case_ids: Sequence[int], role: ParticipantRole) -> dict[int, list[CaseParticipant]]:
    query = select(CaseParticipant).where(
        CaseParticipant.case_id.in_(case_ids), CaseParticipant.left_at.is_(None), CaseParticipant.role == role
    )
    people: dict[int, list[CaseParticipant]] = {}
    for one in db.session.scalars(query.order_by(CaseParticipant.id)):
        people.setdefault(one.case_id, []).append(one)
    return people


def _recipients(
    case: ProblemCase, people: Sequence[CaseParticipant], wish: LetterWish
) -> Sequence[CaseParticipant]:  # fmt: skip
    """Whom the letter goes to in one case; raises `Invalid` or `Conflict` with the reason when it cannot."""
    called = ROLE_LABELS[wish.role].lower()
    if case.status in (CaseStatus.DISMISSED, CaseStatus.MERGED):
        raise Conflict(f"The case is {case.status.value}: nothing more is done for it.")
    if not people:
        raise Invalid(f"Nobody is named as {called} among its people. Add somebody, then select the case again.")
    if len(people) > MOST_EACH:
        raise Invalid(f"It names {len(people)} people as {called}; write to them from the case's own page.")
    if wish.channel is LetterChannel.MAIL and not all(one.email for one in people):
        raise Invalid(f"No e-mail address is known of somebody named as {called}. Add it, or print the letter.")
    return people
