"""Calls by the words that were said."""

from ..word_index import IndexedTexts
from .models import ServiceRequest

CALL_TEXTS = IndexedTexts("call_words", ServiceRequest.id, (ServiceRequest.description, ServiceRequest.address))
"""What the caller or the source said, which is kept as said. What a source reports later is no part of it."""
