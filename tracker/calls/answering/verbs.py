"""Find, add and change the city's own answers."""

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from sqlalchemy import Select, or_, select

from ...clock import utc_now
from ...errors import Conflict, NotFound
from ...extensions import db
from ...staff.log import append_log
from ...staff.models import User
from ...staff.turns import take_turn
from .models import CityAnswer
from .ranking import Candidate, rank_answers

MOST_ANSWERS = 1_000
"""How many are looked through; more than that nobody keeps up to date."""


@dataclass(frozen=True, slots=True)
class AnswerEntry:
    """What a person or a profile says an answer is; `keywords` separated by commas."""

    code: str
    title: str
    text_en: str
    text_es: str
    keywords: str
    link: str

    @classmethod
    def of(cls, answer: CityAnswer) -> "AnswerEntry":
        """How an answer stands now."""
        parts = (answer.code, answer.title, answer.text_en, answer.text_es, answer.keywords, answer.link)
        return cls(*parts)


def find_answers(text: str, limit: int = 5) -> list[CityAnswer]:
    """The answers that fit what somebody asks, in English or Spanish, the best first."""
    answers = {answer.id: answer for answer in db.session.scalars(list_answers().limit(MOST_ANSWERS))}
    candidates = [
        Candidate(answer.id, answer.title, answer.keywords, f"{answer.text_en} {answer.text_es}")
        for answer in answers.values()
    ]
    return [answers[number] for number, _ in rank_answers(text, candidates, limit)]


def list_answers() -> Select[CityAnswer]:
    """Every answer, by title."""
    return select(CityAnswer).order_by(CityAnswer.title, CityAnswer.id)


def get_answer(code: str) -> CityAnswer:
    """The answer with this code; raises `NotFound`."""
    answer = db.session.scalars(select(CityAnswer).where(CityAnswer.code == code)).first()
    if answer is None:
        raise NotFound("There is no such answer. Look for it in the list.")
    return answer


def answer_mark(answer: CityAnswer) -> str:
    """How an answer stands, as a form keeps it to notice that somebody changed the answer meanwhile."""
    return hashlib.sha256(repr(astuple(AnswerEntry.of(answer))).encode()).hexdigest()[:16]


def require_unchanged(answer: CityAnswer, seen: str) -> None:
    """Hold an answer, and raise `Conflict` when it no longer stands as it did at `seen`, its `answer_mark` then."""
    db.session.refresh(answer, with_for_update=True)
    if seen != answer_mark(answer):
        raise Conflict(
            "Somebody changed this answer meanwhile. What stands now is said at each field that differs; send it again "
            "if you know better."
        )


def require_new(entry: AnswerEntry) -> None:
    """Raise `Conflict` when another answer has the code or the title; so a form that is sent twice adds one.

    Nobody else may add an answer until the transaction ends.
    """
    take_turn(_TURN)
    taken = or_(CityAnswer.code == entry.code, CityAnswer.title == entry.title)
    twin = db.session.scalars(select(CityAnswer).where(taken)).first()
    if twin is not None:
        raise Conflict(f"There is an answer «{twin.title}» ({twin.code}) already. Change that one, or choose others.")


def add_answers(entries: Sequence[AnswerEntry], actor: User | None = None) -> list[CityAnswer]:
    """Add answers whose codes are new. Without `actor` they came with the city's profile. Flushes."""
    answers = [CityAnswer(code=entry.code) for entry in entries]
    for answer, entry in zip(answers, entries, strict=True):
        _fill(answer, entry)
    db.session.add_all(answers)
    db.session.flush()
    for answer in answers:
        append_log("answer", answer.id, "added", f"«{answer.title}» was added{_by(actor)}.", actor=actor)
    return answers


def change_answer(answer: CityAnswer, entry: AnswerEntry, actor: User | None = None) -> bool:
    """Change an answer; what it said before stays in its history. Returns whether anything was different. Flushes."""
    before = AnswerEntry.of(answer)
    changed = [name for name in _WORDS if getattr(before, name) != getattr(entry, name)]
    if not changed:
        return False
    _fill(answer, entry)
    said = "; ".join(f"{_WORDS[name]} was «{getattr(before, name) or 'empty'}»" for name in changed)
    append_log("answer", answer.id, "changed", f"Changed{_by(actor)}: {said}.", actor=actor)
    db.session.flush()
    return True


_TURN = 8_311_000_041
_WORDS = {
    "title": "the title",
    "text_en": "the English text",
    "text_es": "the Spanish text",
    "keywords": "the list of keywords",
    "link": "the link",
}


def _by(actor: User | None) -> str:
    return "" if actor else " by the city profile"


def _fill(answer: CityAnswer, entry: AnswerEntry) -> None:
    answer.title, answer.text_en, answer.text_es = entry.title, entry.text_en, entry.text_es
    answer.keywords, answer.link, answer.changed_at = entry.keywords, entry.link, utc_now()


def answers_by_code(codes: Sequence[str]) -> dict[str, CityAnswer]:
    """The answers among these codes that there are."""
    return {answer.code: answer for answer in db.session.scalars(select(CityAnswer).where(CityAnswer.code.in_(codes)))}
