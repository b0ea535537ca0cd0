"""Read addresses as people and files write them into one key each, and match misspelled ones; pure, no database."""

from .fuzzy import best_match
from .model import AddressKind, NormalizedAddress
from .normalize import normalize_address, street_key

__all__ = ["AddressKind", "NormalizedAddress", "best_match", "normalize_address", "street_key"]
