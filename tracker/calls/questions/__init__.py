"""What a service type asks beside place and words, and what callers answered (Open311 «attributes»)."""

from .rules import ReadAnswer, attribute_values, read_answers
from .verbs import answers_of, asks_anything, keep_answers, questions_of

__all__ = [
    "ReadAnswer", "answers_of", "asks_anything", "attribute_values", "keep_answers", "questions_of", "read_answers",
]  # fmt: skip
