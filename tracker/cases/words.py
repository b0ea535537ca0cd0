"""Cases by the words of their title."""

from ..word_index import IndexedTexts
from .models import ProblemCase

CASE_TEXTS = IndexedTexts("case_words", ProblemCase.id, (ProblemCase.address,))
"""A case is called by its address, fixed at opening. What people write about it is among the notes."""
