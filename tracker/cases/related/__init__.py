"""What belongs together: cases that are related, were merged or split, or lie under one problem."""

from .finding import related_cases
from .merging import merge_cases, undo_merge
from .splitting import split_case, undo_split

__all__ = ["merge_cases", "related_cases", "split_case", "undo_merge", "undo_split"]
