"""The city's own answers to what people often ask, and which of them fit a question."""

from .verbs import find_answers

__all__ = ["find_answers"]
