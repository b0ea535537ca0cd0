"""The city's own answers. One that the profile leaves out stays, and what staff changed stands in its history."""

from collections.abc import Sequence

from ...calls.answering.verbs import AnswerEntry, add_answers, answers_by_code, change_answer
from ..contents import AnswerFacts


def load_answers(answers: Sequence[AnswerFacts]) -> int:
    """Insert or update answers by code."""
    entries = [
        AnswerEntry(facts.code, facts.title, facts.text_en, facts.text_es, ", ".join(facts.keywords), facts.link)
        for facts in answers
    ]
    present = answers_by_code([entry.code for entry in entries])
    for entry in entries:
        if entry.code in present:
            change_answer(present[entry.code], entry)
    add_answers([entry for entry in entries if entry.code not in present])
    return len(answers)
