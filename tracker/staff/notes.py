"""What people wrote about records, by its words."""

from ..word_index import IndexedTexts
from .models import LogEntry

NOTE_TEXTS = IndexedTexts("note_words", LogEntry.id, (LogEntry.text,), (LogEntry.actor_id.is_not(None),))
"""Every entry of the log that a person made: notes, reasons, outcomes. The log only grows."""
